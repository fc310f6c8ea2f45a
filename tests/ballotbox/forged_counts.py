"""Records forged while ballots came in, or when they were counted."""

import json

import ballotbox as bb
from tests.ballotbox.forged_setups import (
    IDENTITY,
    OFF_CURVE,
    double,
    last_event,
    owner,
    pair,
    proof,
    result,
)
from tests.ballotbox.forger import MIXED, parsed, shifted, weak_signature
from tests.ballotbox.meeting import FAIR, GOOD, QUESTIONS, Meeting


def for_another_sum(f):
    """The decryption of the first two ballots, honestly proven, in the place of that of all."""
    other = f.meeting.decrypt(f.meeting.tally(f.ballots[:2]))[1]
    return f.data("PartialDecryption", 0, lambda _: other)


def stranger(f):
    """Stuffing: a sound ballot under a credential that was never on the list."""
    other = Meeting(voters=1, identifier=f.meeting.identifier)
    body = json.loads(f.ballots[1])
    body["credential"] = other.public[0]
    other.group = f.group
    return f.replaced(1, other.resign(0, body))


def under_another_credential(f):
    """The answers of voter 1, signed by voter 2."""
    body = json.loads(f.ballots[1])
    body["credential"] = f.meeting.public[2]
    return f.replaced(1, f.meeting.resign(2, body))


def of_another_category(f):
    """The same voter's ballot in the election of another category, with the same questions."""
    other = Meeting(identifier=f.meeting.identifier)
    other.slips, other.public = f.meeting.slips, f.meeting.public
    return f.replaced(1, other.cast(1, GOOD, FAIR))


def two_marks(f):
    """Well encrypted for a laxer question, moved into the strict one."""
    lax = Meeting(identifier=f.meeting.identifier, questions=(bb.Question("x", QUESTIONS[0].answers, 0, 3),) * 2)
    lax.election = bb.Election.build(
        uuid=f.meeting.election.uuid,
        name="lax",
        description="",
        group_name="Ed25519",
        public_key=f.meeting.election.public_key,
        questions=lax.questions,
    )
    lax.slips, lax.public = f.meeting.slips, f.meeting.public
    body = json.loads(lax.cast(1, [1, 1, 0], GOOD))
    body["election_hash"] = f.meeting.election.fingerprint
    for answer in body["answers"]:
        answer["overall_proof"] = answer["overall_proof"][:1]
    return f.replaced(1, f.meeting.resign(1, body))


def shifted_by(proof, amount):
    proof["response"] = str(int(proof["response"]) + amount)


