"""The example put into an empty folder, by the same actions as everything else: its organisation, the year before with
what was named in it, and this year's plan as a draft.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from shuping.cycles import actions as years
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry
from shuping.meetings import actions as meetings
from shuping.meetings import commenting
from shuping.meetings.models import Meeting
from shuping.organisations import actions as organising
from shuping.organisations.models import Body, Organisation, Person, Post
from shuping.rectification import actions as ledger
from shuping.rectification.models import Item
from shuping.rehearsal import sheets
from shuping.rehearsal.example import cast
from shuping.rehearsal.script import EXAMPLE_TITLE, Script, Title

STARTED = datetime(2022, 10, 10, 1, 0, tzinfo=UTC)
LAST_YEAR = datetime(2021, 11, 8, 1, 0, tzinfo=UTC)
LAST_MEETING = datetime(2021, 12, 28, 1, 0, tzinfo=UTC)
LAST_TITLE = Title(
    2021, EXAMPLE_TITLE.topic, EXAMPLE_TITLE.zh.replace("2022", "2021"), EXAMPLE_TITLE.en.replace("2022", "2021")
)
FORMS = (
    ("standing", "省委常委会（扩大）会议", "enlarged meeting of the standing committee", "1/2"),
    ("leading", "省委基层工作领导小组评议会议", "deliberation meeting of the leading group", "1/2"),
)


@dataclass(frozen=True)
class House:
    """The organisation as it was put into the database: people by username, posts by number of the unit."""

    organiser: Organisation
    people: dict[str, Person]
    posts: dict[str, Post]
    script: Script


@transaction.atomic
def load(script: Script) -> tuple[int, dict[str, str]]:
    """Fill the database that Django is set up on; it must be empty. Returns the key of this year's cycle and
    everybody's sign-in token by username.
    """
    house = _organisation(script)
    before = None
    if script.with_last_year:
        before = _year(house, LAST_TITLE, LAST_MEETING.date(), None, LAST_YEAR)
        _play_last_year(before, script.spec)
    this = _year(house, script.title, script.meeting_on, before, STARTED + script.shift)
    return this.pk, {name: secrets.token_urlsafe(9) for name in house.people}


def _organisation(script: Script) -> House:
    spec = script.spec
    root = spec.organiser
    made: dict[str, Any] = {"by": None, "now": LAST_YEAR - timedelta(days=30) + script.shift}
    organiser = organising.found_organisation(
        code=root.code, kind=root.kind, name_zh=root.zh, name_en=root.en, parent=None, **made
    )
    people = {
        one.username: organising.open_account(username=one.username, name_zh=one.zh, name_en=one.en, **made)
        for one in {one.username: one for one in spec.everybody}.values()
    }
    for body in spec.bodies:
        _seat(organiser, body, people, made)
    posts = {unit.number: _unit(organiser, unit, people, made) for unit in spec.units}
    return House(organiser, people, posts, script)


def _seat(organiser: Organisation, spec: cast.BodySpec, people: dict[str, Person], made: dict[str, Any]) -> None:
    body = organising.form_body(organiser, code=spec.code, name_zh=spec.zh, name_en=spec.en, **made)
    for seat in spec.seats:
        organising.seat_member(
            body,
            people[seat.username],
            precedence=seat.precedence,
            office_zh=seat.office_zh,
            office_en=seat.office_en,
            **made,
        )


def _unit(organiser: Organisation, unit: cast.Unit, people: dict[str, Person], made: dict[str, Any]) -> Post:
    # Two posts of one unit, or one of the organiser's own, may both answer.
    place = Organisation.objects.filter(code=unit.code).first() or organising.found_organisation(
        code=unit.code, kind=unit.kind, name_zh=unit.zh, name_en=unit.en, parent=organiser, **made
    )
    post = organising.create_post(
        place, name_zh=unit.post_zh, name_en=unit.post_en, head=unit.capacity == "head", **made
    )
    organising.appoint(post, people[unit.username], starts=made["now"].date(), **made)
    return post


def _year(house: House, title: Title, meeting_on: date, previous: Cycle | None, now: datetime) -> Cycle:
    roles = house.script.spec.roles
    made: dict[str, Any] = {"by": house.people[roles["secretariat"][0]], "now": now}
    cycle = years.draft_cycle(
        house.organiser,
        year=title.year,
        topic=title.topic,
        title_zh=title.zh,
        title_en=title.en,
        scheme=house.script.scheme_text,
        meeting_on=meeting_on,
        previous=previous,
        offsets=house.script.deadlines,
        **made,
    )
    for kind, names in roles.items():
        for name in names:
            years.assign_role(cycle, house.people[name], kind, **made)
    for unit in house.script.units:
        years.add_entry(
            cycle,
            house.posts[unit.number],
            house.people[unit.username],
            number=unit.number,
            mode=unit.mode,
            capacity=unit.capacity,
            **made,
        )
    return cycle


def create_meeting(cycle: Cycle, *, starts: datetime, by: Person, now: datetime) -> Meeting:
    """The example's meeting, in two forms at once."""
    bodies = {body.code: body for body in Body.objects.filter(organisation=cycle.organiser)}
    return meetings.create_meeting(
        cycle,
        title_zh=f"{cycle.year}年度述职评议会议",
        title_en=f"Review meeting {cycle.year}",
        place_zh="省委会堂",
        place_en="Hall of the provincial committee",
        starts=starts,
        presiding=cycles.people_with(cycle, "chair")[0],
        forms=[(bodies[code], zh, en, quorum) for code, zh, en, quorum in FORMS],
        by=by,
        now=now,
    )


