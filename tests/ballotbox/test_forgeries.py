"""Forged records, one defect each: every one is refused by name, with its place and its own words."""

import json

import pytest

import ballotbox as bb
from ballotbox.encoding import canonical
from tests.ballotbox.forger import MIXED, Forger, parsed, shifted, weak_signature
from tests.ballotbox.meeting import FAIR, GOOD, NONE, QUESTIONS, Meeting
from tests.ballotbox.records import index_of

IDENTITY = "00" * 31 + "01"
OFF_CURVE = "00" * 31 + "02"


def pair(body, question=0, answer=1):
    return body["answers"][question]["choices"][answer]


def proof(body):
    return body["answers"][0]["individual_proofs"][0][0]


def drop(kind):
    return lambda groups: groups.pop(index_of(groups, kind))


def double(kind):
    return lambda groups: groups.insert(index_of(groups, kind), groups[index_of(groups, kind)])


def exchange(first, second):
    def change(groups):
        groups[first], groups[second] = groups[second], groups[first]

    return change


def last_event(change):
    return lambda groups: groups.__setitem__(-1, ("Result", [change(groups[-1][1][0])]))


def result(counts):
    return lambda f: f.events(last_event(lambda _: canonical({"result": counts})))


def owner(number):
    return lambda f: f.data("PartialDecryption", 1, parsed(lambda body: body.update(owner=number)))


def for_another_sum(f):
    """The decryption of the first two ballots, honestly proven, in the place of that of all."""
    other = f.meeting.decrypt(f.meeting.tally(f.ballots[:2]))[1]
    return f.data("PartialDecryption", 0, lambda _: other)


def rogue_key(f):
    """A key chosen so that the product is one whose secret the forger knows; its proof is another key's."""

    def change(listed):
        g = f.group
        listed[0][1]["public_key"] = g.divide(g.generate(5), f.meeting.trustees.members[1].public_key)

    return f.trustees(change)


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


FILE = {
    "a mode in a header": (lambda f: f.altered(512 * 2 + 106, ord("7")), bb.BadRecord, "record 1", "header"),
    "a checksum in a header": (lambda f: f.altered(512 * 2 + 149, ord("9")), bb.BadRecord, "record 1", "header"),
    "something in the padding": (lambda f: f.altered(1023, 1), bb.BadRecord, "record 0", "padding"),
    "a timestamp that is a number": (
        lambda f: f.first(b'{"version":1,"timestamp":1672272000}'),
        bb.WrongShape,
        "record 0",
        "text",
    ),
    "another timestamp": (
        lambda f: f.first(b'{"version":1,"timestamp":"1672272001"}'),
        bb.BadRecord,
        "record 0",
        "header",
    ),
    "another version": (
        lambda f: f.first(b'{"version":2,"timestamp":"1672272000"}'),
        bb.BadRecord,
        "record 0",
        "version 1",
    ),
    "end-of-archive blocks": (lambda f: f.record + bytes(1024), bb.BadRecord, "record", "size"),
    "an extra data record": (
        lambda f: f.repacked(lambda listed: listed.insert(5, ("data", b"1"))),
        bb.BrokenChain,
        "record 8",
        "2 data records",
    ),
    "a data record twice": (
        lambda f: f.repacked(lambda listed: listed.insert(5, listed[5])),
        bb.BrokenChain,
        "record 8",
        "2 data records",
    ),
    "data at the end": (
        lambda f: f.repacked(lambda listed: listed.append(("data", b"1"))),
        bb.BadRecord,
        "record",
        "no event",
    ),
    "a file cut short": (lambda f: f.record[:-512], bb.BadRecord, "record", "middle"),
}