BALLOTS = {
    "a stranger's": (stranger, bb.UnknownCredential, "record 9, ballot.credential", "not on the list"),
    "under another credential": (
        under_another_credential,
        bb.BadProof,
        "record 9, ballot.answers[0].choices[0]",
        "does not hold",
    ),
    "under another credential, unsigned": (
        lambda f: f.unsigned(1, lambda body: body.update(credential=f.meeting.public[2])),
        bb.BadSignature,
        "record 9, ballot.signature",
        "changed after",
    ),
    "of another category": (
        of_another_category,
        bb.WrongElection,
        "record 9, ballot.election_uuid",
        "another election",
    ),
    "answers exchanged by the server": (
        lambda f: f.unsigned(1, lambda body: body["answers"].reverse()),
        bb.BadSignature,
        "record 9, ballot.signature",
        "changed after",
    ),
    "marks exchanged in a question": (
        lambda f: f.signed(
            1, lambda body: [body["answers"][0][name].reverse() for name in ("choices", "individual_proofs")]
        ),
        bb.BadProof,
        "record 9, ballot.answers[0].overall_proof",
        "does not hold",
    ),
    "two marks": (two_marks, bb.BadProof, "record 9, ballot.answers[0]", "does not hold"),
    "a mark of another size": (
        lambda f: f.signed(
            1, lambda body: pair(body).update(beta=f.group.multiply(pair(body)["beta"], f.group.generator))
        ),
        bb.BadProof,
        "record 9, ballot.answers[0].choices[1]",
        "does not hold",
    ),
    "an individual proof": (
        lambda f: f.signed(1, lambda body: shifted(proof(body))),
        bb.BadProof,
        "record 9, ballot.answers[0].choices[0]",
        "does not hold",
    ),
    "an overall proof": (
        lambda f: f.signed(1, lambda body: shifted(body["answers"][1]["overall_proof"][0])),
        bb.BadProof,
        "record 9, ballot.answers[1].overall_proof",
        "does not hold",
    ),
    "an individual proof without its context": (
        lambda f: f.weak("individual"),
        bb.BadProof,
        "record 9, ballot.answers[0].choices[0]",
        "does not hold",
    ),
    "an overall proof without its context": (
        lambda f: f.weak("overall"),
        bb.BadProof,
        "record 9, ballot.answers[0].overall_proof",
        "does not hold",
    ),
    "a signature without its text": (
        lambda f: f.text(1, lambda raw: weak_signature(f.meeting, 1, raw)),
        bb.BadSignature,
        "record 9, ballot.signature",
        "does not belong",
    ),
    "a number above the order": (
        lambda f: f.signed(1, lambda body: shifted_by(proof(body), f.group.order)),
        bb.NotCanonical,
        "record 9, ballot.answers[0].individual_proofs[0]",
        "order",
    ),
    "a leading zero": (
        lambda f: f.signed(1, lambda body: proof(body).update(challenge="0" + proof(body)["challenge"])),
        bb.WrongShape,
        "record 9, ballot.answers[0].individual_proofs[0]",
        "decimal",
    ),
    "a point beyond the field": (
        lambda f: f.signed(1, lambda body: pair(body).update(alpha="7f" + "ff" * 30 + "ee")),
        bb.BadPoint,
        "record 9, ballot.answers[0].choices[1]",
        "canonical",
    ),
    "no point of the curve": (
        lambda f: f.signed(1, lambda body: pair(body).update(alpha=OFF_CURVE)),
        bb.BadPoint,
        "record 9, ballot.answers[0].choices[1]",
        "",
    ),
    "the neutral element": (
        lambda f: f.signed(1, lambda body: pair(body).update(alpha=IDENTITY)),
        bb.BadPoint,
        "record 9, ballot.answers[0].choices[1]",
        "neutral",
    ),
    "a point of low order": (
        lambda f: f.signed(1, lambda body: pair(body).update(beta=MIXED)),
        bb.BadPoint,
        "record 9, ballot.answers[0].choices[1]",
        "prime order",
    ),
    "a part of low order": (
        lambda f: f.signed(1, lambda body: pair(body).update(alpha=f.group.multiply(pair(body)["alpha"], MIXED))),
        bb.BadPoint,
        "record 9, ballot.answers[0].choices[1]",
        "prime order",
    ),
    "a field more": (
        lambda f: f.signed(1, lambda body: body["answers"][0].update(blank_proof=[])),
        bb.WrongShape,
        "record 9, ballot.answers[0]",
        "fields",
    ),
    "a field less": (
        lambda f: f.signed(1, lambda body: body["answers"][1].pop("overall_proof")),
        bb.WrongShape,
        "record 9, ballot.answers[1]",
        "fields",
    ),
    "an answer less": (
        lambda f: f.signed(1, lambda body: body["answers"].pop()),
        bb.WrongShape,
        "record 9, ballot.answers",
        "1 items",
    ),
    "a space": (
        lambda f: f.text(1, lambda raw: raw.replace(b",", b", ", 1)),
        bb.NotCanonical,
        "record 9, ballot",
        "way",
    ),
    "an escape": (
        lambda f: f.text(1, lambda raw: raw.replace(b"election_uuid", b"\\u0065lection_uuid", 1)),
        bb.NotCanonical,
        "record 9, ballot",
        "way",
    ),
    "a field twice": (
        lambda f: f.text(1, lambda raw: raw.replace(b'"answers"', b'"credential":"1","answers"', 1)),
        bb.NotCanonical,
        "record 9, ballot",
        "twice",
    ),
    "far too large": (lambda f: f.text(1, lambda raw: raw + b" " * len(raw)), bb.TooLarge, "record 9, ballot", "bytes"),
}

