"""Which papers of a year a role may have: the page lists these and no others, and the addresses agree with it."""

import re
from itertools import product
from urllib.parse import quote

import pytest
from django.urls import reverse

from shuping.documents import kinds, press
from shuping.documents.blocks import Sheet, Workbook
from tests.builders import CAST, client_for, made, make_cycle
from tests.house import worlds as moments

pytestmark = pytest.mark.django_db

OF_THE_MEETING = {"agenda", "notice", "handbook"}
OF_THE_ORGANISERS = OF_THE_MEETING | {
    "ballot_paper",
    "news_release",
    "ledger",
    "minutes",
    "plan",
    "memo",
    "field_checks",
}
SCRIPTS = {"host_script", "host_script_changes"}
OF_THE_DESK = SCRIPTS | {"sign_in_sheet", "seat_plan", "name_cards"}
WORDS = {"comment_outline", "circular", "fallback"}
LISTED = {
    "wei": OF_THE_ORGANISERS | OF_THE_DESK | WORDS | {"compilation", "results_summary", "tally_sheet"},
    "chair": OF_THE_ORGANISERS | SCRIPTS | WORDS | {"compilation", "results_summary"},
    "clerk": OF_THE_ORGANISERS | OF_THE_DESK | {"compilation", "fallback"},
    "committee": OF_THE_ORGANISERS | {"compilation", "results_summary", "tally_sheet", "circular"},
    "commentator": OF_THE_MEETING | {"compilation", "ledger", "plan", "comment_outline", "field_checks"},
    "observer": OF_THE_MEETING | {"compilation", "ledger", "plan", "field_checks"},
    "scrutineer": OF_THE_MEETING | {"results_summary", "tally_sheet", "plan"},
    "teller": OF_THE_MEETING | {"tally_sheet", "plan"},
    "auditor": {"results_summary", "tally_sheet", "plan"},
    "ada": {"plan"},
    "lin": OF_THE_MEETING,
}
LINK = re.compile(r'href="(/c/\d+/papers/([a-z_]+)/[a-z]+\.[a-z]+)"')


def _listed(client, world):
    """Address and kind of every paper on the page."""
    return LINK.findall(client.get(reverse("papers", args=[world.cycle.pk])).content.decode())


def _of_cycle():
    return [kind for kind in kinds.all_kinds() if kind.of_cycle]


def test_every_role_and_every_kind_is_looked_at():
    assert {CAST.get(name) for name in LISTED} == {*CAST.values(), None}
    assert set().union(*LISTED.values()) == {kind.code for kind in _of_cycle()}


@pytest.mark.parametrize("reader", LISTED)
def test_the_page_lists_what_the_audience_says_in_both_languages_and_every_format(reader):
    world = make_cycle("meeting", entries=1)

    links = _listed(client_for(world.people[reader]), world)

    expected = {
        reverse("paper", args=[world.cycle.pk, kind.code, language, extension])
        for kind in _of_cycle()
        if kind.code in LISTED[reader]
        for language, extension in product(("zh", "en"), kind.formats)
    }
    assert {address for address, _code in links} == expected
    assert len(links) == len(expected)


@pytest.mark.parametrize("reader", LISTED)
def test_a_paper_answers_not_found_to_whoever_is_not_its_audience(reader):
    world = make_cycle("meeting", entries=1)
    client = client_for(world.people[reader])

    hidden = {
        kind.code: client.get(reverse("paper", args=[world.cycle.pk, kind.code, "zh", kind.formats[0]])).status_code
        for kind in kinds.all_kinds()
        if kind.code not in LISTED[reader]
    }

    assert "letter" in hidden
    assert set(hidden.values()) == {404}


@pytest.mark.parametrize(("reader", "code"), [("lin", "agenda"), ("ada", "sign_in_sheet"), ("wei", "sign_in_sheet")])
def test_without_a_sign_in_every_paper_asks_for_one(reader, code):
    world = make_cycle("meeting", entries=1)
    address = reverse("paper", args=[world.cycle.pk, code, "zh", kinds.kind(code).formats[0]])
    client = client_for(world.people[reader])
    client.logout()

    assert client.get(address)["Location"] == f"/sign-in/?next={quote(address, safe='')}"


@pytest.mark.parametrize(("language", "extension"), [("fr", "docx"), ("zh", "xlsx"), ("zh", "txt"), ("ZH", "docx")])
def test_a_language_or_format_that_a_paper_does_not_have_is_not_found(language, extension):
    world = make_cycle("meeting", entries=1)
    address = reverse("paper", args=[world.cycle.pk, "compilation", language, extension])

    assert client_for(world.wei).get(address).status_code == 404


def test_a_paper_of_another_year_is_not_found():
    world, other = make_cycle("meeting", entries=1), make_cycle("meeting", entries=1)
    address = reverse("paper", args=[other.cycle.pk, "ledger", "zh", "xlsx"])

    assert client_for(world.wei).get(address).status_code == 404


def test_a_listed_paper_is_the_file_that_its_address_says():
    world = make_cycle("meeting", entries=1)
    client = client_for(world.wei)
    address = reverse("paper", args=[world.cycle.pk, "ledger", "en", "xlsx"])

    answer = client.get(address)

    assert answer.status_code == 200
    assert answer["Content-Type"] == kinds.MIMETYPES["xlsx"]
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.content.startswith(b"PK")


@pytest.mark.parametrize("code", ["compilation", "name_cards"])
def test_a_paper_that_grows_with_the_year_is_made_beside_the_pages(code):
    world = make_cycle("meeting", entries=1)
    client, address = client_for(world.wei), reverse("paper", args=[world.cycle.pk, code, "en", "pdf"])

    answer = client.get(address)
    page = client.get(answer["Location"]).content.decode()

    assert client.get(address)["Location"] == answer["Location"]
    assert f"{kinds.kind(code).title} (en.pdf)" in page
    assert f'href="/c/{world.cycle.pk}/papers/"' in page
    assert made(client, answer).content.startswith(b"%PDF")


def test_a_paper_is_not_handed_to_who_lost_the_role_meanwhile():
    world = make_cycle("meeting", entries=1)
    client = client_for(world.clerk)
    answer = client.get(reverse("paper", args=[world.cycle.pk, "compilation", "en", "docx"]))
    file = made(client, answer)

    world.cycle.roles.filter(person=world.clerk).delete()

    assert file.status_code == 200
    assert client.get(f"{answer['Location']}file").status_code == 404


def test_the_same_words_are_printed_once_and_other_words_anew(monkeypatch):
    printed = []
    monkeypatch.setattr(press, "render", lambda book, _format: printed.append(book) or b"PK")
    words = [Workbook((Sheet("Sheet", ("Head",), ((text,),)),)) for text in ("one, only here", "one, only here", "two")]
    kind = kinds.Kind(code="tried", title="Tried", formats=("xlsx",), build=lambda book, *, language: book)
    monkeypatch.setitem(kinds._kinds, "tried", kind)

    for book in words:
        assert kinds.render("tried", book, language="en", format="xlsx").body == b"PK"

    assert printed == [words[0], words[2]]


@pytest.mark.parametrize(
    "moment", ["drafted", "reporting", "in_session", "to_be_opened", "to_be_decided", "rectifying"]
)
def test_every_paper_of_a_year_can_be_made_at_every_moment(moment):
    world = moments.MOMENTS[moment]()

    built = {
        kind.code: kind.build(world.cycle, language=language)
        for kind in kinds.all_kinds()
        for language in ("zh", "en")
        if kind.of_cycle
    }

    assert len(built) > 10
