"""Who may move an item on, and from which state (domain rule: verifier is not owner, no closing without evidence)."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from shuping.core.refusals import Refusal
from shuping.cycles import rules as cycles
from shuping.cycles.models import Role
from shuping.rectification import queries
from shuping.rectification.models import Item

State = Item.State
VERIFIERS = (Role.Kind.SECRETARIAT, Role.Kind.COMMITTEE, Role.Kind.CHAIR, Role.Kind.COMMENTATOR, Role.Kind.CLERK)

FROM = {
    "plan": (State.ISSUED, State.PLANNED, State.RETURNED, State.REOPENED),
    "approve": (State.PLANNED,),
    "start": (State.APPROVED, State.RETURNED, State.REOPENED),
    "evidence": (State.APPROVED, State.IN_PROGRESS, State.RETURNED, State.REOPENED),
    "declare": (State.IN_PROGRESS,),
    "verify": (State.DONE,),
    "close": (State.VERIFIED,),
    "reopen": (State.CLOSED,),
    "recheck": (State.CLOSED,),
    "extend": tuple(state for state in State if state != State.CLOSED),
}
WRONG_STATE = {
    "plan": _("This item can no longer be planned anew: it is being worked on or closed."),
    "approve": _("There is no plan to approve yet, or it is already approved."),
    "start": _("Work starts when the plan is approved."),
    "evidence": _("Evidence is added while the item is worked on."),
    "declare": _("Only an item in progress can be declared done."),
    "verify": _("There is nothing to verify: the owner has not declared this item done."),
    "close": _("An item is closed only after somebody else has verified that it is put right."),
    "reopen": _("Only a closed item can be reopened."),
    "recheck": _("Only a closed item is re-checked."),
    "extend": _("A closed item needs no more time."),
}


def in_state(item: Item, step: str) -> Refusal | None:
    """The item is in a state from which the step leads on."""
    if item.state in FROM[step]:
        return None
    return Refusal("wrong_state", WRONG_STATE[step])


def may_own(person: Any, item: Item, step: str) -> Refusal | None:
    """The owner's own steps (the secretariat or the clerk may do them for the owner)."""
    return cycles.may_act_for(person, item.owner, item.cycle) or in_state(item, step)


def may_oversee(person: Any, item: Item, step: str) -> Refusal | None:
    """The organiser's steps: approve, close, reopen, extend."""
    return cycles.may_in_role(person, item.cycle, Role.Kind.SECRETARIAT, Role.Kind.COMMITTEE) or in_state(item, step)


def may_declare_done(person: Any, item: Item) -> Refusal | None:
    """The owner, with evidence on the table."""
    if refusal := may_own(person, item, "declare"):
        return refusal
    if not item.evidence.exists():
        return Refusal(
            "no_evidence", _("There is no evidence yet: add what shows that it was done, then declare it done.")
        )
    return None


def may_verify(person: Any, item: Item) -> Refusal | None:
    """Somebody else than the owner, and not from the owner's own unit (R96)."""
    if person == item.owner:
        return Refusal("own_item", _("Whoever owns an item cannot verify it: somebody else has to look."))
    if queries.belongs_to_unit(person, item):
        return Refusal("own_unit", _("Nobody verifies an item of the own unit: somebody from elsewhere has to look."))
    return cycles.may_in_role(person, item.cycle, *VERIFIERS) or in_state(item, "verify")


def may_close(person: Any, item: Item) -> Refusal | None:
    """The organiser, after verification, with evidence; never the owner."""
    if person == item.owner:
        return Refusal("own_item", _("Whoever owns an item cannot close it: somebody else has to look."))
    if not item.evidence.exists():
        return Refusal(
            "no_evidence", _("An item is not closed without evidence: add what shows that it was put right.")
        )
    return may_oversee(person, item, "close")


STEPS: dict[str, Callable[[Any, Item], Refusal | None]] = {
    "plan": lambda person, item: may_own(person, item, "plan"),
    "approve": lambda person, item: may_oversee(person, item, "approve"),
    "start": lambda person, item: may_own(person, item, "start"),
    "evidence": lambda person, item: may_own(person, item, "evidence"),
    "declare": may_declare_done,
    "verify": may_verify,
    "close": may_close,
    "reopen": lambda person, item: may_oversee(person, item, "reopen"),
    "recheck": lambda person, item: may_oversee(person, item, "recheck"),
    "extend": lambda person, item: may_oversee(person, item, "extend"),
}


def may(person: Any, item: Item, step: str) -> Refusal | None:
    """Whether a person may take a named step (the keys of `FROM`) with an item."""
    return STEPS[step](person, item)