COUNTING = {
    "another sum": (
        lambda f: f.data("EncryptedTally", 0, lambda _: f.meeting.tally(f.ballots[:3]).raw),
        bb.BadTally,
        "record 17",
        "not the sum",
    ),
    "another number of ballots": (
        lambda f: f.data("EncryptedTally", 1, parsed(lambda body: body.update(num_tallied=4))),
        bb.BadTally,
        "record 17",
        "number",
    ),
    "another total weight": (
        lambda f: f.data("EncryptedTally", 1, parsed(lambda body: body.update(total_weight=4))),
        bb.BadTally,
        "record 17",
        "weight",
    ),
    "a field more beside the sum": (
        lambda f: f.data("EncryptedTally", 1, parsed(lambda body: body.update(note=1))),
        bb.BadTally,
        "record 17",
        "",
    ),
    "a decryption factor": (
        lambda f: f.partial(lambda body: body["decryption_factors"][0].__setitem__(0, f.group.generate(3))),
        bb.BadPartialDecryption,
        "partial_decryption[1][0]",
        "does not hold",
    ),
    "a proof of decryption": (
        lambda f: f.partial(lambda body: shifted(body["decryption_proofs"][1][2])),
        bb.BadPartialDecryption,
        "partial_decryption[1][1]",
        "does not hold",
    ),
    "a neutral factor": (
        lambda f: f.partial(lambda body: body["decryption_factors"][0].__setitem__(0, IDENTITY)),
        bb.BadPoint,
        "partial_decryption[1][0]",
        "neutral",
    ),
    "a factor of low order": (
        lambda f: f.partial(lambda body: body["decryption_factors"][0].__setitem__(0, MIXED)),
        bb.BadPoint,
        "partial_decryption[1][0]",
        "prime order",
    ),
    "a space in a decryption": (
        lambda f: f.data("PartialDecryption", 0, lambda raw: raw + b" "),
        bb.NotCanonical,
        "partial_decryption[1]",
        "way",
    ),
    "a decryption of another sum": (
        for_another_sum,
        bb.BadPartialDecryption,
        "partial_decryption[1][0]",
        "does not hold",
    ),
    "a decryption twice": (lambda f: f.events(double("PartialDecryption")), bb.BrokenChain, "record 23", "twice"),
    "one decryption too few": (
        lambda f: f.events(lambda groups: groups.pop(-2)),
        bb.MissingPartialDecryption,
        "record 25",
        "2 must",
    ),
    "another's decryption": (owner(3), bb.MissingPartialDecryption, "record 28", "1 must"),
    "a trustee that is not there": (owner(9), bb.MissingPartialDecryption, "record 28", "1 must"),
    "trustee nought": (owner(0), bb.WrongShape, "record 20, owner", "from 1"),
    "other counts": (result([[2, 0, 1], [0, 3, 0]]), bb.BadResult, "record 28", "not what"),
    "more marks than ballots": (result([[9, 1, 1], [0, 3, 0]]), bb.BadResult, "record 28", "not what"),
    "fewer than none": (result([[-1, 3, 1], [0, 3, 0]]), bb.BadResult, "record 28", "not what"),
    "counts as texts": (result([["1", "1", "1"], ["0", "3", "0"]]), bb.BadResult, "record 28", "not what"),
    "counts of one question": (result([[1, 1, 1]]), bb.BadResult, "record 28", "not what"),
    "a field more in the result": (
        lambda f: f.events(last_event(parsed(lambda body: body.update(note=1)))),
        bb.BadResult,
        "record 28",
        "not what",
    ),
}
