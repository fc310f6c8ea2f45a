"""Whole records: written, verified, and every way to spoil one."""

import io
import json
from pathlib import Path

import pytest

import ballotbox as bb
from ballotbox.archive import header
from ballotbox.encoding import canonical, sha256_hex
from tests.ballotbox.meeting import FAIR, GOOD, NONE, Meeting
from tests.ballotbox.records import (
    STAMP,
    bodies,
    change_setup,
    grouped,
    index_of,
    list_change,
    pack,
    rechained,
    spoiled,
)


@pytest.fixture(scope="session")
def record(meeting, ballots):
    target = io.BytesIO()
    meeting.write(target, ballots)
    return target.getvalue()


@pytest.fixture
def verify(tmp_path):
    def run(content, **options):
        path = tmp_path / "record.bel"
        path.write_bytes(content)
        return bb.verify_record(path, **options)

    return run


def test_a_record_says_what_was_cast(any_meeting, tmp_path):
    raws = [any_meeting.cast(0, GOOD, NONE), any_meeting.cast(1, GOOD, FAIR), any_meeting.cast(0, NONE, FAIR)]

    chain = any_meeting.write(tmp_path / "a.bel", raws)
    summary = bb.verify_record(tmp_path / "a.bel")

    assert summary.counts == [[1, 0, 1], [0, 2, 0]]
    assert (summary.cast, summary.accepted, summary.credentials, summary.trustees) == (3, 2, 4, 4)
    assert summary.trackers == tuple(bb.tracker(raw) for raw in raws)
    assert (summary.head, summary.height) == (chain.head, chain.height) == (chain.events[-1].hash, 9)
    assert summary.group == any_meeting.group_name
    assert summary.partial_decryptions == (1, 2, 4)
    assert summary.election.raw == any_meeting.election.raw


def test_the_same_things_give_the_same_bytes(meeting, ballots, record):
    groups = grouped(record)
    partials = {json.loads(data[1])["owner"]: data[0] for kind, data in groups if kind == "PartialDecryption"}
    tally = meeting.tally(ballots)
    again = io.BytesIO()

    bb.write_record(
        again,
        election=meeting.election,
        trustees=meeting.trustees,
        credentials=meeting.listed,
        ballots=iter(ballots),
        encrypted_tally=tally,
        partials=dict(reversed(partials.items())),
        result=bb.combine(meeting.election, meeting.trustees, tally, partials),
        timestamp=STAMP,
    )

    assert again.getvalue() == record


def test_a_chain_continued_from_storage_is_the_chain_of_the_record(meeting, ballots, record):
    credentials = bb.credential_list(meeting.listed)
    setup = bb.setup_payload(meeting.election.raw, meeting.trustees.raw, credentials)
    stored = bb.Chain()
    stored.append("Setup", setup)

    for raw in ballots:
        stored = bb.Chain(height=stored.height, head=stored.head)
        stored.append("Ballot", raw)
    stored.append("EndBallots")

    assert stored.events[-1].raw in record
    assert stored.head == sha256_hex(stored.events[-1].raw)
    assert stored.height == 5


def test_events_have_the_fields_they_need():
    assert bb.build_event(None, 0, "Setup", "ab") == b'{"height":0,"type":"Setup","payload":"ab"}'
    assert bb.build_event("cd", 6, "EndBallots", None) == b'{"parent":"cd","height":6,"type":"EndBallots"}'


def test_a_half_known_chain_is_refused():
    with pytest.raises(ValueError, match="belong together"):
        bb.Chain(height=3)


def test_weighted_credentials(verify):
    meeting = Meeting(voters=3, weights=(2, 5, 1))
    target = io.BytesIO()
    meeting.write(target, [meeting.cast(0, GOOD, FAIR), meeting.cast(1, GOOD, NONE), meeting.cast(1, FAIR, NONE)])

    summary = verify(target.getvalue())

    assert summary.counts == [[2, 5, 0], [0, 2, 5]]
    assert (summary.accepted, summary.total_weight, summary.cast) == (2, 7, 3)


def test_other_processes_find_the_same(verify, record):
    assert verify(record, workers=2) == verify(record)


def test_progress_ends_at_the_end(verify, record):
    seen = []

    verify(record, progress=lambda done, total: seen.append((done, total)))

    assert seen == sorted(seen)
    assert seen[-1] == (len(record), len(record))


def test_the_same_ballot_is_not_written_twice(meeting, ballot):
    writer = bb.RecordWriter(io.BytesIO(), timestamp=STAMP)
    writer.setup(meeting.election, meeting.trustees, meeting.listed)
    writer.ballot(ballot)

    with pytest.raises(bb.DuplicateBallot):
        writer.ballot(ballot)


# --- spoiled: the file --------------------------------------------------------------------------------------------


def test_the_helpers_of_this_file_rebuild_the_record(record):
    assert pack(bodies(record)) == rechained(grouped(record)) == record


