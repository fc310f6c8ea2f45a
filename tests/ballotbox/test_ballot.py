"""One ballot: accepted as cast, refused by name when anything about it is wrong."""

import json
import secrets

import pytest

import ballotbox as bb
from ballotbox.encoding import canonical
from tests.ballotbox.meeting import FAIR, GOOD, NONE, QUESTIONS, Meeting


def test_a_ballot_is_accepted_in_each_group(any_meeting):
    raw = any_meeting.cast(0, GOOD, NONE)

    ballot = any_meeting.accept(raw)

    assert ballot.credential == any_meeting.public[0]
    assert ballot.tracker == bb.tracker(raw)
    assert len(ballot.tracker) == 43
    assert len(raw) <= bb.largest_ballot(any_meeting.election) < len(raw) * 1.1


def test_the_same_choice_is_never_the_same_ballot(meeting, ballot):
    assert meeting.cast(0, GOOD, NONE) != ballot


@pytest.mark.parametrize("bit", range(8))
def test_one_changed_bit_is_refused(meeting, ballot, bit):
    meeting.accept(ballot)

    for position in secrets.SystemRandom().sample(range(len(ballot)), 25):
        altered = bytearray(ballot)
        altered[position] ^= 1 << bit
        with pytest.raises(bb.BallotboxError):
            meeting.accept(bytes(altered))


def test_every_byte_of_the_signature_and_the_head_counts(meeting, ballot):
    tail = ballot.index(b'"signature"')

    for position in [*range(240), *range(tail, len(ballot))]:
        altered = bytearray(ballot)
        altered[position] ^= 1
        with pytest.raises(bb.BallotboxError):
            bb.check_form(meeting.election, bytes(altered), meeting.public)


@pytest.mark.parametrize(
    "change", [lambda raw: raw + b" ", lambda raw: b"\n" + raw, lambda raw: raw.replace(b",", b", ", 1)]
)
def test_other_ways_to_write_it_are_refused(meeting, ballot, change):
    with pytest.raises(bb.NotCanonical):
        bb.check_form(meeting.election, change(ballot), meeting.public)


def test_too_large_a_ballot_is_not_even_parsed(meeting, ballot):
    limit = bb.largest_ballot(meeting.election)

    with pytest.raises(bb.TooLarge):
        bb.check_form(meeting.election, ballot.ljust(limit + 1), meeting.public)


def test_fields_in_another_order(meeting, ballot):
    body = json.loads(ballot)
    reordered = canonical({name: body[name] for name in reversed(body)})

    with pytest.raises(bb.WrongShape, match="in this order"):
        bb.check_form(meeting.election, reordered, meeting.public)


def _answer(body):
    return body["answers"][0]


SHAPES = {
    "a field more": lambda body: body.update(extra=1),
    "a field more in an answer": lambda body: _answer(body).update(blank_proof=[]),
    "a field more in a pair": lambda body: _answer(body)["choices"][0].update(gamma="1"),
    "a field more in a proof": lambda body: _answer(body)["overall_proof"][0].update(w="1"),
    "a field less": lambda body: _answer(body).pop("overall_proof"),
    "a question less": lambda body: body["answers"].pop(),
    "a question more": lambda body: body["answers"].append(_answer(body)),
    "an answer less": lambda body: _answer(body)["choices"].pop(),
    "an answer more": lambda body: _answer(body)["choices"].append(_answer(body)["choices"][0]),
    "a proof less": lambda body: _answer(body)["individual_proofs"].pop(),
    "a disjunct less": lambda body: _answer(body)["individual_proofs"][0].pop(),
    "a disjunct more": lambda body: _answer(body)["overall_proof"].append(_answer(body)["overall_proof"][0]),
    "null": lambda body: body.update(answers=None),
    "a number": lambda body: _answer(body)["overall_proof"][0].update(challenge=5),
}


@pytest.mark.parametrize("change", SHAPES.values(), ids=SHAPES)
def test_a_ballot_of_another_shape(meeting, ballot, change):
    raw = meeting.changed(0, ballot, change)

    with pytest.raises((bb.WrongShape, bb.TooLarge)):
        bb.check_form(meeting.election, raw, meeting.public)