def _play_last_year(cycle: Cycle, spec: cast.OrganisationSpec) -> None:
    """The year before, shortened to what this year looks back on: problems named, some put right, some not."""
    secretary = cycles.people_with(cycle, "secretariat")[0]
    years.approve_plan(cycle, by=secretary, now=LAST_YEAR + timedelta(days=1))
    meeting = create_meeting(cycle, starts=LAST_MEETING, by=secretary, now=LAST_YEAR + timedelta(days=30))
    meetings.set_roster(meeting, body=sheets.roster(spec), name="roster.xlsx", by=secretary, now=LAST_MEETING)
    present = set(meeting.attendance.values_list("pk", flat=True))
    meetings.check_in(meeting, present=present, by=secretary, now=LAST_MEETING)
    meeting = meetings.open_meeting(meeting, by=secretary, now=LAST_MEETING)
    for entry in cycles.entries(cycle):
        _take_turn(meeting, entry, secretary)
    meetings.close_meeting(meeting, by=secretary, now=LAST_MEETING + timedelta(hours=4))
    years.advance(cycle, Cycle.Stage.RECTIFICATION, by=secretary, now=LAST_MEETING + timedelta(days=9))
    for item in Item.objects.filter(cycle=cycle).select_related("owner", "entry"):
        _put_right(item, secretary)
    years.advance(cycle, Cycle.Stage.FINISHED, by=secretary, now=STARTED - timedelta(days=10))


def _take_turn(meeting: Meeting, entry: Entry, secretary: Person) -> None:
    item = meeting.agenda.get(entry=entry)
    then: dict[str, Any] = {"by": secretary, "now": LAST_MEETING + timedelta(minutes=10 * int(entry.number))}
    item = meetings.call(item, **then)
    if entry.mode == Entry.Mode.ORAL:
        meetings.start_speech(item, **then)
        item = meetings.end_speech(item, by=secretary, now=then["now"] + timedelta(seconds=430 + int(entry.number)))
    themes = {theme.code: theme for theme in cycles.themes(meeting.cycle)}
    named = [
        commenting.Named(problem.statement, themes[problem.theme])
        for problem in cast.last_year()
        if problem.number == entry.number
    ]
    comment = commenting.write_comment(
        meeting, entry, meeting.presiding, recognised="", problems=named, direction="", **then
    )
    commenting.confirm_comment(comment, **then)
    meetings.finish_turn(item, **then)


def _put_right(item: Item, secretary: Person) -> None:
    spec = next(problem for problem in cast.last_year() if problem.statement == item.statement)
    day = datetime(2022, 1, 20, 2, 0, tzinfo=UTC)
    owner = item.owner
    ledger.plan_item(
        item,
        cause=spec.cause,
        measure=spec.measure,
        target="年底前见到成效，由督查组核验。",
        due=date(2022, 6, 30),
        by=owner,
        now=day,
    )
    ledger.approve_plan(item, by=secretary, now=day + timedelta(days=3))
    ledger.start_work(item, by=owner, now=day + timedelta(days=5))
    if not spec.closed:
        return
    ledger.add_evidence(item, text=f"{spec.measure}已落实，附现场核查记录。", by=owner, now=day + timedelta(days=120))
    ledger.declare_done(item, by=owner, now=day + timedelta(days=121))
    ledger.verify_item(
        item, put_right=True, opinion="实地核查属实，同意销号。", by=secretary, now=day + timedelta(days=130)
    )
    ledger.close_item(item, by=secretary, now=day + timedelta(days=131))


BAR = (
    ("secretariat", 0, "秘书处", "Secretariat"),
    ("chair", 0, "主持人", "Presiding officer"),
    ("commentator", 0, "点评人", "Commentator"),
    ("clerk", 0, "工作人员", "Clerk"),
    ("committee", 1, "考核委员会", "Committee"),
    ("scrutineer", 0, "监票人", "Scrutineer"),
    ("teller", 0, "计票人一", "Teller 1"),
    ("teller", 1, "计票人二", "Teller 2"),
    ("trustee", 0, "密钥保管人一", "Trustee 1"),
    ("trustee", 1, "密钥保管人二", "Trustee 2"),
    ("trustee", 2, "密钥保管人三", "Trustee 3"),
    ("observer", 0, "上级派员", "Observer"),
)


def write_links(folder: Path, tokens: dict[str, str], spec: cast.OrganisationSpec) -> None:
    """Everybody's sign-in link, as the example's pages read them; the bar shows one link per role."""
    first = spec.units[0].username
    bar = {
        spec.roles[kind][place]: (zh, en) for kind, place, zh, en in BAR if place < len(spec.roles.get(kind, ()))
    } | {first: ("述职人", "Reporter")}
    names = {one.username: (one.zh, one.en) for one in spec.everybody} | bar
    links = [
        {"token": tokens[username], "username": username, "zh": zh, "en": en, "bar": username in bar}
        for username, (zh, en) in names.items()
    ]
    (folder / "demo" / "links.json").write_text(json.dumps(links, ensure_ascii=False, indent=1), "utf-8")
