"""The dress rehearsal: a real plan is copied, played elsewhere and deleted; the real folder stays as it is."""

import argparse
import hashlib
import json
import os
import shutil
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from shuping import cli
from shuping.core import datafolder
from shuping.rehearsal import dress, play, polling, script, source
from shuping.rehearsal.example import cast


def fill(data, entries):
    """A real folder as a site leaves it: a plan approved, a password set; run in a process of its own."""
    os.environ |= {"SHUPING_DATA": str(data), "DJANGO_SETTINGS_MODULE": "shuping.settings"}
    os.environ.pop("SHUPING_DATABASE_URL", None)
    import django  # noqa: PLC0415 - only once the folder is set
    from django.core.management import call_command  # noqa: PLC0415

    datafolder.settle(data)
    django.setup()
    from shuping.cycles import actions  # noqa: PLC0415 - its tables exist once Django is set up
    from shuping.cycles.models import Cycle  # noqa: PLC0415
    from shuping.organisations.models import Person  # noqa: PLC0415
    from shuping.rehearsal import load  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    key, _tokens = load.load(script.of_example(entries))
    year = Cycle.objects.get(pk=key)
    secretary = Person.objects.get(username=cast.organisation().roles["secretariat"][0])
    secretary.set_password("a real pass phrase")
    secretary.save()
    actions.approve_plan(year, by=secretary, now=load.STARTED + timedelta(days=1))


def apart(work, *arguments):
    """Do it in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A real data folder with an approved plan of four entries."""
    data = tmp_path_factory.mktemp("site") / "real"
    apart(fill, data, 4)
    (data / "files" / "report.docx").write_bytes(b"a real report")
    return data


@pytest.fixture
def environment():
    """What a rehearsal sets is taken back."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def hashes(folder):
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


# --- what is read -----------------------------------------------------------------------------------------------------


def test_an_approved_plan_is_read_as_it_was_made(real):
    before = hashes(real)
    plan, spec = source.read(real), cast.organisation()
    assert plan.title == script.EXAMPLE_TITLE
    assert plan.meeting_on == script.EXAMPLE_MEETING
    assert [unit.zh for unit in plan.spec.units] == [unit.zh for unit in cast.taking_part(4)]
    assert plan.spec.roles == spec.roles
    assert plan.spec.bodies == spec.bodies
    assert plan.spec.organiser == spec.organiser
    assert plan.deadlines["report"] == -10
    assert hashes(real) == before


def test_passwords_are_not_read(real):
    with closing(sqlite3.connect(real / source.DATABASE)) as database:
        [password] = database.execute(
            "SELECT password FROM shuping_person WHERE password LIKE '%$%' LIMIT 1"
        ).fetchone()
    assert password not in repr(source.read(real))


def test_what_a_running_site_has_not_moved_into_its_file_is_read_too(real, tmp_path):
    real = shutil.copytree(real, tmp_path / "real")
    with closing(sqlite3.connect(real / source.DATABASE)) as site:
        site.execute("PRAGMA wal_autocheckpoint = 0")
        site.execute("UPDATE shuping_cycle SET title_en = 'Changed a moment ago' WHERE year = 2022")
        site.commit()
        before = hashes(real)
        assert apart(source.read, real).title.en == "Changed a moment ago"
        assert hashes(real) == before


def test_a_folder_without_a_database_is_refused(tmp_path):
    with pytest.raises(script.CannotRehearse, match=r"There is no shuping\.sqlite3"):
        source.read(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_example_is_no_real_folder(tmp_path):
    (tmp_path / datafolder.MARKER).touch()
    with pytest.raises(script.CannotRehearse, match="holds an example already"):
        source.read(tmp_path)


def test_a_database_of_something_else_is_refused(tmp_path):
    with closing(sqlite3.connect(tmp_path / source.DATABASE)) as database:
        database.execute("CREATE TABLE other (id INTEGER)")
    with pytest.raises(script.CannotRehearse, match="is not one of this version"):
        source.read(tmp_path)


def test_a_plan_that_is_not_approved_is_refused(tmp_path):
    with closing(sqlite3.connect(tmp_path / source.DATABASE)) as database:
        columns = "id, organiser_id, year, topic, title_zh, title_en, scheme_text, meeting_on, approved_at"
        database.execute(f"CREATE TABLE shuping_cycle ({columns})")
        database.execute("INSERT INTO shuping_cycle (id, year) VALUES (1, 2022)")
        database.commit()
    with pytest.raises(script.CannotRehearse, match="approve it first"):
        source.read(tmp_path)


# --- where it may not be played ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["", "out", "files/out"])
def test_a_rehearsal_in_the_real_folder_is_refused(real, capsys, where):
    before = hashes(real)
    assert cli.main(["rehearse", "--from", str(real), "--out", str(real / where)]) == 1
    assert "a rehearsal never runs there" in capsys.readouterr().err
    assert hashes(real) == before


def test_a_rehearsal_around_the_real_folder_is_refused(real, capsys):
    before = hashes(real)
    assert cli.main(["rehearse", "--from", str(real), "--out", str(real.parent)]) == 1
    assert "where a rehearsal deletes" in capsys.readouterr().err
    assert hashes(real) == before


def test_too_few_voters_are_refused(real, tmp_path, capsys):
    assert cli.main(["rehearse", "--from", str(real), "--out", str(tmp_path / "out"), "--voters", "49"]) == 1
    assert "name more with --voters, at least 50" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


# --- what is played ---------------------------------------------------------------------------------------------------


def planned(entries=4, **roles):
    """A script of a plan that was not the example's: other numbers, other people."""
    example = script.of_example(min(entries, 18))
    units = tuple(
        dataclass_of(example.units[place % len(example.units)], f"{place + 1:02}") for place in range(entries)
    )
    spec = script.replace(example.spec, units=units, roles=example.spec.roles | roles)
    meeting_on = script.EXAMPLE_MEETING + timedelta(days=400)
    return script.of_plan(spec, example.title, example.scheme_text, meeting_on, {"report": -7})


