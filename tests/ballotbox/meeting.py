"""A small election with everything that belongs to it, for the tests of the ballot box."""

import json
from dataclasses import dataclass, field
from functools import cached_property

import ballotbox as bb
from ballotbox.credentials import private_exponent
from ballotbox.encoding import base64_sha256, canonical
from ballotbox.proofs import prove_knowledge

GROUPS = ("Ed25519", "BELENIOS-2048")
ANSWERS = ("好 / Good", "较好 / Fairly good", "不了解 / No opinion")
QUESTIONS = tuple(bb.Question(f"{i:02} 林 / Lin {i}", ANSWERS) for i in (1, 2))
GOOD, FAIR, NONE = [1, 0, 0], [0, 1, 0], [0, 0, 1]


@dataclass
class Meeting:
    """Trustees: the server's own key and three, of whom two suffice; `voters` credentials."""

    group_name: str = "Ed25519"
    voters: int = 4
    questions: tuple[bb.Question, ...] = QUESTIONS
    weights: tuple[int, ...] = ()
    identifier: str = field(default_factory=bb.new_identifier)

    def __post_init__(self):
        self.group = bb.group(self.group_name)
        self.server = bb.make_single_key(self.group)
        self.ceremony = bb.ceremony(self.group, trustees=3, threshold=2)
        self.trustees = bb.Trustees.build([self.server.public, self.ceremony.public], self.group)
        self.election = bb.Election.build(
            uuid=bb.new_identifier(),
            name="述评 / Review",
            description="",
            group_name=self.group_name,
            public_key=self.trustees.public_key,
            questions=self.questions,
        )
        self.slips = [bb.new_credential() for _ in range(self.voters)]
        self.public = [bb.public_credential(self.group, self.identifier, slip) for slip in self.slips]

    @cached_property
    def listed(self):
        """The list of credentials as a record holds it."""
        if not self.weights:
            return list(self.public)
        return [f"{public},{weight}" for public, weight in zip(self.public, self.weights, strict=True)]

    def weight(self, ballot):
        return dict(zip(self.public, self.weights or [1] * self.voters, strict=True))[ballot.credential]

    def cast(self, voter, *choices):
        return bb.encrypt_ballot(self.election, self.identifier, self.slips[voter], list(choices))

    def accept(self, raw):
        ballot = bb.check_form(self.election, raw, self.public)
        bb.check_proofs(self.election, ballot)
        return ballot

    def resign(self, voter, body):
        """The same body, changed by its own voter and signed anew: only the proofs can refuse it."""
        body = {name: value for name, value in body.items() if name != "signature"}
        secret = private_exponent(self.group, self.identifier, self.slips[voter])
        digest = base64_sha256(canonical(body))
        body["signature"] = {"hash": digest, "proof": prove_knowledge(self.group, secret, f"sig|{digest}|").json()}
        return canonical(body)

    def changed(self, voter, raw, change):
        """Let `change` alter the parsed ballot in place; the voter signs the outcome."""
        body = json.loads(raw)
        change(body)
        return self.resign(voter, body)

    def private_key(self, trustee):
        return int(self.ceremony.key_files[trustee - 1]["decryption_key"])

    def decrypt(self, tally, trustees=(1, 3)):
        """Partial decryptions by owner: the server is owner 1, trustee n is owner n + 1."""
        count = tally.num_tallied
        parts = {1: bb.partial_decryption(self.election, tally, self.server.private, cast=count, floor=1)}
        for trustee in trustees:
            key = self.private_key(trustee)
            parts[trustee + 1] = bb.partial_decryption(self.election, tally, key, cast=count, floor=1)
        return parts

    def tally(self, raws):
        ballots = [bb.check_form(self.election, raw, self.public) for raw in raws]
        return bb.encrypted_tally(self.election, [(self.weight(ballot), ballot) for ballot in ballots])

    def write(self, target, raws, trustees=(1, 3)):
        tally = self.tally(raws)
        partials = self.decrypt(tally, trustees)
        return bb.write_record(
            target,
            election=self.election,
            trustees=self.trustees,
            credentials=self.listed,
            ballots=raws,
            encrypted_tally=tally,
            partials=partials,
            result=bb.combine(self.election, self.trustees, tally, partials),
            timestamp=1_672_272_000,
        )
