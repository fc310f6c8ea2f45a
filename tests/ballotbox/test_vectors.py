"""Records made by belenios-tool 2.0 and 3.0: we accept them and compute what they expect."""

import json
from pathlib import Path

import pytest

import ballotbox as bb
from ballotbox.archive import RecordReader

FOLDERS = sorted((Path(__file__).parents[1] / "vectors" / "belenios").iterdir())
NAMES = [folder.name for folder in FOLDERS]


def record_of(folder):
    return next(folder.glob("*.bel"))


def read(folder):
    with record_of(folder).open("rb") as file:
        groups = list(RecordReader(file).groups())
    setup = groups[0].data
    return bb.Election.parse(setup[0]), bb.Trustees.parse(setup[1]), json.loads(setup[2]), groups


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_a_record_of_belenios_is_sound_and_counts_as_expected(folder):
    expected = json.loads((folder / "expected.json").read_text())

    summary = bb.verify_record(record_of(folder))

    assert summary.counts == expected["result"]
    assert summary.election.uuid == expected["uuid"]
    assert summary.cast == summary.accepted == len(json.loads((folder / "choices.json").read_text()))


def test_all_five_records_are_there():
    assert len(FOLDERS) == 5


def test_weights_count():
    folder = next(folder for folder in FOLDERS if folder.name.endswith("weights"))

    summary = bb.verify_record(record_of(folder))

    assert (summary.accepted, summary.total_weight) == (9, 24)
    assert summary.counts != json.loads((folder / "expected.json").read_text())["expected"]


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_our_chain_gives_the_very_events(folder):
    *_, groups = read(folder)
    chain = bb.Chain()

    for group in groups:
        kind = json.loads(group.event)["type"]
        assert chain.append(kind, group.data[-1] if group.data else None).raw == group.event

    assert chain.height == len(groups) - 1


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_trustees_build_to_the_same_bytes(folder):
    election, trustees, *_ = read(folder)

    again = bb.Trustees.build(json.loads(trustees.raw))

    assert again.raw == trustees.raw
    assert again.group is election.group
    assert again.public_key == election.public_key


@pytest.mark.parametrize("folder", [f for f in FOLDERS if "t30" in f.name], ids=lambda folder: folder.name)
def test_private_credentials_lead_to_the_listed_public_ones(folder):
    election, _, listed, _ = read(folder)
    private = json.loads((folder / "private_creds.json").read_text()).values()

    derived = {bb.public_credential(election.group, election.uuid, credential) for credential in private}

    assert derived == {item.partition(",")[0] for item in listed}


@pytest.mark.parametrize("folder", [f for f in FOLDERS if "thr" not in f.name], ids=lambda folder: folder.name)
def test_the_trustees_key_of_the_tool_decrypts_in_our_hands(folder):
    election, trustees, listed, groups = read(folder)
    weights = {item.partition(",")[0]: int(item.partition(",")[2] or 1) for item in listed}
    raws = [g.data[0] for g in groups if json.loads(g.event)["type"] == "Ballot"]
    ballots = [bb.check_form(election, raw, weights) for raw in raws]
    tally = bb.encrypted_tally(election, [(weights[ballot.credential], ballot) for ballot in ballots])
    key = int(json.loads(next(folder.glob("*.privkey")).read_text()))

    part = bb.partial_decryption(election, tally, key, cast=len(raws), floor=5)

    expected = json.loads((folder / "expected.json").read_text())["result"]
    assert bb.combine(election, trustees, tally, {1: part}).counts == expected
