"""What the voter is told of what is stored, held against the tables; and that the way there is where voters look."""

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from shuping.ballots.models import Event
from shuping.ballots.stored import KEPT
from shuping.box.models import Link
from tests.ballots.halls import open_hall, prepare, scheme
from tests.house.sentences import SITE

OURS = [model for app in ("shuping", "box") for model in apps.get_app_config(app).get_models()]
SECRET = [model for model in OURS if "Holds: secret" in (model.__doc__ or "")]
TOLD = {kept.model: kept.columns for kept in KEPT}


def test_there_are_secret_tables():
    assert len(SECRET) >= 2


@pytest.mark.parametrize("model", [*SECRET, Event, Link], ids=lambda model: model.__name__)
def test_every_column_of_a_table_with_something_secret_is_told(model):
    assert list(TOLD[model]) == [field.name for field in model._meta.concrete_fields]


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.model.__name__)
def test_no_column_is_told_that_would_hold_a_time_or_an_address(kept):
    kinds = {field.get_internal_type() for field in kept.model._meta.concrete_fields}

    assert not kinds & {"DateTimeField", "DateField", "TimeField", "DurationField", "GenericIPAddressField"}


def _page(hall, language: str) -> str:
    browser = Client(headers={"accept-language": language})
    answer = browser.get(reverse("kept", args=[hall.ballot.identifier]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_voter_reads_all_of_it_without_an_account(language):
    page = _page(open_hall(), language)

    for kept in KEPT:
        assert f'id="kept-{kept.model.__name__.lower()}"' in page
        for column in kept.columns:
            assert f"<code>{column}</code>" in page
    assert ("保存了什么" in page) == (language == "zh-hans")
    assert ("the encrypted ballot, byte for byte" in page) == (language == "en")
    assert escape("<blocktranslate") not in page


@pytest.mark.django_db
@pytest.mark.parametrize(("floor", "warned"), [("10", False), ("5", True), ("12", False)])
def test_a_floor_below_ten_is_told_with_what_it_means(floor, warned):
    page = _page(prepare(text=scheme(floor=floor)), "en")

    assert f"fewer than {floor} ballots" in page
    assert ("has set that number below ten" in page) is warned


@pytest.mark.django_db
def test_the_ways_there():
    hall = open_hall()
    address = reverse("kept", args=[hall.ballot.identifier])
    board = reverse("board", args=[hall.ballot.identifier])

    assert f'href="{address}"' in Client().get(board).content.decode()
    assert address == board + "kept"  # as the booth makes it of the board's address
    assert "${view.board}kept" in (SITE / "static" / "booth" / "screens.js").read_text("utf-8")


@pytest.mark.django_db
def test_of_a_ballot_that_is_not_there_nothing_is_told():
    assert Client().get(reverse("kept", args=["nothing"])).status_code == 404