def test_any_changed_byte_is_noticed(verify, record):
    verify(record)

    for position in [*range(0, 1600, 31), *range(1600, len(record), len(record) // 60)]:
        altered = bytearray(record)
        altered[position] ^= 4
        with pytest.raises(bb.BallotboxError):
            verify(bytes(altered))


@pytest.mark.parametrize("length", [0, 100, 512, 600, 1024, 20_000])
def test_a_file_that_breaks_off(verify, record, length):
    with pytest.raises(bb.BallotboxError):
        verify(record[:length])


def test_a_file_without_its_last_event(verify, record):
    listed = bodies(record)

    with pytest.raises(bb.BrokenChain, match="ends before PartialDecryption or Result"):
        verify(pack(listed[:-2]))
    with pytest.raises(bb.BadRecord, match="no event"):
        verify(pack(listed[:-1]))


@pytest.mark.parametrize("more", [bytes(512), bytes(1024), b"x", b"x" * 512])
def test_something_after_the_end(verify, record, more):
    with pytest.raises(bb.BadRecord):
        verify(record + more)


def test_another_timestamp_in_one_header(verify, record):
    listed = bodies(record)
    body = listed[0][1]
    other = header(f"{sha256_hex(body)}.data.json", len(body), STAMP + 1)

    with pytest.raises(bb.BadRecord, match="header"):
        verify(record[:1024] + other + record[1536:])


def test_a_huge_size_is_refused_before_it_is_read(verify, record):
    huge = header("a.data.json", 8**10, STAMP)

    with pytest.raises(bb.BadRecord, match="larger than any"):
        verify(record[:1024] + huge)


def test_no_record_at_all(verify):
    for content in (b"PK\3\4" + bytes(600), bytes(1024), b"BELENIOS" + bytes(1016)):
        with pytest.raises(bb.BadRecord):
            verify(content)


# --- spoiled: the events, in a chain that fits --------------------------------------------------------------------


def repeat(kind):
    return lambda groups: groups.insert(index_of(groups, kind), groups[index_of(groups, kind)])


def drop(kind):
    return lambda groups: groups.pop(index_of(groups, kind))


def move_last(kind):
    return lambda groups: groups.append(groups.pop(index_of(groups, kind)))


def orphan(kind):
    """A data record that no event names."""
    return lambda groups: groups[index_of(groups, kind)][1].insert(0, b'"surplus"')


EVENTS = {
    "no set-up": (drop("Setup"), bb.BrokenChain),
    "two set-ups": (repeat("Setup"), bb.BrokenChain),
    "a ballot twice": (repeat("Ballot"), bb.DuplicateBallot),
    "a ballot that counts missing": (lambda groups: groups.pop(2), bb.BadTally),
    "a ballot after the end": (move_last("Ballot"), bb.BrokenChain),
    "no end of ballots": (drop("EndBallots"), bb.BrokenChain),
    "two ends of ballots": (repeat("EndBallots"), bb.BrokenChain),
    "no sum": (drop("EncryptedTally"), bb.BrokenChain),
    "too few decryptions": (drop("PartialDecryption"), bb.MissingPartialDecryption),
    "a decryption twice": (repeat("PartialDecryption"), bb.BrokenChain),
    "a decryption after the result": (
        lambda groups: groups.append(groups[index_of(groups, "PartialDecryption")]),
        bb.BrokenChain,
    ),
    "no result": (drop("Result"), bb.BrokenChain),
    "two results": (repeat("Result"), bb.BrokenChain),
    "surplus data at the set-up": (orphan("Setup"), bb.BadRecord),
    "surplus data at a ballot": (orphan("Ballot"), bb.BrokenChain),
    "surplus data at the end": (orphan("EndBallots"), bb.BrokenChain),
    "an unknown event": (lambda groups: groups.insert(1, ("Note", [b"1"])), bb.BrokenChain),
    "a shuffle": (lambda groups: groups.insert(1, ("Shuffle", [b"1"])), bb.Unsupported),
}


@pytest.mark.parametrize(("change", "error"), EVENTS.values(), ids=EVENTS)
def test_events_that_are_not_in_order(verify, record, change, error):
    with pytest.raises(error):
        verify(spoiled(record, change))


def test_ballots_in_another_order_are_another_record_but_the_replaced_one_then_counts(verify, record):
    def exchange(groups):
        groups[1], groups[4] = groups[4], groups[1]

    with pytest.raises(bb.BadTally):
        verify(spoiled(record, exchange))


@pytest.mark.parametrize("field", ["parent", "height", "payload"])
def test_an_event_that_does_not_continue_the_chain(verify, record, field):
    listed = bodies(record)
    place = [i for i, (kind, _) in enumerate(listed) if kind == "event"][2]
    event = json.loads(listed[place][1])
    event[field] = 7 if field == "height" else "0" * 64
    listed[place] = ("event", canonical(event))

    with pytest.raises(bb.BrokenChain, match="does not continue"):
        verify(pack(listed))


def test_a_name_that_is_not_the_hash(verify, record):
    listed = bodies(record)
    data = listed[0][1].replace(b"Review", b"Revues")

    with pytest.raises(bb.BadRecord, match="not the hash"):
        verify(record.replace(listed[0][1], data))


# --- spoiled: what the events are about ---------------------------------------------------------------------------


CREDENTIALS = {
    "twice on the list": (lambda listed: listed.append(listed[0]), bb.DuplicateCredential),
    "twice, once weighted": (lambda listed: listed.append(listed[0] + ",2"), bb.DuplicateCredential),
    "a weight of nothing": (lambda listed: listed.__setitem__(0, listed[0] + ",0"), bb.WrongShape),
    "a negative weight": (lambda listed: listed.__setitem__(0, listed[0] + ",-1"), bb.WrongShape),
    "an empty weight": (lambda listed: listed.__setitem__(0, listed[0] + ","), bb.WrongShape),
    "a leading zero": (lambda listed: listed.__setitem__(0, listed[0] + ",01"), bb.WrongShape),
    "a name": (lambda listed: listed.__setitem__(0, listed[0] + ",1,chen"), bb.WrongShape),
    "a point of low order": (lambda listed: listed.append("00" * 32), bb.BadPoint),
    "not a point": (lambda listed: listed.append("Chen"), bb.BadPoint),
    "not a text": (lambda listed: listed.append(5), bb.WrongShape),
    "the voter's own missing": (lambda listed: listed.pop(0), bb.UnknownCredential),
}


@pytest.mark.parametrize(("change", "error"), CREDENTIALS.values(), ids=CREDENTIALS)
def test_lists_of_credentials(verify, record, change, error):
    with pytest.raises(error):
        verify(spoiled(record, change_setup(2, list_change(change))))


def test_the_set_up_names_what_stands_before_it(verify, record):
    def change(groups):
        groups[0][1][2] = b"[]"

    with pytest.raises(bb.BrokenChain, match="set-up"):
        verify(spoiled(record, change))


def test_trustees_of_another_election(verify, record):
    other = Meeting(voters=1).trustees.raw

    with pytest.raises(bb.BadTrustees, match="public key"):
        verify(spoiled(record, change_setup(1, lambda _: other)))


def test_another_election(verify, record):
    with pytest.raises(bb.WrongElection):
        verify(spoiled(record, change_setup(0, lambda raw: raw.replace(b"Review", b"Revues"))))


def test_a_ballot_whose_proof_is_wrong_is_named(meeting, ballots, verify, record):
    def spoil(body):
        pair = body["answers"][1]["choices"][2]
        pair["beta"] = meeting.group.multiply(pair["beta"], meeting.group.generator)

    bad = meeting.changed(1, ballots[1], spoil)

    def change(groups):
        groups[2] = ("Ballot", [bad])

    for workers in (1, 2):
        with pytest.raises(bb.BadProof) as refusal:
            verify(spoiled(record, change), workers=workers)
        assert refusal.value.where == "record 9, ballot.answers[1].choices[2]"


def test_a_wrong_sum(meeting, ballots, verify, record):
    other = meeting.tally(ballots[:3])

    def change(groups):
        groups[index_of(groups, "EncryptedTally")] = ("EncryptedTally", [other.raw, other.sized()])

    with pytest.raises(bb.BadTally, match="not the sum"):
        verify(spoiled(record, change))


def test_a_wrong_number_of_ballots(verify, record):
    def change(groups):
        data = groups[index_of(groups, "EncryptedTally")][1]
        data[1] = data[1].replace(b'"num_tallied":3', b'"num_tallied":4')

    with pytest.raises(bb.BadTally, match="number"):
        verify(spoiled(record, change))


def test_a_partial_decryption_given_to_another_owner(verify, record):
    def change(groups):
        data = groups[index_of(groups, "PartialDecryption")][1]
        data[1] = bb.owned_payload(3, data[0])

    with pytest.raises((bb.BadPartialDecryption, bb.MissingPartialDecryption)):
        verify(spoiled(record, change))


@pytest.mark.parametrize("counts", [[[2, 1, 0], [0, 3, 0]], [[1, 1, 1], [1, 2, 0]], [[1, 1, 1]]])
def test_wrong_counts(verify, record, counts):
    def change(groups):
        groups[-1] = ("Result", [canonical({"result": counts})])

    with pytest.raises(bb.BadResult):
        verify(spoiled(record, change))


def test_counts_written_otherwise(verify, record):
    def change(groups):
        groups[-1] = ("Result", [b'{"result": [[1,1,1],[0,3,0]]}'])

    with pytest.raises(bb.BadResult):
        verify(spoiled(record, change))


def test_a_path_is_a_text_or_a_path(meeting, ballots, tmp_path):
    meeting.write(str(tmp_path / "a.bel"), ballots)

    assert bb.verify_record(str(tmp_path / "a.bel")).counts == bb.verify_record(Path(tmp_path, "a.bel")).counts
