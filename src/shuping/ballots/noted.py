"""Where the log of acts stood when a ballot was opened, closed and counted: what screens and papers show of it."""

from shuping.ballots.models import Ballot
from shuping.core import acts
from shuping.core.anchors import Anchor
from shuping.core.models import Act

# With one of these a ballot was counted before its counting was an act of its own.
LAST_STEPS = ("tally", "add_share", "key_paper", "settle_paper")


def opened(ballot: Ballot) -> Anchor | None:
    """The anchor at the opening; None before."""
    return _at(acts.last("open_ballot", ballot))


def closed(ballot: Ballot) -> Anchor | None:
    """The anchor at the closing; None before."""
    return _at(acts.last("close_ballot", ballot))


def counted(ballot: Ballot) -> Anchor | None:
    """The anchor at the count, which the tally sheet documents; None before."""
    if ballot.state != Ballot.State.COUNTED:
        return None
    return _at(acts.last("count_ballot", ballot) or _last_step(ballot))


def _last_step(ballot: Ballot) -> Act | None:
    subjects = [acts.subject_of(thing) for thing in (ballot, *ballot.categories.all())]
    return Act.objects.filter(subject__in=subjects, verb__in=LAST_STEPS).order_by("-id").first()


def _at(act: Act | None) -> Anchor | None:
    return acts.anchor_at(act) if act else None
