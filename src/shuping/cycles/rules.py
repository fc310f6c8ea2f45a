"""Who may do what to a cycle, and when."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shuping.core.refusals import Refusal
from shuping.cycles import checks, endings, queries
from shuping.cycles.models import Cycle, Entry, Role
from shuping.organisations.models import Organisation, Person, Post

ACTS_FOR_OTHERS = (Role.Kind.SECRETARIAT, Role.Kind.CLERK)


def may_in_role(person: Any, cycle: Cycle, *kinds: str) -> Refusal | None:
    """Only somebody with one of the roles."""
    if queries.roles_of(person, cycle) & set(kinds):
        return None
    return Refusal("not_your_role", _("This belongs to another role in this cycle."))


def may_act_for(person: Any, other: Any, cycle: Cycle) -> Refusal | None:
    """A person for themselves; the secretariat and the clerk for others, recorded as such."""
    if person == other or queries.roles_of(person, cycle) & set(ACTS_FOR_OTHERS):
        return None
    return Refusal("not_for_others", _("Only the secretariat or the clerk may do this for somebody else."))


def may_start_year(person: Any, previous: Cycle, *, topic: str, meeting_on: date, now: datetime) -> Refusal | None:
    """The secretariat of an organiser's latest year, once for a topic, with a meeting that lies ahead (R3)."""
    if not queries.years_to_follow(person).filter(pk=previous.pk).exists():
        return Refusal("not_your_year", _("Only the secretariat of the organiser's latest year sets up the next one."))
    if Cycle.objects.filter(organiser=previous.organiser, year=previous.year + 1, topic=topic).exists():
        words = {"year": previous.year + 1, "topic": topic}
        return Refusal("year_twice", _("There is a year %(year)d of this organiser on “%(topic)s” already.") % words)
    return may_meet_on(meeting_on, now)


def may_found_year(organiser: Organisation, meeting_on: date, now: datetime) -> Refusal | None:
    """An organiser that has no year yet, with a meeting that lies ahead; later years follow from the first (R3)."""
    if Cycle.objects.filter(organiser=organiser).exists():
        words = {"unit": organiser.name}
        return Refusal(
            "has_years", _("%(unit)s has a year already: its secretariat sets the next one up on the site.") % words
        )
    return may_meet_on(meeting_on, now)


def may_call_heads(person: Any, cycle: Cycle) -> Refusal | None:
    """The secretariat, while the plan is a draft and heads of units are not called yet."""
    if refusal := may_change_plan(person, cycle):
        return refusal
    if not queries.heads_to_call(cycle).exists():
        return Refusal("all_called", _("The heads of all units below are called already."))
    return None


def may_meet_on(day: date, now: datetime) -> Refusal | None:
    """From today on."""
    if day >= timezone.localdate(now):
        return None
    return Refusal("date_past", _("%(day)s has already passed: choose a later day for the meeting.") % {"day": day})


def may_change_plan(person: Any, cycle: Cycle) -> Refusal | None:
    """The secretariat, until the plan is approved."""
    if cycle.approved:
        return Refusal(
            "plan_frozen", _("The plan was approved and is frozen; a change needs a new version with a reason.")
        )
    return may_in_role(person, cycle, Role.Kind.SECRETARIAT)


def may_add_entry(person: Any, cycle: Cycle, post: Post, holder: Person | None, number: str) -> Refusal | None:
    """The secretariat, while the plan is a draft: a post once, under a number of its own, with whoever reports."""
    if refusal := may_change_plan(person, cycle):
        return refusal
    if cycle.entries.filter(post=post).exists():
        return Refusal("post_twice", _("This post is called to account already."))
    if holder is None:
        return Refusal("no_holder", _("Nobody holds this post today: choose who reports."))
    return _may_be_numbered(cycle, number)


def _may_be_numbered(cycle: Cycle, number: str) -> Refusal | None:
    if not checks.NUMBER.fullmatch(number):
        words = {"number": number}
        return Refusal("bad_number", _("“%(number)s” is no number; give two digits from 01 to 99.") % words)
    other = Entry.objects.filter(cycle=cycle, number=number).first()
    if other is not None:
        words = {"number": number, "unit": other.unit_name}
        return Refusal("number_twice", _("The number %(number)s is %(unit)s's already.") % words)
    return None


def may_approve_plan(person: Any, cycle: Cycle, now: datetime) -> Refusal | None:
    """The secretariat, once entries, presiding officer and dates are there."""
    if refusal := may_change_plan(person, cycle):
        return refusal
    if not cycle.entries.exists():
        return Refusal("no_entries", _("Nobody reports yet: add the units that are called to account, then approve."))
    if not queries.people_with(cycle, Role.Kind.CHAIR):
        return Refusal("no_chair", _("Nobody presides yet: name the presiding officer, then approve."))
    if faults := checks.role_faults(queries.people_by_role(cycle), queries.reporters(cycle), person):
        return Refusal("roles", checks.sentence(faults))
    if cycle.meeting_on < timezone.localdate(now):
        return Refusal("date_past", _("The day of the meeting has already passed: set a later one, then approve."))
    return None


def may_amend_plan(person: Any, cycle: Cycle, *, entries: bool = False) -> Refusal | None:
    """The secretariat, from approval until the ballot opens; who reports only until the meeting opens (R5)."""
    if not cycle.approved:
        return Refusal("not_approved", _("The plan is still a draft: change the draft itself."))
    if cycle.stage not in {Cycle.Stage.REPORTING, Cycle.Stage.MEETING} or queries.ballot_was_opened(cycle):
        return Refusal("too_late_to_amend", _("The ballot was opened under this plan: it no longer changes."))
    if entries and cycle.stage == Cycle.Stage.MEETING:
        return Refusal("meeting_runs", _("The meeting is open: who reports, and how, no longer changes."))
    return may_in_role(person, cycle, Role.Kind.SECRETARIAT)


def may_give_reason(reason: str, *, changed: bool) -> Refusal | None:
    """A new version changes something and says why."""
    if not reason.strip():
        return Refusal("no_reason", _("Say why the approved plan is changed: the reason stays with the new version."))
    if not changed:
        return Refusal("nothing_changed", _("Nothing is changed: there is no new version."))
    return None


def may_assign_duties(person: Any, cycle: Cycle) -> Refusal | None:
    """The secretariat, as long as the year runs."""
    if cycle.stage not in {Cycle.Stage.DRAFT, Cycle.Stage.REPORTING}:
        return Refusal("too_late_for_duties", _("Duties are set before the meeting; this year's is over."))
    return may_in_role(person, cycle, Role.Kind.SECRETARIAT)


FORWARD = {
    Cycle.Stage.REPORTING: Cycle.Stage.MEETING,
    Cycle.Stage.MEETING: Cycle.Stage.DECISION,
    Cycle.Stage.DECISION: Cycle.Stage.RECTIFICATION,
    Cycle.Stage.RECTIFICATION: Cycle.Stage.FINISHED,
}


def next_stage(cycle: Cycle) -> str | None:
    """The stage that follows, or None before approval and at the end."""
    return FORWARD.get(Cycle.Stage(cycle.stage))


def may_advance(person: Any, cycle: Cycle) -> Refusal | None:
    """The secretariat, one stage at a time, after approval."""
    if next_stage(cycle) is None:
        return Refusal(
            "no_next_stage", _("There is no stage to go on to: approve the plan first, or the year is finished.")
        )
    if next_stage(cycle) == Cycle.Stage.FINISHED and (refusal := endings.may_end(cycle)):
        return refusal
    return may_in_role(person, cycle, Role.Kind.SECRETARIAT)
