"""A year whose units report in two groups beside each other, each with its own chair, list and agenda (R11)."""

from dataclasses import replace

from shuping.cycles import actions as years
from shuping.cycles import planning
from shuping.cycles.models import Role
from shuping.meetings import actions
from shuping.meetings.models import Meeting
from tests.builders import NOW, World, client_for, make_cycle, make_person
from tests.meetings.halls import at, make_body, seat, take

FIRST, SECOND = "甲组", "乙组"


def make_grouped_cycle(scheme: bytes | None = None, names: tuple[str, ...] = (FIRST, FIRST, SECOND, SECOND)) -> World:
    """An approved year: 01 and 02 report in the first group, 03 and 04 (in writing) in the second; `second_chair`
    presides over the second. Nobody has set a meeting up. `names` are the groups of the entries.
    """
    world = make_cycle("draft", entries=len(names), written=1, scheme=scheme)
    rows = [replace(planning.row_of(entry), group=name) for entry, name in zip(world.entries, names, strict=True)]
    planning.edit_entries(world.cycle, rows, by=world.wei, now=NOW)
    world.people["second_chair"] = make_person("second_chair")
    years.assign_role(world.cycle, world.second_chair, Role.Kind.CHAIR, by=world.wei, now=NOW)
    years.approve_plan(world.cycle, by=world.wei, now=NOW)
    world.entries = list(world.cycle.entries.order_by("number"))
    return world


def set_up(world: World, group: str, **given) -> Meeting:
    """The meeting of a group: the second begins half an hour after the first, in the small hall."""
    first = group == FIRST
    chair = world.chair if first else world.second_chair
    body = make_body(world, f"body-{group}", [chair, world.committee])
    values = {
        "title_zh": f"评议会议（{group}）",
        "title_en": "Review meeting, first group" if first else "Review meeting, second group",
        "place_zh": "大会堂" if first else "小会堂",
        "place_en": "Great hall" if first else "Small hall",
        "starts": at(0 if first else 1800),
        "presiding": chair,
        "forms": [(body, f"{group}评议", "First panel" if first else "Second panel", "1/2")],
    }
    return actions.create_meeting(world.cycle, group=group, **values | given, by=world.wei, now=NOW)


def two_groups(world: World) -> tuple[Meeting, Meeting]:
    """Both meetings, planned."""
    return set_up(world, FIRST), set_up(world, SECOND)


def open_group(world: World, meeting: Meeting, *, present: tuple[str, ...]) -> Meeting:
    """A group in session, with these people of the cast there."""
    seat(meeting, world, present)
    return actions.open_meeting(meeting, by=world.clerk, now=at(0))


def write_for(world: World, number: str, speaker: str, recognised: str, *, by: str = "clerk"):
    """Send the comment form of a reporter's file; returns the answer."""
    given = {"speaker": world.people[speaker].pk, "recognised": recognised}
    return client_for(world.people[by]).post(f"/c/{world.cycle.pk}/meeting/entry/{number}/comment", given)


def hear_group(world: World, meeting: Meeting, speaker: str) -> None:
    """Every turn of a group: reported, commented on, finished; all through the pages' own actions."""
    client = client_for(world.clerk)
    for item in meeting.agenda.select_related("entry").order_by("position"):
        take(world, item.entry, *(("call", "start", "end") if item.oral else ("call",)))
        write_for(world, item.entry.number, speaker, f"Well done, {item.entry.number}.")
        comment = item.entry.comments.get()
        client.post(f"/c/{world.cycle.pk}/meeting/entry/{item.entry.number}/comment/{comment.pk}")
        take(world, item.entry, "finish")


def close_group(world: World, meeting: Meeting, speaker: str) -> Meeting:
    """A group from the first turn to its closing; it is open already."""
    hear_group(world, meeting, speaker)
    return actions.close_meeting(meeting, by=world.clerk, now=at(7200))
