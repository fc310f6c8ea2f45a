"""Which step follows which in a turn, as the scheme chose them (R29): call, speech, questions, comment, undertaking."""

from collections.abc import Sequence

from scoring import Scheme
from shuping.meetings.models import AgendaItem

Turn = AgendaItem.State
AFTER = {"questions": Turn.QUESTIONS, "comment": Turn.COMMENT, "undertaking": Turn.UNDERTAKING}


def way(scheme: Scheme, *, oral: bool) -> Sequence[Turn]:
    """The states of a turn from the call on, in their order. Whoever reported in writing is commented on, no more."""
    chosen = scheme.speech.steps if oral else tuple(step for step in scheme.speech.steps if step == "comment")
    spoken = [Turn.CALLED, Turn.SPEAKING] if "speech" in chosen else []
    return [*spoken, *(state for step, state in AFTER.items() if step in chosen), Turn.DONE]


def after(scheme: Scheme, item: AgendaItem) -> Turn:
    """The state that follows the present one."""
    states = way(scheme, oral=item.oral)
    order = list(Turn)
    here = order.index(Turn(item.state))
    return next((state for state in states if order.index(state) > here), Turn.DONE)
