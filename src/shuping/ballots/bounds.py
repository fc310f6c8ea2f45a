"""What one slip may put into the box. At most one ballot of a slip is not yet in the box: therefore "the last one
counts" does not depend on the order in which a batch is put in, and no slip fills the disk or holds up the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from shuping.ballots.models import CastBallot
from shuping.core.refusals import Refusal

MOST: Final = 10  # ballots that are stored of a slip
MOST_SET_ASIDE: Final = 3  # after so many with false proofs it is no mistake any more

State = CastBallot.State


@dataclass(frozen=True)
class Stored:
    """A ballot that was taken from a slip before."""

    tracker: str
    state: str = State.RECEIVED
    height: int | None = None


def may_follow(earlier: Sequence[Stored], *, revote: bool) -> Refusal | None:
    """Whether another ballot may follow those that are stored of a slip, while the ballot is open."""
    stand = _standing(earlier)
    if stand and not revote:
        return Refusal("voted", _("A ballot was cast with this slip already; this ballot does not allow another."))
    if any(one.state == State.RECEIVED for one in stand):
        sentence = _("The ballot before this one is still on its way into the box. This one is sent again by itself.")
        return Refusal("one_at_a_time", sentence)
    if len(earlier) >= MOST or len(earlier) - len(stand) >= MOST_SET_ASIDE:
        return Refusal("no_more_ballots", _no_more(stand))
    return None


def _no_more(stand: Sequence[Stored]) -> Any:
    if not stand:
        return _("No more ballots are taken with this slip, and none of them counts: ask at the desk for paper.")
    return _filled(
        _("No more ballots are taken with this slip. Counted is the one with tracker %(tracker)s, height %(height)s."),
        stand,
    )


def came_late(earlier: Sequence[Stored]) -> Refusal | None:
    """What a slip is told whose further ballot came after closing; None when none was taken from it before."""
    stand = _standing(earlier)
    if not stand:
        return None
    if any(one.state == State.RECEIVED for one in stand):
        sentence = _("Closed: this one was not taken. Your earlier one counts once it is checked: tracker %(tracker)s.")
    else:
        sentence = _("Closed: this one was not taken. Your earlier one counts: tracker %(tracker)s, height %(height)s.")
    return Refusal("closed", _filled(sentence, stand))


def _standing(earlier: Sequence[Stored]) -> list[Stored]:
    """Without those that were set aside; the last one counts, and one that is not yet in the box is the last."""
    stand = [one for one in earlier if one.state != State.SET_ASIDE]
    return sorted(stand, key=lambda one: (one.height is None, one.height or 0))


def _filled(sentence: Any, stand: Sequence[Stored]) -> Any:
    """The sentence with what counts, in whichever language it is read."""
    words = {"tracker": stand[-1].tracker, "height": stand[-1].height}
    return lazy(lambda: str(sentence) % words, str)()
