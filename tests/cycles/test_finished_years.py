"""A finished year takes no write but those that follow it, whoever sends it and whatever else would allow it."""

import re

import pytest
from django.apps import apps
from django.urls import get_resolver, resolve, reverse

from shuping.ballots import actions as balloting
from shuping.ballots.models import Ballot
from shuping.core.models import Act
from shuping.core.refusals import Refused
from shuping.cycles import actions, finished
from shuping.cycles.models import Cycle
from shuping.meetings import phrases
from shuping.meetings.models import Meeting, Phrase
from shuping.rectification.models import Item
from tests.builders import NOW, client_for, make_cycle
from tests.house import worlds
from tests.house.test_strangers import VALUES

pytestmark = pytest.mark.django_db

# What a year of this kind takes: the list in code, once more in words. Whoever adds to it adds here.
TAKEN = {
    "item-step",
    "issue-letters",
    "mark-read",
    "minutes",
    "lock-minutes",
    "note-printed",
    "pack",
    "unit",
    "year-file",
}
VALUES = {**VALUES, "token": "nobody", "identifier": "nothing", "pk": 1, "organiser": 1, "meeting": 1}


def _patterns():
    for room in get_resolver().url_patterns:
        yield from room.url_patterns


IN_A_YEAR = [pattern.name for pattern in _patterns() if "cycle" in pattern.pattern.converters]


def _finish(world):
    Cycle.objects.filter(pk=world.cycle.pk).update(stage=Cycle.Stage.FINISHED)
    world.cycle.refresh_from_db()
    return world


def _addresses(world):
    """Every address that lies in the year: by its key, its ballot or its meeting."""
    keys = VALUES | {"cycle": world.cycle.pk, **worlds.keys(world)}
    for pattern in _patterns():
        parts = pattern.pattern.converters
        if parts.keys() & {"cycle", "identifier", "meeting"}:
            yield pattern.name, reverse(pattern.name, kwargs={part: keys[part] for part in parts})


def _rows():
    """Everything that is kept, but for who is signed in."""
    models = apps.get_app_config("shuping").get_models()
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def _clients(world, names):
    return [client_for(getattr(world, name)) for name in names]


def test_the_list_is_what_it_says():
    names = {pattern.name for pattern in _patterns()}

    assert {name for name in names if finished.may_take(name)} == TAKEN


WHO_WRITE = ("wei", "clerk", "scrutineer", "lin")


@pytest.mark.parametrize(
    ("moment", "names"),
    [
        (worlds.rectifying, worlds.ROLES),
        (worlds.reporting, WHO_WRITE),
        (worlds.in_session, WHO_WRITE),
        (worlds.to_be_opened, WHO_WRITE),
    ],
)
def test_no_address_changes_a_finished_year(moment, names):
    world = _finish(moment())
    clients = _clients(world, names)
    refused, before = set(), _rows()
    for client in clients:
        for name, address in _addresses(world):
            if name not in TAKEN:
                answer = client.post(address, {"reason": "x", "text": "x", "grade": "good"})
                assert answer.status_code < 500
                refused |= {name} if b"year_finished" in answer.content else set()

    assert _rows() == before
    assert {name for name in IN_A_YEAR if name not in TAKEN} - refused == set()


def test_what_was_once_possible_is_refused_with_its_sentence():
    world = _finish(make_cycle("reporting"))

    answer = client_for(world.scrutineer).post(reverse("prepare-ballot", args=[world.cycle.pk]))

    assert answer.status_code == 409
    assert "The year is finished and no longer changes." in answer.content.decode()
    assert not Ballot.objects.exists()


def test_the_rule_stands_behind_the_pages_too():
    """Commands, files of units and whatever comes later pass the same rule: every write is an act."""
    world = make_cycle("meeting")
    worlds.meetings.make_meeting(world)
    meeting = Meeting.objects.get()
    _finish(world)

    for write in (
        lambda: balloting.prepare_ballot(world.cycle, by=world.scrutineer, now=NOW),
        lambda: phrases.keep_phrase(meeting, part="recognised", theme="", text="Well done.", by=world.clerk, now=NOW),
        lambda: actions.assign_role(world.cycle, world.zhou, "observer", by=world.wei, now=NOW),
    ):
        with pytest.raises(Refused) as caught:
            write()
        assert caught.value.refusal.code == "year_finished"
    assert not Ballot.objects.exists()
    assert not Phrase.objects.exists()


def test_what_follows_the_year_goes_on():
    world = worlds.rectifying()
    _finish(world)
    item = Item.objects.filter(cycle=world.cycle, state="planned").first()
    wei = client_for(world.wei)

    approved = wei.post(reverse("item-step", args=[world.cycle.pk, item.pk, "approve"]))
    received = client_for(world.lin).post(reverse("mark-read", args=[world.cycle.pk, "01"]))

    assert (approved.status_code, received.status_code) == (302, 302)
    verbs = set(Act.objects.filter(cycle=world.cycle.pk).order_by("-id").values_list("verb", flat=True)[:2])
    assert verbs == {"approve_item_plan", "receive_letter"}


def test_the_pages_offer_nothing_that_would_be_refused():
    world = worlds.rectifying()
    before = _offered(world)
    _finish(world)
    after = _offered(world)

    assert {name for name in after if not finished.may_take(name)} == set()
    assert "item-step" in after
    assert before - after
    page = client_for(world.wei).get(reverse("cycle", args=[world.cycle.pk])).content.decode()
    assert 'id="year-finished"' in page
    assert 'id="form-sign-out"' in page


def _offered(world):
    """The addresses in the year to which forms on its pages lead."""
    found = set()
    for client in _clients(world, WHO_WRITE):
        for _name, address in _addresses(world):
            page = client.get(address)
            if page.status_code == 200 and page.headers["Content-Type"].startswith("text/html"):
                for form in re.findall(r"<form\b[^>]*>", page.content.decode()):
                    target = re.search(r'action="([^"]*)"', form)
                    if 'method="post"' in form:
                        match = resolve((target and target[1]) or address)
                        found |= {match.url_name} if "cycle" in match.kwargs else set()
    return found


def test_whoever_has_no_part_is_not_told_that_the_year_is_finished():
    world = _finish(make_cycle("reporting"))
    address = reverse("prepare-ballot", args=[world.cycle.pk])

    assert client_for(world.zhou).post(address).status_code == 404


def test_a_year_is_not_finished_while_its_ballot_is_open():
    world = worlds.in_session()
    Cycle.objects.filter(pk=world.cycle.pk).update(stage=Cycle.Stage.RECTIFICATION)
    address = reverse("open-stage", args=[world.cycle.pk])

    refused = client_for(world.wei).post(address)
    Ballot.objects.update(state=Ballot.State.COUNTED)
    finished_now = client_for(world.wei).post(address)

    assert (refused.status_code, finished_now.status_code) == (409, 302)
    assert "The ballot is open: close it first" in refused.content.decode()
    world.cycle.refresh_from_db()
    assert world.cycle.stage == Cycle.Stage.FINISHED