def test_a_number_at_or_above_the_order(meeting, ballot):
    order = meeting.group.order

    def add_order(body):
        proof = _answer(body)["individual_proofs"][0][0]
        proof["response"] = str(int(proof["response"]) + order)

    with pytest.raises(bb.NotCanonical, match="order"):
        bb.check_form(meeting.election, meeting.changed(0, ballot, add_order), meeting.public)


def test_a_leading_zero(meeting, ballot):
    def pad(body):
        proof = _answer(body)["overall_proof"][0]
        proof["challenge"] = "0" + proof["challenge"]

    with pytest.raises(bb.WrongShape):
        bb.check_form(meeting.election, meeting.changed(0, ballot, pad), meeting.public)


# --- a dishonest voter, who signs what he changed -----------------------------------------------------------------


def refused_by_proofs(meeting, raw):
    ballot = bb.check_form(meeting.election, raw, meeting.public)
    with pytest.raises((bb.BadProof, bb.BadPoint)) as refusal:
        bb.check_proofs(meeting.election, ballot)
    return refusal.value


@pytest.mark.parametrize("part", ["alpha", "beta"])
def test_an_altered_ciphertext(any_meeting, part):
    raw = any_meeting.cast(0, GOOD, NONE)
    g = any_meeting.group

    def shift(body):
        pair = body["answers"][1]["choices"][2]
        pair[part] = g.multiply(pair[part], g.generator)

    refusal = refused_by_proofs(any_meeting, any_meeting.changed(0, raw, shift))

    assert refusal.where == "ballot.answers[1].choices[2]"
    assert refusal.code == "bad_proof"


@pytest.mark.parametrize("name", ["challenge", "response"])
@pytest.mark.parametrize("where", ["individual_proofs", "overall_proof"])
def test_an_altered_proof(any_meeting, name, where):
    raw = any_meeting.cast(0, GOOD, NONE)

    def shift(body):
        proofs = _answer(body)[where]
        proof = proofs[0][1] if where == "individual_proofs" else proofs[0]
        proof[name] = str((int(proof[name]) + 1) % any_meeting.group.order)

    refused_by_proofs(any_meeting, any_meeting.changed(0, raw, shift))


def test_a_copy_of_somebody_elses_answers(any_meeting):
    raw = any_meeting.cast(0, GOOD, NONE)
    body = json.loads(raw)
    body["credential"] = any_meeting.public[1]

    refusal = refused_by_proofs(any_meeting, any_meeting.resign(1, body))

    assert refusal.code == "bad_proof"


def test_answers_exchanged_within_a_question(meeting, ballot):
    def exchange(body):
        for name in ("choices", "individual_proofs"):
            _answer(body)[name].reverse()

    refusal = refused_by_proofs(meeting, meeting.changed(0, ballot, exchange))

    assert refusal.where == "ballot.answers[0].overall_proof"


@pytest.mark.parametrize("marks", [[1, 1, 0], [0, 0, 0]])
def test_more_or_less_than_one_mark(marks):
    """Well encrypted for a laxer question, put into the strict one: the overall proof gives it away."""
    strict = Meeting(voters=1, questions=QUESTIONS[:1])
    lax = Meeting(voters=1, questions=(bb.Question("x", QUESTIONS[0].answers, 0, 3),), identifier=strict.identifier)
    lax.slips, lax.public = strict.slips, strict.public
    body = json.loads(lax.cast(0, marks))
    body.update(election_uuid=strict.election.uuid, election_hash=strict.election.fingerprint)
    body["answers"][0]["overall_proof"] = body["answers"][0]["overall_proof"][:1]

    refused_by_proofs(strict, strict.resign(0, body))


LOW_ORDER = [
    "7f" + "ff" * 30 + "ec",
    "00" * 32,
    "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7",
]


@pytest.mark.parametrize("part", ["alpha", "beta"])
@pytest.mark.parametrize("point", ["00" * 31 + "01", *LOW_ORDER])
def test_neutral_and_low_order_points(meeting, ballot, part, point):
    raw = meeting.changed(0, ballot, lambda body: _answer(body)["choices"][1].update({part: point}))

    refusal = refused_by_proofs(meeting, raw)

    assert refusal.code == "bad_point"
    assert refusal.where == "ballot.answers[0].choices[1]"


