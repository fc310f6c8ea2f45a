"""What the browser's programs make, the Python side accepts and counts; both sides derive the same keys."""

import json

import pytest

import ballotbox
from tests.ballotbox_js.node import ask

GROUPS = ("Ed25519", "BELENIOS-2048")
ANSWERS = ("好 / Good", "较好 / Fairly good", "一般 / Average", "差 / Poor", "不了解 / No opinion")
IDENTIFIER = "QingchuanAbcde"


def make_election(group, rows, answers, trustees):
    questions = [ballotbox.Question(f"{i + 1:02} 青川市 / Qingchuan", ANSWERS[:answers]) for i in range(rows)]
    return ballotbox.Election.build(
        uuid=ballotbox.new_identifier(),
        name="测评 / Review",
        description="",
        group_name=group,
        public_key=trustees.public_key,
        questions=questions,
    )


def make_trustees(group):
    g = ballotbox.group(group)
    server = ballotbox.make_single_key(g)
    ceremony = ballotbox.ceremony(g, trustees=3, threshold=2)
    return server, ceremony, ballotbox.Trustees.build([server.public, ceremony.public], g)


@pytest.mark.parametrize("group", GROUPS)
def test_both_sides_derive_the_same_public_credential(group):
    credential = ballotbox.new_credential()

    derived = ask("credential", group=group, ballot=IDENTIFIER, credential=credential)

    assert derived == ballotbox.public_credential(ballotbox.group(group), IDENTIFIER, credential)


@pytest.mark.parametrize(("rows", "answers"), [(3, 4), (18, 5)])
@pytest.mark.parametrize("group", GROUPS)
def test_a_ballot_of_the_booth_is_accepted(group, rows, answers):
    _, _, trustees = make_trustees(group)
    election = make_election(group, rows, answers, trustees)
    credential = ballotbox.new_credential()
    public = ballotbox.public_credential(election.group, IDENTIFIER, credential)
    voter = {"credential": credential, "choices": [i % answers for i in range(rows)]}

    [made] = ask("ballots", election=election.raw.decode(), ballot=IDENTIFIER, voters=[voter])

    raw = made["ballot"].encode()
    ballotbox.check_proofs(election, ballotbox.check_form(election, raw, {public}))
    assert made["tracker"] == ballotbox.tracker(raw)


def test_a_ballot_of_the_booth_altered_by_one_digit_is_refused():
    _, _, trustees = make_trustees("Ed25519")
    election = make_election("Ed25519", 1, 2, trustees)
    credential = ballotbox.new_credential()
    public = ballotbox.public_credential(election.group, IDENTIFIER, credential)
    voter = {"credential": credential, "choices": [1]}
    [made] = ask("ballots", election=election.raw.decode(), ballot=IDENTIFIER, voters=[voter])
    place = made["ballot"].index('"response":"') + 14
    digit = "7" if made["ballot"][place] != "7" else "8"
    altered = made["ballot"][:place] + digit + made["ballot"][place + 1 :]

    ballotbox.check_form(election, made["ballot"].encode(), {public})
    with pytest.raises(ballotbox.BadSignature):
        ballotbox.check_form(election, altered.encode(), {public})


@pytest.mark.parametrize("group", GROUPS)
def test_ballots_and_trustees_of_the_browser_give_the_counts(group):
    server, ceremony, trustees = make_trustees(group)
    election = make_election(group, 3, 4, trustees)
    marks = [[0, 1, 2], [0, 1, 3], [0, 0, 0], [3, 1, 2], [1, 1, 1]]
    voters = [{"credential": ballotbox.new_credential(), "choices": choices} for choices in marks]
    public = {ballotbox.public_credential(election.group, IDENTIFIER, voter["credential"]) for voter in voters}
    made = ask("ballots", election=election.raw.decode(), ballot=IDENTIFIER, voters=voters)
    ballots = [ballotbox.check_form(election, item["ballot"].encode(), public) for item in made]
    tally = ballotbox.encrypted_tally(election, ballots)

    partials = {1: ballotbox.partial_decryption(election, tally, server.private, cast=5, floor=5)}
    for index in (1, 3):
        task = {
            "category": "A",
            "election": election.raw.decode(),
            "tally": tally.raw.decode(),
            "cast": 5,
            "done": False,
        }
        tasks = {"owner": 1 + index, "floor": 5, "trustees": trustees.raw.decode(), "categories": [task]}
        share = ask("share", key=json.dumps(ceremony.key_files[index - 1]), tasks=tasks).encode()
        ballotbox.check_partial_decryption(election, trustees, tally, 1 + index, share)
        partials[1 + index] = share

    counts = ballotbox.combine(election, trustees, tally, partials).counts
    assert counts == [[3, 1, 0, 1], [1, 4, 0, 0], [1, 1, 2, 1]]
