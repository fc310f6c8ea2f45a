"""A rehearsal keeps to its seed, refuses what cannot be played, leaves real data alone and notices what is wrong."""

import os
import sqlite3
from argparse import Namespace
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from django.test import Client

from shuping import cli
from shuping.core import datafolder
from shuping.rehearsal import folder, hall, play, polling, site, verdict
from tests.operate import sites
from tests.rehearsal import companies


@pytest.fixture
def environment():
    """What an example sets is taken back."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def players(tmp_path):
    return companies.company(tmp_path / "data")


@pytest.fixture
def results(players):
    return companies.results_of(players)


# --- who votes, and how -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("voters", "expected"),
    [(50, (10, 15, 25)), (51, (10, 15, 26)), (73, (15, 22, 36)), (100, (20, 30, 50)), (103, (21, 31, 51))],
)
def test_seats_are_shared_by_largest_remainder(voters, expected):
    assert tuple(hall.seats(voters).values()) == expected
    assert sum(expected) == voters


@pytest.mark.parametrize(("voters", "sheets"), [(50, 10), (51, 10), (73, 14), (100, 20), (103, 20)])
def test_a_fifth_votes_on_paper(voters, sheets):
    assert polling.paper_sheets(voters) == sheets
    assert sheets < hall.seats(voters)["C"]


@pytest.mark.parametrize("voters", [50, 73, 103])
def test_everybody_votes_once_on_every_unit(tmp_path, voters):
    votes = companies.company(tmp_path, entries=5, voters=voters).votes
    electronic = [vote for category in votes["electronic"].values() for vote in category]
    assert len(electronic) + len(votes["paper"]) == voters
    assert {len(vote) for vote in [*electronic, *votes["paper"]]} == {5}
    assert {mark for vote in electronic for mark in vote} <= set(range(5))


def test_the_same_seed_votes_the_same_and_another_seed_otherwise(tmp_path):
    first, again, other = (companies.company(tmp_path, seed=seed).votes for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_votes_of_a_full_rehearsal_are_not_all_alike(tmp_path):
    votes = companies.company(tmp_path, entries=18, voters=100).votes["electronic"]["B"]
    assert len(Counter(mark for vote in votes for mark in vote)) >= 4


# --- what cannot be played --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("--example", "municipal"), "There is no example 'municipal'; there is: provincial."),
        (("--voters", "49"), "A rehearsal needs at least 50 voters, or a category falls below its floor."),
        (("--entries", "3"), "The example has from 4 to 18 entries."),
        (("--entries", "19"), "The example has from 4 to 18 entries."),
    ],
)
def test_what_cannot_be_played_is_refused_with_a_sentence(tmp_path, capsys, asked, sentence):
    assert cli.main(["rehearse", *asked, "--out", str(tmp_path / "out")]) == 1
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def contents(where):
    return {file.relative_to(where): file.read_bytes() for file in where.rglob("*") if file.is_file()}


@pytest.fixture
def real(tmp_path):
    """A folder in which a real site keeps its data."""
    data = tmp_path / "out" / "data"
    (data / "files").mkdir(parents=True)
    (data / "shuping.sqlite3").write_bytes(b"a real year")
    (data / "files" / "report.docx").write_bytes(b"a real report")
    return data


def test_an_example_never_mixes_with_real_data(real, environment):
    before, settings = contents(real), dict(os.environ)
    with pytest.raises(folder.NotAnExample, match="holds real data"):
        folder.prepare(real, address="http://127.0.0.1:1", start=play.STARTED)
    assert contents(real) == before
    assert dict(os.environ) == settings


def test_a_rehearsal_over_real_data_is_refused(real, capsys):
    before = contents(real.parent)
    assert cli.main(["rehearse", "--out", str(real.parent)]) == 1
    assert "An example never mixes with it" in capsys.readouterr().err
    assert contents(real.parent) == before


def test_the_demo_over_real_data_is_refused(tmp_path, capsys, monkeypatch, environment):
    from shuping.rehearsal import demo  # noqa: PLC0415 - its signal handler is set by the call only

    data = tmp_path / "example"
    data.mkdir()
    (data / "shuping.sqlite3").write_bytes(b"a real year")
    monkeypatch.setenv("SHUPING_DATA", str(tmp_path))
    monkeypatch.setattr(demo.signal, "signal", lambda *_: None)
    assert demo.demo(Namespace(stage="before", lan=False)) == 1
    assert "holds real data" in capsys.readouterr().err
    assert contents(data) == {Path("shuping.sqlite3"): b"a real year"}


def test_an_older_example_makes_room_for_a_new_one(real, environment):
    (real / datafolder.MARKER).write_text("an example", "utf-8")
    folder.prepare(real, address="http://127.0.0.1:8123", start=play.STARTED)
    assert datafolder.is_example(real)
    assert {str(file) for file in contents(real)} == {"EXAMPLE", "clock", "keys/site-secret"}
    assert os.environ["SHUPING_DATA"] == str(real)
    assert os.environ["SHUPING_LISTEN"] == "127.0.0.1:8123"
    assert folder.read_clock() == play.STARTED


def test_a_taken_port_is_named_with_another_one():
    with site.socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(site.ServerFailed, match=f"already listens at {address}.*SHUPING_ADDRESS="):
            site.refuse_taken_port(address)


# --- the demo's doors are there in an example only --------------------------------------------------------------------


@pytest.fixture
def demo_folder(settings, tmp_path):
    """Where others wait to act, as the demo leaves it."""
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "others.json").write_text('{"zh": "投票", "en": "vote", "busy": false}', "utf-8")
    settings.DATA = tmp_path
    return settings


@pytest.mark.django_db
def test_outside_an_example_nobody_lets_the_others_act(demo_folder):
    demo_folder.EXAMPLE = False
    assert Client().post("/demo/others").status_code == 404
    assert not (demo_folder.DATA / "demo" / "wish").exists()
    assert "form-let-others-act" not in Client().get("/sign-in/").content.decode()


@pytest.mark.django_db
def test_in_an_example_the_button_lets_the_others_act(demo_folder):
    demo_folder.EXAMPLE = True
    assert "form-let-others-act" in Client().get("/sign-in/").content.decode()
    assert Client().post("/demo/others", {"next": "/styleguide/"}).headers["Location"] == "/styleguide/"
    assert (demo_folder.DATA / "demo" / "wish").exists()


# --- what is wrong is noticed -----------------------------------------------------------------------------------------


def test_a_year_without_a_fault_is_as_expected(players, results, tmp_path):
    results["records"]["A"] = companies.write_record(players, tmp_path, "A")
    companies.write_documents(players, tmp_path)
    companies.write_secrets(players)
    faults = [
        *verdict.counts_differ(players, results),
        *verdict.records_differ(players, tmp_path, results),
        *verdict.scores_differ(players, results),
        *verdict.decisions_differ(results, []),
        *verdict.words_lost(players, tmp_path),
        *verdict.secrets_found(players),
    ]
    assert faults == []


def test_a_count_that_is_not_what_was_voted_is_named(players, results):
    row = results["ballot"]["B"]["counts"]["17"]
    results["ballot"]["B"]["counts"]["17"] = row | {"good": row["good"] + 1}
    [fault] = verdict.counts_differ(players, results)
    assert fault.startswith("Category B, 17: counted")


def test_a_ballot_too_many_is_named(players, results):
    results["ballot"]["A"]["cast"] += 1
    assert verdict.counts_differ(players, results) == ["Category A: 11 ballots counted, 10 voters voted."]


def test_paper_that_was_not_added_is_named(players, results):
    electronic = players.votes["electronic"]["C"]
    rows = verdict.totals(electronic, players.numbers, list(players.script.answers))
    results["ballot"]["C"]["counts"] = {number: row | {"invalid": 0} for number, row in rows.items()}
    assert len(verdict.counts_differ(players, results)) == len(players.numbers)


def test_a_record_with_one_byte_changed_is_named(players, results, tmp_path):
    results["records"]["A"] = companies.write_record(players, tmp_path, "A")
    record = tmp_path / "record-A.bel"
    raw = bytearray(record.read_bytes())
    raw[len(raw) // 2] ^= 1
    record.write_bytes(raw)
    [fault] = verdict.records_differ(players, tmp_path, results)
    assert fault.startswith("record-A.bel is not sound: ")


def test_a_sound_record_of_other_votes_is_named(players, results, tmp_path):
    results["records"]["A"] = companies.write_record(players, tmp_path, "A")
    first = players.votes["electronic"]["A"][0]
    players.votes["electronic"]["A"][0] = [(mark + 1) % len(players.script.answers) for mark in first]
    assert verdict.records_differ(players, tmp_path, results) == ["record-A.bel says other counts than the votes."]


def test_a_record_that_ends_otherwise_than_the_board_is_named(players, results, tmp_path):
    results["records"]["A"] = companies.write_record(players, tmp_path, "A") | {"head": "0" * 64}
    [fault] = verdict.records_differ(players, tmp_path, results)
    assert fault.endswith(f"the board said {'0' * 64}.")


def test_a_score_that_does_not_follow_from_the_counts_is_named(players, results):
    results["entries"][1]["score"] = "99.99"
    [fault] = verdict.scores_differ(players, results)
    assert fault.startswith("02: score 99.99, ")


def test_a_decision_that_nobody_took_is_named(players, results):
    entry = results["entries"][0]
    entry["grade"] = "poor"
    faults = verdict.decisions_differ(results, [])
    assert faults == ["Decided against the proposal: ['01'], expected [].", "01 differs without a reason."]
    entry["reason"] = "a reason"
    assert verdict.decisions_differ(results, ["01"]) == []


def test_a_unit_without_a_grade_is_named(players, results):
    results["entries"][2]["grade"] = ""
    assert "17 has no grade." in verdict.decisions_differ(results, [])


def test_a_comment_missing_from_a_letter_is_named(players, tmp_path):
    companies.write_documents(players, tmp_path)
    missing, *rest = companies.words_on("02")
    companies.write_letter(tmp_path / "documents", "02", rest)
    assert verdict.words_lost(players, tmp_path) == [f"The letter to 02 does not say: {missing[:40]}…"]


def test_a_problem_in_the_ledger_of_another_unit_is_named(players, tmp_path):
    companies.write_documents(players, tmp_path)
    first, second = players.units[:2]
    rows = [(unit.zh, text) for unit in players.units for text in companies.problems_on(unit.number)]
    lost = rows[0][1]
    rows[0] = (second.zh, lost)
    (tmp_path / "documents" / "ledger-zh.xlsx").write_bytes(companies.sheets.workbook(rows))
    assert verdict.words_lost(players, tmp_path) == [f"The ledger of {first.number} does not have: {lost[:40]}…"]


@pytest.mark.parametrize("secret", ["mnpqR-stuvw", "31415926535897932384"])
@pytest.mark.parametrize("place", ["shuping.sqlite3", "logs/server.log", "files/ab/paper"])
def test_a_secret_that_the_server_keeps_is_found(players, secret, place):
    companies.write_secrets(players)
    file = players.data / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"\x00before " + secret.encode() + b" after\x00")
    assert verdict.secrets_found(players) == [f"{file.name} holds a private half of a slip or a key."]


def test_an_act_that_was_slipped_into_the_log_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("SHUPING_DATA", str(tmp_path))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "shuping.settings")
    sites.make_site(tmp_path)
    assert verdict.log_broken() == []
    with closing(sqlite3.connect(tmp_path / "shuping.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO shuping_act (at, verb, subject, reason, details, parent, digest)"
            " VALUES ('2022-12-29', 'close_ballot', 'ballot:1', '', '{}', '', 'made up')"
        )
    [fault] = verdict.log_broken()
    assert "1" in fault