@pytest.mark.parametrize("part", ["alpha", "beta"])
def test_a_point_with_a_part_of_low_order(meeting, ballot, part):
    def mix(body):
        pair = _answer(body)["choices"][1]
        pair[part] = meeting.group.multiply(pair[part], LOW_ORDER[2])

    assert refused_by_proofs(meeting, meeting.changed(0, ballot, mix)).code == "bad_point"


@pytest.mark.parametrize("number", ["1", "2"])
def test_numbers_outside_the_subgroup(number):
    meeting = Meeting("BELENIOS-2048", voters=1, questions=QUESTIONS[:1])
    raw = meeting.cast(0, GOOD)

    raw = meeting.changed(0, raw, lambda body: _answer(body)["choices"][0].update(alpha=number))

    assert refused_by_proofs(meeting, raw).code == "bad_point"


@pytest.mark.parametrize("point", ["7f" + "ff" * 30 + "ee", "FF" * 32, "zz", 7])
def test_a_point_that_is_not_written_as_one(meeting, ballot, point):
    raw = meeting.changed(0, ballot, lambda body: _answer(body)["choices"][1].update(alpha=point))

    with pytest.raises(bb.BadPoint):
        bb.check_form(meeting.election, raw, meeting.public)


# --- whose ballot, and for what -----------------------------------------------------------------------------------


def test_a_ballot_for_another_election(meeting, ballot):
    other = Meeting(identifier=meeting.identifier)

    with pytest.raises(bb.WrongElection, match="another election"):
        bb.check_form(other.election, ballot, meeting.public)


def test_a_ballot_for_another_version_of_the_election(meeting, ballot):
    election = meeting.election
    other = bb.Election.build(
        uuid=election.uuid,
        name=election.name + ".",
        description="",
        group_name=meeting.group_name,
        public_key=election.public_key,
        questions=election.questions,
    )

    with pytest.raises(bb.WrongElection, match="another version"):
        bb.check_form(other, ballot, meeting.public)


def test_a_credential_of_another_category(meeting, ballot):
    category_a, category_b = meeting.public[:2], meeting.public[2:]

    bb.check_form(meeting.election, ballot, category_a)
    with pytest.raises(bb.UnknownCredential):
        bb.check_form(meeting.election, ballot, category_b)


def test_signed_by_somebody_else(meeting, ballot):
    body = json.loads(ballot)

    with pytest.raises(bb.BadSignature, match="does not belong"):
        bb.check_form(meeting.election, meeting.resign(1, body), meeting.public)


def test_changed_after_signing(meeting, ballot):
    body = json.loads(ballot)
    body["answers"].reverse()

    with pytest.raises(bb.BadSignature, match="changed after"):
        bb.check_form(meeting.election, canonical(body), meeting.public)


# --- choices ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "choices",
    [
        [],
        [GOOD],
        [GOOD, GOOD, GOOD],
        [GOOD, [1, 0]],
        [GOOD, [1, 1, 0]],
        [GOOD, [0, 0, 0]],
        [GOOD, [2, 0, 0]],
        [GOOD, [True, 0, 0]],
    ],
)
def test_choices_that_do_not_fit(meeting, choices):
    with pytest.raises(bb.BadChoices):
        meeting.cast(0, *choices)


@pytest.mark.parametrize("marks", [[0, 0, 0], FAIR, [1, 0, 1]])
def test_questions_with_a_range(marks):
    lax = Meeting(voters=1, questions=(bb.Question("x", QUESTIONS[0].answers, 0, 2),))

    lax.accept(lax.cast(0, marks))
    with pytest.raises(bb.BadChoices, match="from 0 to 2"):
        lax.cast(0, [1, 1, 1])


def test_errors_speak(meeting, ballot):
    with pytest.raises(bb.UnknownCredential) as refusal:
        bb.check_form(meeting.election, ballot, [])

    assert str(refusal.value) == "ballot.credential: This credential is not on the list of this election."
    assert (refusal.value.code, refusal.value.where) == ("unknown_credential", "ballot.credential")