def dataclass_of(unit, number):
    return script.replace(unit, number=number, zh=f"第{number}单位", username=f"head-{number}")


@pytest.mark.parametrize("entries", [2, 18, 40])
def test_any_number_of_entries_has_its_report_and_its_comment(entries):
    found = planned(entries)
    numbers = [unit.number for unit in found.units]
    assert list(found.comments) == numbers
    texts = [str(found.report(number, 1)) for number in numbers]
    assert len(set(texts)) == entries
    assert all([heading for heading, _ in found.report(n, 1)] == [s.zh for s in found.scheme.section] for n in numbers)


def test_days_of_the_examples_year_become_days_of_the_plans():
    assert planned().shift == timedelta(days=400)
    assert script.of_example(4).shift == timedelta(0)


@pytest.mark.parametrize("kind", sorted(script.NEEDED))
def test_a_plan_without_a_role_is_refused_and_the_role_named(kind):
    with pytest.raises(script.CannotRehearse, match=f"in the role {kind}; the plan names 0"):
        planned(**{kind: ()})


def test_whoever_reports_comes_last_in_a_role():
    found = planned(committee=("head-02", "third-secretary", "second-secretary"))
    assert found.spec.roles["committee"] == ("third-secretary", "second-secretary", "head-02")


def test_a_plan_with_one_entry_is_refused():
    with pytest.raises(script.CannotRehearse, match="at least two entries"):
        planned(1)


@pytest.mark.parametrize(("trustees", "needed"), [(2, 2), (3, 2), (5, 3)])
def test_more_than_a_half_of_the_trustees_decrypt(trustees, needed):
    found = planned(trustee=tuple(f"trustee-{place}" for place in range(trustees)))
    assert polling.threshold(argparse.Namespace(script=found)) == needed


# --- what stays -------------------------------------------------------------------------------------------------------


def test_a_tracker_is_found_in_files_and_in_office_documents(tmp_path):
    from shuping.rehearsal import sheets  # noqa: PLC0415 - beside what it is about

    (tmp_path / "notes.txt").write_text("x TRACKER-1 x", "utf-8")
    (tmp_path / "book.xlsx").write_bytes(sheets.workbook([("a", "TRACKER-2")]))
    (tmp_path / "clean.xlsx").write_bytes(sheets.workbook([("a", "b")]))
    found = dress.trackers_found(["TRACKER-1", "TRACKER-2"], [tmp_path])
    assert sorted(Path(one.split()[0]).name for one in found) == ["book.xlsx", "notes.txt"]
    assert dress.trackers_found([], [tmp_path]) == []


def test_the_rehearsals_folder_is_deleted_when_it_fails_too(real, tmp_path, monkeypatch, environment, capsys):
    def fails(*_arguments, **_named):
        (tmp_path / "out" / "data").mkdir(parents=True)
        raise play.Unexpected("A page was not as expected.")

    monkeypatch.setattr(play, "load", fails)
    assert cli.main(["rehearse", "--from", str(real), "--out", str(tmp_path / "out"), "--voters", "50"]) == 1
    assert "A page was not as expected." in capsys.readouterr().err
    assert not (tmp_path / "out" / "data").exists()


def rehearsed(real, out):
    """The exit code of a dress rehearsal, and the trackers that its voters took home."""
    kept, search = [], dress.trackers_found
    dress.trackers_found = lambda trackers, folders: kept.extend(trackers) or search(kept, folders)
    return cli.main(["rehearse", "--from", str(real), "--out", str(out), "--voters", "50"]), kept


@pytest.mark.journey
def test_a_dress_rehearsal_leaves_papers_and_the_real_folder_as_it_was(real, tmp_path):
    before, out = hashes(real), tmp_path / "out"

    code, trackers = apart(rehearsed, real, out)

    assert code == 0
    assert hashes(real) == before
    assert sorted(path.name for path in out.iterdir()) == ["documents", "results.json"]
    assert (out / "documents" / "letter-01-zh.docx").exists()
    assert len(json.loads((out / "results.json").read_text("utf-8"))["entries"]) == 4
    assert len(trackers) == 41
    assert dress.trackers_found(trackers, [tmp_path, real.parent]) == []