CHAIN = {
    "a parent": (
        lambda f: f.event(2, parsed(lambda event: event.update(parent="0" * 64))),
        bb.BrokenChain,
        "record 9",
        "continue",
    ),
    "a height": (lambda f: f.event(2, parsed(lambda event: event.update(height=7))), bb.BrokenChain, "record 9", ""),
    "a payload": (
        lambda f: f.event(2, parsed(lambda event: event.update(payload="0" * 64))),
        bb.BrokenChain,
        "record 9",
        "continue",
    ),
    "a field more in an event": (
        lambda f: f.event(2, parsed(lambda event: event.update(note=1))),
        bb.BrokenChain,
        "record 9",
        "continue",
    ),
    "a space in an event": (lambda f: f.event(2, lambda raw: raw + b" "), bb.BrokenChain, "record 9", "continue"),
    "a field twice in an event": (
        lambda f: f.event(2, lambda raw: raw[:-1] + b',"height":2}'),
        bb.NotCanonical,
        "record 9",
        "twice",
    ),
    "no set-up": (lambda f: f.events(drop("Setup")), bb.BrokenChain, "record 2", "Setup is expected"),
    "the sum before the end": (
        lambda f: f.events(exchange(5, 6)),
        bb.BrokenChain,
        "record 16",
        "Ballot or EndBallots",
    ),
    "a ballot after the end": (lambda f: f.events(exchange(4, 5)), bb.BrokenChain, "record 14", "EncryptedTally"),
    "a ballot twice": (lambda f: f.events(double("Ballot")), bb.DuplicateBallot, "record 9", "twice"),
    "a ballot dropped": (lambda f: f.events(lambda groups: groups.pop(2)), bb.BadTally, "record 15", "not the sum"),
    "a later ballot dropped": (
        lambda f: f.events(lambda groups: groups.pop(4)),
        bb.BadTally,
        "record 15",
        "not the sum",
    ),
    "the later ballot put first": (lambda f: f.events(exchange(1, 4)), bb.BadTally, "record 17", "not the sum"),
    "no result": (lambda f: f.events(drop("Result")), bb.BrokenChain, "end of the file", "ends before"),
}

SETUP = {
    "a question's words": (
        lambda f: f.setup(0, lambda raw: raw.replace("林".encode(), "李".encode(), 1)),
        bb.WrongElection,
        "record 7, ballot.election_hash",
        "another version",
    ),
    "questions in another order": (
        lambda f: f.setup(0, parsed(lambda election: election["questions"].reverse())),
        bb.WrongElection,
        "record 7, ballot.election_hash",
        "another version",
    ),
    "another key in the election": (
        lambda f: f.setup(0, parsed(lambda election: election.update(public_key=f.group.generate(9)))),
        bb.BadTrustees,
        "trustees",
        "public key",
    ),
    "a field more in the election": (
        lambda f: f.setup(0, parsed(lambda election: election.update(extra=1))),
        bb.WrongShape,
        "election",
        "fields",
    ),
    "a field twice in the election": (
        lambda f: f.setup(0, lambda raw: raw.replace(b'"name"', b'"version":1,"name"')),
        bb.NotCanonical,
        "election",
        "twice",
    ),
    "more required than allowed": (
        lambda f: f.setup(0, parsed(lambda election: election["questions"][0].update(min=2))),
        bb.WrongShape,
        "election.questions[0]",
        "from 2",
    ),
    "a credential twice": (
        lambda f: f.setup(2, parsed(lambda listed: listed.append(listed[0]))),
        bb.DuplicateCredential,
        "public_credentials[4]",
        "twice",
    ),
    "a credential of low order": (
        lambda f: f.setup(2, parsed(lambda listed: listed.append(MIXED))),
        bb.BadPoint,
        "public_credentials[4]",
        "prime order",
    ),
    "a credential taken from the list": (
        lambda f: f.setup(2, parsed(lambda listed: listed.pop(1))),
        bb.UnknownCredential,
        "record 9, ballot.credential",
        "not on the list",
    ),
    "a weight given afterwards": (
        lambda f: f.setup(2, parsed(lambda listed: listed.__setitem__(1, listed[1] + ",3"))),
        bb.BadTally,
        "record 17",
        "not the sum",
    ),
    "a list that the set-up does not name": (
        lambda f: f.events(lambda groups: groups[0][1].__setitem__(2, b"[]")),
        bb.BrokenChain,
        "record 5",
        "set-up",
    ),
}

