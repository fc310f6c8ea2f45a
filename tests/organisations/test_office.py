"""The commands that are given once on the machine itself, from an empty folder to a draft on the site."""

import io
from argparse import Namespace
from datetime import date, timedelta

import openpyxl
import pytest

from shuping import cli, office
from shuping.core.refusals import Refused
from shuping.cycles import planning
from shuping.cycles.models import Cycle
from shuping.organisations.models import Organisation, Person
from tests.builders import NOW, client_for
from tests.organisations.test_importing import book

pytestmark = pytest.mark.django_db
AHEAD = date.today() + timedelta(days=60)


@pytest.fixture(autouse=True)
def _prepared(monkeypatch):
    """The tests' database lies in memory, and is prepared already."""
    monkeypatch.setattr(office, "_open", lambda *, new: None)


@pytest.fixture
def tree(tmp_path):
    file = tmp_path / "tree.xlsx"
    file.write_bytes(book())
    return file


def test_an_empty_workbook_is_written(tmp_path, capsys):
    file = tmp_path / "empty.xlsx"

    assert cli.main(["import-organisations", "--template", str(file)]) == 0

    assert len(openpyxl.load_workbook(io.BytesIO(file.read_bytes())).sheetnames) == 4
    assert "four sheets" in capsys.readouterr().out


def test_a_workbook_is_tried_and_taken_in(tree, capsys):
    assert cli.main(["import-organisations", str(tree), "--dry-run"]) == 0
    assert not Organisation.objects.exists()
    assert "Nothing was stored" in capsys.readouterr().out

    assert cli.main(["import-organisations", str(tree)]) == 0

    assert Organisation.objects.count() == 2
    assert Person.objects.get(username="li.two").kept_by.code == "county"


def test_faults_are_told_line_by_line(tmp_path, capsys):
    file = tmp_path / "tree.xlsx"
    file.write_bytes(book(people=[["Li One", "", ""]], posts=[], bodies=[]))

    assert cli.main(["import-organisations", str(file)]) == 1

    told = capsys.readouterr().err
    assert "People, row 2: the cell “中文名称 / name_zh” is empty." in told
    assert "is no username" in told


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["/nowhere/tree.xlsx"], "No such file"), ([], "Name the workbook")],
)
def test_no_workbook_is_told(arguments, sentence, capsys):
    assert cli.main(["import-organisations", *arguments]) == 1
    assert sentence in capsys.readouterr().err


def first(**changed):
    given = {"organiser": "county", "secretariat": "li.one", "meeting_on": AHEAD, "scheme": "provincial"}
    return office.first_year(Namespace(new=False, topic="review", title_zh="", title_en="", **{**given, **changed}))


def test_the_first_year_is_a_draft_of_its_secretariat(tree, capsys, client):
    cli.main(["import-organisations", str(tree)])

    assert first() == 0

    year = Cycle.objects.get()
    assert (year.organiser.code, year.stage, year.year) == ("county", "draft", AHEAD.year)
    assert [role.person.username for role in year.roles.filter(kind="secretariat")] == ["li.one"]
    password = next(line.split()[-1] for line in capsys.readouterr().out.splitlines() if "li.one" in line)
    assert Person.objects.get(username="li.one").check_password(password)


def test_the_rest_is_done_on_the_site(tree):
    cli.main(["import-organisations", str(tree)])
    first()
    year, secretary = Cycle.objects.get(), Person.objects.get(username="li.one")
    Person.objects.update(must_change_password=False)

    page = client_for(secretary).get(f"/c/{year.pk}/plan/").content.decode()
    answer = client_for(secretary).post(f"/c/{year.pk}/plan/heads")

    assert "Call the head of the one unit" in page
    assert answer.status_code == 302
    assert [(entry.number, entry.holder.username) for entry in year.entries.all()] == [("01", "li.two")]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"organiser": "nowhere"}, "no unit with the code nowhere"),
        ({"secretariat": "ghost"}, "Nobody is called ghost"),
        ({"meeting_on": date(2020, 1, 1)}, "has already passed"),
        ({"scheme": "/nowhere/scheme.toml"}, "No such file"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_drafted(changed, sentence, tree, capsys):
    cli.main(["import-organisations", str(tree)])

    assert first(**changed) == 1

    assert sentence in capsys.readouterr().err
    assert not Cycle.objects.exists()


def test_a_faulty_scheme_tells_every_fault(tree, tmp_path, capsys):
    cli.main(["import-organisations", str(tree)])
    scheme = tmp_path / "scheme.toml"
    scheme.write_text("[scheme]\nid = 1\n")

    assert first(scheme=str(scheme)) == 1
    assert len(capsys.readouterr().err.splitlines()) > 1


def test_a_second_first_year_is_refused(tree, capsys):
    cli.main(["import-organisations", str(tree)])
    first()

    assert first() == 1
    assert "has a year already" in capsys.readouterr().err


def test_all_heads_are_called_once(tree):
    cli.main(["import-organisations", str(tree)])
    first()
    year, secretary = Cycle.objects.get(), Person.objects.get(username="li.one")
    planning.call_heads(year, by=secretary, now=NOW + timedelta(days=3000))

    with pytest.raises(Refused, match="called already"):
        planning.call_heads(year, by=secretary, now=NOW)


def test_a_first_year_is_approved_on_the_site(tmp_path):
    people = [[name, f"{name}（示例）", name] for name in ("li.one", "li.two", "chair", "teller-1", "teller-2")]
    file = tmp_path / "tree.xlsx"
    file.write_bytes(book(people=people))
    cli.main(["import-organisations", str(file)])
    first()
    Person.objects.update(must_change_password=False)
    year, clerk = Cycle.objects.get(), client_for(Person.objects.get(username="li.one"))
    plan = f"/c/{year.pk}/plan"
    account = {person.username: str(person.pk) for person in Person.objects.all()}

    clerk.post(f"{plan}/heads")
    roles = {"role-secretariat": [account["li.one"]], "role-chair": [account["chair"]]}
    tellers = [account["teller-1"], account["teller-2"]]
    assert clerk.post(f"{plan}/roles", {**roles, "role-teller": tellers}).status_code == 302
    assert clerk.post(f"{plan}/approve").status_code == 302

    year.refresh_from_db()
    assert year.approved
