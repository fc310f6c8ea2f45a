"""A new year is set up from the year before."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from scoring import builtin_scheme
from shuping.core.models import Act
from shuping.core.refusals import Refused
from shuping.cycles import planning
from shuping.cycles.models import Cycle, Deadline, Entry, Role
from shuping.organisations import actions as organising
from tests.builders import NOW, client_for, make_cycle, make_person

pytestmark = pytest.mark.django_db
AUTUMN = datetime(2023, 10, 10, 2, tzinfo=UTC)
ADDRESS = "/years/new/"
GIVEN = {
    "title_zh": "2023年度述职评议考核",
    "title_en": "Accountability review 2023",
    "topic": "grassroots",
    "meeting_on": "2023-12-28",
    "scheme": "last",
}


@pytest.fixture
def world():
    return make_cycle(stage="finished", entries=3, written=1)


@pytest.fixture
def autumn():
    with time_machine.travel(AUTUMN):
        yield


def start(world, **other):
    given = {
        "topic": "grassroots",
        "title_zh": "新",
        "title_en": "New",
        "scheme": builtin_scheme("provincial"),
        "meeting_on": date(2023, 12, 28),
    }
    return planning.start_year(world.cycle, **(given | other), by=world.wei, now=AUTUMN)


def test_units_roles_and_offsets_are_taken_over(world):
    Deadline.objects.filter(cycle=world.cycle, kind="report").update(offset=-14)

    year = start(world)

    assert (year.year, year.previous, year.stage) == (2023, world.cycle, Cycle.Stage.DRAFT)
    told = [list(one.entries.values_list("number", "post", "mode", "holder")) for one in (world.cycle, year)]
    assert told[0] == told[1]
    assert Role.objects.filter(cycle=year).count() == Role.objects.filter(cycle=world.cycle).count() == 13
    report = Deadline.objects.get(cycle=year, kind="report")
    assert (report.offset, report.due.date()) == (-14, date(2023, 12, 14))
    assert Act.objects.get(verb="take_over_year").details["entries"] == 3


def test_whoever_holds_the_post_now_reports_as_its_head(world):
    Entry.objects.filter(cycle=world.cycle).update(capacity=Entry.Capacity.DEPUTY)
    new = make_person("new_head")
    organising.appoint(world.entries[0].post, new, starts=date(2023, 4, 1), by=None, now=NOW)
    organising.appoint(world.entries[1].post, new, starts=date(2024, 1, 1), by=None, now=NOW)

    first, second, _third = start(world).entries.order_by("number")

    assert (first.holder, first.capacity) == (new, Entry.Capacity.HEAD)
    assert (second.holder, second.capacity) == (world.entries[1].holder, Entry.Capacity.DEPUTY)


@pytest.mark.parametrize("who", ["lin", "chair", "clerk", "zhou"])
def test_only_the_secretariat_starts_a_year(world, who):
    client = client_for(world.people[who])

    assert {client.get(ADDRESS).status_code, client.post(ADDRESS, GIVEN).status_code} == {404}
    with pytest.raises(Refused):
        planning.start_year(
            world.cycle,
            topic="x",
            title_zh="x",
            title_en="x",
            scheme=b"",
            meeting_on=date(2023, 12, 28),
            by=world.people[who],
            now=AUTUMN,
        )


def test_the_same_topic_twice_is_refused(world):
    start(world)

    with pytest.raises(Refused) as refused:
        start(world)

    assert refused.value.refusal.code == "year_twice"
    assert start(world, topic="conduct").year == 2023


def test_a_year_that_was_followed_is_not_followed_again(world):
    later = make_cycle(previous=world.cycle)

    with pytest.raises(Refused) as refused:
        start(world, topic="conduct")

    assert refused.value.refusal.code == "not_your_year"
    assert client_for(world.wei).get(ADDRESS).status_code == 404
    assert client_for(later.wei).get(ADDRESS).status_code == 200


def test_the_form_takes_one_post(world, autumn):
    client = client_for(world.wei)

    page = client.get(ADDRESS).content.decode()
    answer = client.post(ADDRESS, GIVEN)

    year = Cycle.objects.get(year=2023)
    assert 'id="form-new-year"' in page
    assert "Accountability review 2023" in page
    assert (answer.status_code, answer.url) == (302, f"/c/{year.pk}/plan/")
    assert bytes(year.scheme_text) == bytes(world.cycle.scheme_text)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"meeting_on": "2023-10-09"}, "2023-10-09 has already passed"),
        ({"meeting_on": "31.2.2023"}, "Enter a valid date"),
        ({"topic": " "}, "This field is required"),
        ({"scheme": "file"}, "Choose the file of the scheme"),
        ({"scheme": "../provincial"}, "is not one of the available choices"),
    ],
)
def test_bad_input_is_told_and_nothing_stored(world, autumn, changed, sentence):
    answer = client_for(world.wei).post(ADDRESS, GIVEN | changed)

    assert sentence in answer.content.decode()
    assert not Cycle.objects.filter(year=2023).exists()


@pytest.mark.parametrize("topic", ["grassroots", "conduct"])
def test_a_topic_that_is_there_is_told_on_the_page(world, autumn, topic):
    start(world, topic=topic)

    answer = client_for(world.wei).post(ADDRESS, GIVEN | {"topic": topic})

    assert f"on “{topic}” already" in answer.content.decode()
    assert Cycle.objects.filter(year=2023).count() == 1


FAULTY = builtin_scheme("provincial").replace(b"weight = 40", b"weight = 41").replace(b"floor = 10", b"floor = 1")
NEWER = builtin_scheme("provincial").replace(b"version = 1", b"version = 9")


def _send(world, scheme, language="en"):
    client = client_for(world.wei)
    with translation.override(language):
        file = SimpleUploadedFile("scheme.toml", scheme)
        return client.post(
            ADDRESS, GIVEN | {"scheme": "file", "scheme_file": file}, headers={"accept-language": language}
        )


@pytest.mark.parametrize(
    ("scheme", "language", "sentences"),
    [
        (FAULTY, "en", ["ballot.floor: The value has to lie between 5 and 1000."]),
        (FAULTY.replace(b"limit = 480", b""), "en", ["ballot.floor: The value", "speech.limit: This is missing"]),
        (FAULTY, "zh-hans", ["ballot.floor：数值须在 5 与 1000 之间。"]),
        (NEWER, "en", ["scheme.version: The scheme is written in version 9 of the format"]),
        (b"\xff\xfe", "en", ["not text in UTF-8"]),
        (b"[scheme", "en", ["Line 1, column 8 cannot be read as TOML"]),
        (b"#" * 70_000, "en", ["larger than 65536 bytes"]),
        (b"", "en", ["The submitted file is empty"]),
    ],
)
def test_a_faulty_scheme_shows_every_fault(world, autumn, scheme, language, sentences):
    page = _send(world, scheme, language).content.decode()

    assert [sentence for sentence in sentences if sentence not in page] == []
    assert not Cycle.objects.filter(year=2023).exists()


def test_a_scheme_of_one_s_own_is_frozen_as_sent(world, autumn):
    own = builtin_scheme("provincial").replace(b"limit = 480", b"limit = 360")

    _send(world, own)

    assert bytes(Cycle.objects.get(year=2023).scheme_text) == own


def test_somebody_of_two_organisers_chooses(world, autumn):
    other = make_cycle(stage="finished")
    other.cycle.roles.create(person=world.wei, kind=Role.Kind.SECRETARIAT, place=2)
    client = client_for(world.wei)

    client.post(f"{ADDRESS}?from={other.cycle.pk}", GIVEN)

    assert Cycle.objects.get(year=2023).organiser == other.organiser
    assert f"?from={world.cycle.pk}" in client.get(f"{ADDRESS}?from={other.cycle.pk}").content.decode()
    assert client.get(f"{ADDRESS}?from=0").status_code == 404
