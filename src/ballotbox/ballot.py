"""One ballot: made, taken in (the cheap checks), and proven (every point and every proof)."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from ballotbox.ballot_text import Answer, Written, possible_sums, read_written
from ballotbox.credentials import private_exponent
from ballotbox.election import Election, Question
from ballotbox.encoding import JSON, base64_sha256, canonical, canonical_json, fields, items, string
from ballotbox.errors import (
    BadChoices,
    BadSignature,
    UnknownCredential,
    WrongElection,
)
from ballotbox.groups import Element, Group
from ballotbox.proofs import (
    Ciphertext,
    Proof,
    knows,
    parse_ciphertext,
    parse_proof,
    prove_interval,
    prove_knowledge,
)

_HEAD = ("election_uuid", "election_hash", "credential", "answers")


@dataclass(frozen=True)
class Ballot:
    """A ballot whose form and signature are in order; its proofs may still be unchecked."""

    raw: bytes
    credential: Element
    answers: tuple[Answer, ...]

    @property
    def tracker(self) -> str:
        return tracker(self.raw)


def tracker(raw: bytes) -> str:
    """The smart ballot tracker: Base64 of SHA-256 of the raw bytes, 43 characters, standard alphabet."""
    return base64_sha256(raw)


def largest_ballot(election: Election) -> int:
    """The number of bytes that no canonical ballot of this election exceeds."""
    number = len(str(election.group.order))
    pair = len('{"alpha":"","beta":""},') + 2 * election.group.element_length
    proof = len('{"challenge":"","response":""},') + 2 * number
    size = 400 + len(election.uuid) + election.group.element_length + proof
    for question in election.questions:
        size += 80 + len(question.answers) * (pair + 2 * proof + 4) + len(possible_sums(question)) * proof
    return size


# --- making one ---------------------------------------------------------------------------------------------------


def encrypt_ballot(election: Election, identifier: str, credential: str, choices: Sequence[Sequence[int]]) -> bytes:
    """The ballot of these choices (0 or 1 for each answer of each question), signed with the credential.

    `identifier` is the ballot's, with which the credential was derived. Raises BadChoices, BadCredential.
    """
    g = election.group
    if len(choices) != len(election.questions):
        raise BadChoices(f"Choices for {len(choices)} questions where {len(election.questions)} are asked.")
    secret = private_exponent(g, identifier, credential)
    public = g.generate(secret)
    bound = f"{election.fingerprint}|{public}"
    body: dict[str, JSON] = {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": public,
        "answers": [
            _encrypt_answer(election, bound, question, marks, where=f"choices[{i}]")
            for i, (question, marks) in enumerate(zip(election.questions, choices, strict=True))
        ],
    }
    digest = base64_sha256(canonical(body))
    body["signature"] = {"hash": digest, "proof": prove_knowledge(g, secret, f"sig|{digest}|").json()}
    return canonical(body)


def _encrypt_answer(election: Election, bound: str, question: Question, marks: Sequence[int], *, where: str) -> JSON:
    _check_marks(question, marks, where=where)
    g, key = election.group, election.public_key
    randomness = [g.random_scalar() for _ in marks]
    pairs = [_encrypt(g, key, r, mark) for r, mark in zip(randomness, marks, strict=True)]
    individual = [
        prove_interval(g, key=key, prefix=f"prove|{bound}|{pair}|", r=r, plain=mark, values=(0, 1))
        for pair, r, mark in zip(pairs, randomness, marks, strict=True)
    ]
    prefix = overall_prefix(bound, pairs, sum_of(g, pairs))
    total = sum(randomness) % g.order
    overall = prove_interval(g, key=key, prefix=prefix, r=total, plain=sum(marks), values=possible_sums(question))
    return {
        "choices": [pair.json() for pair in pairs],
        "individual_proofs": [[proof.json() for proof in proofs] for proofs in individual],
        "overall_proof": [proof.json() for proof in overall],
    }


def _check_marks(question: Question, marks: Sequence[int], *, where: str) -> None:
    if len(marks) != len(question.answers) or any(type(mark) is not int or mark not in (0, 1) for mark in marks):
        raise BadChoices(f"A list of {len(question.answers)} numbers, each 0 or 1, is expected.", where=where)
    if sum(marks) not in possible_sums(question):
        raise BadChoices(
            f"{sum(marks)} answers are marked; from {question.minimum} to {question.maximum} must be.", where=where
        )


def _encrypt(g: Group, key: Element, r: int, mark: int) -> Ciphertext:
    # added to a power of g in either case, so that the time does not tell the mark
    return Ciphertext(g.generate(r), g.multiply(g.power(key, r), (g.identity, g.generator)[mark]))


def sum_of(g: Group, pairs: Sequence[Ciphertext]) -> Ciphertext:
    """The encryption of the sum."""
    total = pairs[0]
    for pair in pairs[1:]:
        total = Ciphertext(g.multiply(total.alpha, pair.alpha), g.multiply(total.beta, pair.beta))
    return total


def overall_prefix(bound: str, pairs: Sequence[Ciphertext], total: Ciphertext) -> str:
    """What is hashed with the commitments of an overall proof."""
    return f"prove|{bound}|{','.join(map(str, pairs))}|{total}|"


# --- taking one in ------------------------------------------------------------------------------------------------


def check_form(election: Election, raw: bytes, credentials: Container[str]) -> Ballot:
    """The cheap checks, in a few milliseconds: size, canonical form, shape, election, credential, signature.

    Raises TooLarge, NotCanonical, WrongShape, BadPoint, WrongElection, UnknownCredential, BadSignature.
    """
    written = _written(election, raw)
    if written.credential not in credentials:
        raise UnknownCredential("This credential is not on the list of this election.", where="ballot.credential")
    _check_signature(election.group, raw, written)
    return Ballot(raw, written.credential, written.answers)


def parse_ballot(election: Election, raw: bytes) -> Ballot:
    """A ballot whose credential and signature somebody has checked before. Raises as `check_form`."""
    written = _written(election, raw)
    return Ballot(raw, written.credential, written.answers)


def _written(election: Election, raw: bytes) -> Written:
    fits = len(raw) <= largest_ballot(election)
    return (read_written(election, raw) if fits else None) or _parse(election, raw)


def _parse(election: Election, raw: bytes) -> Written:
    body = canonical_json(raw, where="ballot", limit=largest_ballot(election))
    ballot = fields(body, (*_HEAD, "signature"), where="ballot")
    _check_election(election, ballot)
    g = election.group
    credential = g.element(ballot["credential"], where="ballot.credential")
    listed = items(ballot["answers"], len(election.questions), where="ballot.answers")
    answers = tuple(
        _parse_answer(g, question, answer, where=f"ballot.answers[{i}]")
        for i, (question, answer) in enumerate(zip(election.questions, listed, strict=True))
    )
    signature = fields(ballot["signature"], ("hash", "proof"), where="ballot.signature")
    proof = parse_proof(g, signature["proof"], where="ballot.signature")
    return Written(credential, answers, string(signature["hash"], where="ballot.signature"), proof)


def _check_election(election: Election, ballot: dict[str, JSON]) -> None:
    if ballot["election_uuid"] != election.uuid:
        raise WrongElection("This ballot was made for another election.", where="ballot.election_uuid")
    if ballot["election_hash"] != election.fingerprint:
        raise WrongElection("This ballot was made for another version of the election.", where="ballot.election_hash")


def _check_signature(g: Group, raw: bytes, written: Written) -> None:
    where = "ballot.signature"
    signed = raw[: raw.rindex(b',"signature":')] + b"}"
    digest = base64_sha256(signed)
    if written.digest != digest:
        raise BadSignature("The ballot was changed after it was signed.", where=where)
    if not knows(g, written.credential, written.signature, f"sig|{digest}|"):
        raise BadSignature("The signature does not belong to this credential.", where=where)


def _parse_answer(g: Group, question: Question, value: JSON, *, where: str) -> Answer:
    answer = fields(value, ("choices", "individual_proofs", "overall_proof"), where=where)
    count = len(question.answers)
    choices = tuple(
        parse_ciphertext(g, item, where=f"{where}.choices[{j}]")
        for j, item in enumerate(items(answer["choices"], count, where=f"{where}.choices"))
    )
    individual = tuple(
        _parse_proofs(g, item, 2, where=f"{where}.individual_proofs[{j}]")
        for j, item in enumerate(items(answer["individual_proofs"], count, where=f"{where}.individual_proofs"))
    )
    overall = _parse_proofs(g, answer["overall_proof"], len(possible_sums(question)), where=f"{where}.overall_proof")
    return Answer(choices, individual, overall)


def _parse_proofs(g: Group, value: JSON, count: int, *, where: str) -> tuple[Proof, ...]:
    return tuple(parse_proof(g, item, where=where) for item in items(value, count, where=where))
