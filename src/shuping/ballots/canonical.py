"""What acts of a ballot decide, as digests read it: these forms never change, another one is a new version.

Nothing in here is about a single ballot; a count has its digest once it exists.
"""

from django.db.models import QuerySet

from shuping.ballots.models import Ballot, Category, Count, Credential, Opinion, OpinionBox, PaperBatch
from shuping.core.digests import lists, rows


def _opened() -> QuerySet[Category]:
    return Category.objects.exclude(election_raw="")


def _counted() -> QuerySet[Category]:
    return _opened().filter(ballot__state=Ballot.State.COUNTED)


def _released() -> QuerySet[OpinionBox]:
    return OpinionBox.objects.filter(state=OpinionBox.State.RELEASED)


NAME = ("ballot__identifier", "code")
PAPER = ("category__code", "keying", "by", "issued", "returned", "unreturned", "void", "rows")

KINDS = (
    rows("setup", Category, *NAME, "electorate", "paper_issued", "election_raw", expected=_opened),
    lists("slips", Category, Credential, "category", "public"),
    rows("paper", PaperBatch, *PAPER),
    rows("count", Count, "category__ballot__identifier", "category__code", "source", "cast", "rows"),
    rows("chain", Category, *NAME, "height", "head", "tally_raw", "result_raw", expected=_counted),
    rows("opening", OpinionBox, "ballot__identifier", "state", "received", "broken", expected=_released),
    lists("opinions", OpinionBox, Opinion, "box", "entry", "text", "removed_because"),
)
