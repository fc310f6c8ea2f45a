"""Records forged by somebody who holds every secret of a small election: one defect each, all else made to fit."""

import io
import json
from dataclasses import dataclass

import ballotbox as bb
from ballotbox.archive import header
from ballotbox.encoding import canonical, sha256_hex
from ballotbox.proofs import Ciphertext, Proof, prove_interval
from tests.ballotbox.meeting import Meeting
from tests.ballotbox.records import STAMP, bodies, change_setup, grouped, index_of, pack, rechained

VOTERS = (0, 1, 2, 0)  # who cast each ballot; the first votes again at the end
MIXED = "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7"  # a point of order 8


@dataclass
class Forger:
    meeting: Meeting
    ballots: list[bytes]
    record: bytes

    @classmethod
    def at(cls, meeting, ballots):
        target = io.BytesIO()
        meeting.write(target, ballots)
        return cls(meeting, list(ballots), target.getvalue())

    @property
    def group(self):
        return self.meeting.group

    # --- the file ---

    def altered(self, position, value):
        """One byte of the file set."""
        changed = bytearray(self.record)
        assert changed[position] != value
        changed[position] = value
        return bytes(changed)

    def repacked(self, change):
        """The list of (kind, body) altered, names and headers made to fit, the chain as it was."""
        listed = bodies(self.record)
        change(listed)
        return pack(listed)

    def first(self, body):
        """Another first record."""
        return header("BELENIOS", len(body), STAMP) + body + bytes(-len(body) % 512) + self.record[1024:]

    def event(self, number, change):
        """The text of one event altered; what follows is left alone."""

        def alter(listed):
            places = [i for i, (kind, _) in enumerate(listed) if kind == "event"]
            listed[places[number]] = ("event", change(listed[places[number]][1]))

        return self.repacked(alter)

    # --- the events, in a chain that fits ---

    def events(self, change):
        groups = grouped(self.record)
        change(groups)
        return rechained(groups)

    def data(self, kind, position, change):
        """One data record of the first event of this kind altered; what names it is made to fit."""

        def alter(groups):
            data = groups[index_of(groups, kind)][1]
            data[position] = change(data[position])
            if kind == "EncryptedTally" and position == 0:
                data[1] = data[1].replace(_named(data[1], "encrypted_tally"), sha256_hex(data[0]).encode())
            if kind == "PartialDecryption" and position == 0:
                data[1] = bb.owned_payload(json.loads(data[1])["owner"], data[0])

        return self.events(alter)

    def setup(self, position, change):
        """Election (0), trustees (1) or credentials (2) altered."""
        return self.events(change_setup(position, change))

    def trustees(self, change):
        return self.setup(1, parsed(change))

    def pedersen(self, change):
        return self.trustees(lambda listed: change(listed[1][1]))

    def partial(self, change):
        return self.data("PartialDecryption", 0, parsed(change))

    # --- ballots ---

    def replaced(self, number, raw):
        return self.events(lambda groups: groups.__setitem__(1 + number, ("Ballot", [raw])))

    def signed(self, number, change):
        """A ballot altered and signed again by its own voter."""
        return self.replaced(number, self.meeting.changed(VOTERS[number], self.ballots[number], change))

    def unsigned(self, number, change):
        """A ballot altered by somebody who cannot sign."""
        return self.replaced(number, parsed(change)(self.ballots[number]))

    def text(self, number, change):
        return self.replaced(number, change(self.ballots[number]))

    def weak(self, part):
        """Ballot 1 with a proof whose hash leaves out the election and the credential."""
        g, key = self.group, self.meeting.election.public_key
        r = g.random_scalar()
        pair = Ciphertext(g.generate(r), g.multiply(g.power(key, r), g.generator))
        proofs = prove_interval(g, key=key, prefix=f"prove||{pair}|", r=r, plain=1, values=(0, 1))

        def change(body):
            answer = body["answers"][0]
            if part == "individual":
                answer["choices"][0] = pair.json()
                answer["individual_proofs"][0] = [proof.json() for proof in proofs]
            else:
                answer["overall_proof"] = [proofs[1].json()]

        return self.signed(1, change)


def _named(raw, field):
    return json.loads(raw)[field].encode()


def parsed(change):
    """Works on bytes what `change` does in place to the parsed value."""

    def apply(raw):
        value = json.loads(raw)
        change(value)
        return canonical(value)

    return apply


def shifted(proof, name="response"):
    """A proof with one number raised by 1, in place."""
    proof[name] = str(int(proof[name]) + 1)


def weak_signature(meeting, voter, raw):
    """A ballot whose signature hashes its commitment alone."""
    from ballotbox.credentials import private_exponent  # noqa: PLC0415

    g = meeting.group
    secret = private_exponent(g, meeting.identifier, meeting.slips[voter])
    nonce = g.random_scalar()
    challenge = g.hash(f"sig|{g.generate(nonce)}")
    body = json.loads(raw)
    body["signature"]["proof"] = Proof(challenge, (nonce - secret * challenge) % g.order).json()
    return canonical(body)