TRUSTEES = {
    "the server's proof": (
        lambda f: f.trustees(lambda listed: shifted(listed[0][1]["pok"])),
        bb.BadTrustees,
        "trustees[0]",
        "proof",
    ),
    "a rogue key": (rogue_key, bb.BadTrustees, "trustees[0]", "proof"),
    "a certificate's signature": (
        lambda f: f.pedersen(lambda item: shifted(item["certs"][0]["signature"])),
        bb.BadTrustees,
        "trustees[1].trustee[1]",
        "not signed",
    ),
    "a commitment's signature": (
        lambda f: f.pedersen(lambda item: shifted(item["coefexps"][2]["signature"])),
        bb.BadTrustees,
        "trustees[1].trustee[3]",
        "not signed",
    ),
    "the agreement's signature": (
        lambda f: f.pedersen(lambda item: shifted(item["signatures"][0])),
        bb.BadTrustees,
        "trustees[1].trustee[1]",
        "not signed",
    ),
    "commitments exchanged": (
        lambda f: f.pedersen(lambda item: item["coefexps"].reverse()),
        bb.BadTrustees,
        "trustees[1].trustee[1]",
        "not signed",
    ),
    "certificates exchanged": (
        lambda f: f.pedersen(lambda item: item["certs"].reverse()),
        bb.BadTrustees,
        "trustees[1]",
        "certificate",
    ),
    "verification keys exchanged": (
        lambda f: f.pedersen(lambda item: item["verification_keys"].reverse()),
        bb.BadTrustees,
        "trustees[1].trustee[1]",
        "",
    ),
    "a verification key's proof": (
        lambda f: f.pedersen(lambda item: shifted(item["verification_keys"][0]["pok"])),
        bb.BadTrustees,
        "trustees[1].trustee[1]",
        "proof",
    ),
    "a lower threshold": (
        lambda f: f.pedersen(lambda item: item.update(threshold=1)),
        bb.BadTrustees,
        "trustees[1]",
        "",
    ),
    "the trustees left out": (
        lambda f: f.trustees(lambda listed: listed.pop()),
        bb.BadTrustees,
        "trustees",
        "public key",
    ),
}

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

FORGERIES = {
    f"{part}: {name}": forgery
    for part, listed in (
        ("file", FILE),
        ("chain", CHAIN),
        ("set-up", SETUP),
        ("trustees", TRUSTEES),
        ("ballot", BALLOTS),
        ("counting", COUNTING),
    )
    for name, forgery in listed.items()
}


def shifted_by(proof, amount):
    proof["response"] = str(int(proof["response"]) + amount)


@pytest.fixture(scope="module")
def forger(meeting, ballots):
    return Forger.at(meeting, ballots)


def refusal(tmp_path, content):
    path = tmp_path / "record.bel"
    path.write_bytes(content)
    with pytest.raises(bb.BallotboxError) as caught:
        bb.verify_record(path)
    return caught.value


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_record_is_refused_by_name(forger, tmp_path, forgery):
    forge, error, place, words = forgery

    refused = refusal(tmp_path, forge(forger))

    assert (type(refused), place in refused.where, words in refused.sentence) == (error, True, True), refused


def test_without_a_forgery_the_record_is_sound(forger, tmp_path):
    (tmp_path / "record.bel").write_bytes(forger.record)

    assert bb.verify_record(tmp_path / "record.bel").counts == [[1, 1, 1], [0, 3, 0]]


def test_there_are_more_than_thirty_kinds():
    assert len(FORGERIES) > 80


# --- in the finite field --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def in_the_field():
    meeting = Meeting("BELENIOS-2048", voters=3)
    return Forger.at(meeting, [meeting.cast(0, GOOD, NONE), meeting.cast(1, GOOD, FAIR), meeting.cast(2, FAIR, FAIR)])


def _modulus():
    from ballotbox.finite_field import _P  # noqa: PLC0415

    return int(_P)


OUTSIDE = {
    "one": lambda number: "1",
    "order two": lambda number: str(_modulus() - 1),
    "turned round": lambda number: str(_modulus() - int(number)),
    "order three": lambda number: str(pow(2, (_modulus() - 1) // 3, _modulus())),
    "two": lambda number: "2",
}


@pytest.mark.parametrize("part", ["alpha", "beta"])
@pytest.mark.parametrize("outside", OUTSIDE.values(), ids=OUTSIDE)
def test_numbers_outside_the_subgroup_are_refused(in_the_field, tmp_path, part, outside):
    forged = in_the_field.signed(1, lambda body: pair(body).update({part: outside(pair(body)[part])}))

    refused = refusal(tmp_path, forged)

    assert refused.code == "bad_point"
    assert refused.where == "record 9, ballot.answers[0].choices[1]"
