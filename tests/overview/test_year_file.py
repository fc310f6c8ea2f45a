"""All papers of a year in one file, with an index of digests (R112)."""

import hashlib
import io
import zipfile

import openpyxl
import pytest

from shuping.core.models import Act
from tests.builders import client_for, made, make_cycle
from tests.results import worlds

pytestmark = pytest.mark.django_db


def test_the_file_holds_papers_letters_and_their_digests():
    world = worlds.issue(worlds.make_counted(2))

    wei = client_for(world.wei)
    answer = made(wei, wei.post(f"/c/{world.cycle.pk}/papers/all"))

    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    rows = list(
        openpyxl.load_workbook(io.BytesIO(files.pop("index.xlsx"))).active.iter_rows(min_row=2, values_only=True)
    )
    assert {row[1]: row[4] for row in rows} == {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    assert sum("Evaluation letter" in name for name in files) == 4
    assert Act.objects.filter(verb="take_year_file", by=world.wei).count() == 1


def test_a_draft_has_few_papers_but_has_its_file():
    world = make_cycle("draft")

    wei = client_for(world.wei)
    answer = made(wei, wei.post(f"/c/{world.cycle.pk}/papers/all"))

    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")


@pytest.mark.parametrize("name", ["clerk", "chair", "lin", "auditor"])
def test_only_the_secretariat_takes_all(name):
    world = make_cycle("reporting")
    client = client_for(world.people[name])

    assert client.post(f"/c/{world.cycle.pk}/papers/all").status_code == 409
    assert "form-year-file" not in client.get(f"/c/{world.cycle.pk}/papers/").content.decode()
