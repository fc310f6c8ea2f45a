"""Small worlds to test in, made by the same actions as the real ones.

The cast: Wei the secretary, Lin the head under review, Chen the voter, Ada the trustee, Zhou from another county.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.test import Client

from scoring import builtin_scheme
from shuping.core import jobs
from shuping.cycles import actions
from shuping.cycles.models import Cycle, Entry, Role
from shuping.organisations import actions as organising
from shuping.organisations.models import Organisation, Person, Post

NOW = datetime(2022, 11, 1, 9, 0, tzinfo=UTC)
MEETING_ON = date(2022, 12, 29)
MADE = re.compile(r"/made/(\d+)/")
_numbers = count(1)

CAST = {
    "wei": Role.Kind.SECRETARIAT,
    "chair": Role.Kind.CHAIR,
    "commentator": Role.Kind.COMMENTATOR,
    "clerk": Role.Kind.CLERK,
    "committee": Role.Kind.COMMITTEE,
    "teller": Role.Kind.TELLER,
    "second_teller": Role.Kind.TELLER,
    "scrutineer": Role.Kind.SCRUTINEER,
    "ada": Role.Kind.TRUSTEE,
    "second_trustee": Role.Kind.TRUSTEE,
    "third_trustee": Role.Kind.TRUSTEE,
    "observer": Role.Kind.OBSERVER,
    "auditor": Role.Kind.AUDITOR,
}


@dataclass
class World:
    """A cycle with its people: every name of the cast is an attribute."""

    cycle: Cycle
    organiser: Organisation
    people: dict[str, Person]
    entries: list[Entry] = field(default_factory=list)

    def __getattr__(self, name: str) -> Person:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


def make_person(username: str) -> Person:
    """Somebody with an account of this name (a number is added so that two worlds do not clash)."""
    name = username.replace("_", " ").capitalize()
    unique = f"{username}-{next(_numbers)}"
    return organising.open_account(username=unique, name_zh=f"{name}（测试）", name_en=name, by=None, now=NOW)


def make_organisation(*, parent: Organisation | None = None, kind: str = "region") -> Organisation:
    """A unit with an invented name, below `parent`."""
    number = next(_numbers)
    return organising.found_organisation(
        code=f"unit-{number}",
        kind=kind,
        name_zh=f"第{number}市委",
        name_en=f"Committee {number}",
        parent=parent,
        by=None,
        now=NOW,
    )


def make_cycle(
    stage: str = "reporting",
    entries: int = 2,
    *,
    written: int = 0,
    scheme: bytes | None = None,
    previous: Cycle | None = None,
    organiser: Organisation | None = None,
    year: int = 2022,
) -> World:
    """A year at a stage, with `entries` units of which the last `written` report in writing. Lin holds entry 01,
    Zhou has an account and no part in the cycle, Chen only a slip of paper. With `previous` it is the year after:
    the same organiser and the same posts, as far as there are entries."""
    organiser = organiser or (previous.organiser if previous else make_organisation())
    year = previous.year + 1 if previous else year
    people = {name: make_person(name) for name in (*CAST, "lin", "chen", "zhou")}
    cycle = actions.draft_cycle(
        organiser,
        year=year,
        topic="grassroots",
        title_zh=f"{year}年度述职评议考核",
        title_en=f"Accountability review {year}",
        scheme=scheme or builtin_scheme("provincial"),
        meeting_on=MEETING_ON.replace(year=year),
        previous=previous,
        by=people["wei"],
        now=NOW,
    )
    for name, kind in CAST.items():
        actions.assign_role(cycle, people[name], kind, by=people["wei"], now=NOW)
    world = World(cycle, organiser, people)
    world.entries = [_add_entry(world, number, entries - written) for number in range(1, entries + 1)]
    if stage != Cycle.Stage.DRAFT:
        actions.approve_plan(cycle, by=people["wei"], now=NOW)
        actions.advance(cycle, stage, by=people["wei"], now=NOW)
    return world


def _add_entry(world: World, number: int, oral: int) -> Entry:
    post = _post_of_last_year(world, number) or _new_post(world)
    holder = world.lin if number == 1 else make_person(f"head_{number}")
    mode = Entry.Mode.ORAL if number <= oral else Entry.Mode.WRITTEN
    return actions.add_entry(world.cycle, post, holder, number=f"{number:02}", mode=mode, by=world.wei, now=NOW)


def _post_of_last_year(world: World, number: int) -> Post | None:
    entry = Entry.objects.filter(cycle=world.cycle.previous_id, number=f"{number:02}").first()
    return entry.post if entry else None


def _new_post(world: World) -> Post:
    unit = make_organisation(parent=world.organiser)
    return organising.create_post(unit, name_zh="书记", name_en="Secretary", head=True, by=None, now=NOW)


def client_for(person: Person) -> Client:
    """A browser in which the person is signed in."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def made(client: Client, answer: Any) -> Any:
    """What comes of a request: the answer itself, or the file of the job that it leads to, made here and now."""
    found = MADE.fullmatch(answer.headers.get("Location", ""))
    if found is None:
        return answer
    jobs.run.call(int(found[1]))
    return client.get(f"{found[0]}file")
