"""A clerk who knows the practice sets a year up with few posts and little typing, and is told what comes next."""

import sys
from datetime import UTC, date, datetime

import pytest
import time_machine

from shuping.core import todo
from shuping.cycles.models import Cycle
from shuping.organisations import actions as organising
from tests.builders import NOW, client_for, make_cycle, make_organisation, make_person
from tests.cycles.pages import read_form

pytestmark = pytest.mark.django_db
AUTUMN = datetime(2023, 10, 10, 2, tzinfo=UTC)
MOST_POSTS, MOST_FIELDS = 25, 60


class Clerk:
    """Sends forms in and counts: posts, and fields that differ from what the page offered."""

    def __init__(self, person):
        self.client, self.posts, self.fields = client_for(person), 0, 0

    def send(self, page, form_id, changes):
        address, values = read_form(self.client.get(page), form_id)
        self.fields += sum(
            values.get(name) != ([given] if isinstance(given, str) else given) for name, given in changes.items()
        )
        self.posts += 1
        answer = self.client.post(address or page, values | changes)
        assert answer.status_code == 302, answer.content.decode()
        return answer.url


def _titles(person, now):
    return [str(step.title) for step in todo.steps_for(person, now)]


def test_a_year_takes_few_posts_and_little_typing(capsys):
    world = make_cycle(stage="finished", entries=18, written=2)
    unit = make_organisation(parent=world.organiser)
    post = organising.create_post(unit, name_zh="书记", name_en="Secretary", head=True, by=None, now=NOW)
    organising.appoint(post, make_person("head"), starts=date(2023, 1, 1), by=None, now=NOW)
    clerk = Clerk(world.wei)

    with time_machine.travel(AUTUMN):
        plan = clerk.send("/years/new/", "form-new-year", {"meeting_on": "2023-12-28"})
        year = Cycle.objects.get(year=2023)
        first, second = year.entries.order_by("number")[:2]
        clerk.send(plan, "form-add-entry", {"add-post": str(post.pk)})
        clerk.send(
            plan,
            "form-entries",
            {
                f"entry-{first.pk}-holder": str(second.holder_id),
                f"entry-{second.pk}-capacity": "acting",
                f"entry-{second.pk}-not_graded_because": "less than half a year in office",
            },
        )
        clerk.send(plan, "form-calendar", {"day-report": "-14", "day-review": "-5"})
        clerk.send(plan, "form-roles", {"role-observer": [str(world.clerk.pk)]})
        for theme in year.themes.all():
            duty = {"theme": theme.code, "text": "a duty", "target": "a target"}
            clerk.send(f"/c/{year.pk}/duties/", "form-assign-duty", duty)
        clerk.send(plan, "form-approve-plan", {})

    year.refresh_from_db()
    with capsys.disabled():
        sys.stdout.write(f"\nnew year to approval: {clerk.posts} posts, {clerk.fields} fields\n")
    assert year.approved
    assert year.entries.count() == 19
    assert clerk.posts <= MOST_POSTS
    assert clerk.fields <= MOST_FIELDS


def test_the_next_year_is_a_step_until_it_is_there():
    world = make_cycle(stage="rectification")
    wanted = "Set up the year after Accountability review 2022"

    assert wanted in _titles(world.wei, AUTUMN)
    assert wanted not in _titles(world.chair, AUTUMN)
    make_cycle(stage="draft", previous=world.cycle)
    assert wanted not in _titles(world.wei, AUTUMN)


def test_a_year_that_runs_asks_for_no_next_one():
    world = make_cycle(stage="meeting")

    assert not [title for title in _titles(world.wei, AUTUMN) if title.startswith("Set up the year")]


def test_a_draft_says_what_it_still_needs():
    world = make_cycle(stage="draft")
    world.cycle.roles.filter(kind="chair").delete()

    step = next(step for step in todo.steps_for(world.wei, NOW) if "Approve the plan" in str(step.title))

    assert "Nobody presides yet" in str(step.detail)
