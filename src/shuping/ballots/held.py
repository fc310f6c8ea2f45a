"""Where sealed ballots are held, and what is read of them: from opening to adding up in the box, afterwards in the
tables of the site. Whoever asks need not know.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count as CountOf
from django.db.models import QuerySet

from shuping.ballots.bounds import Stored
from shuping.ballots.models import Ballot, CastBallot, Category
from shuping.box.models import Mark, Sealed, State, Strand

MOST_SHOWN = 20_000


class End(NamedTuple):
    """Where a chain stands: height and hash of its last event."""

    height: int
    head: str


def mark_of(ballot: Ballot) -> Mark | None:
    """The mark of a ballot that is in the box; None before its opening and once it is added up."""
    mark = Mark.objects.filter(ballot=ballot.pk).first() if ballot.boxed else None
    if mark is None and ballot.boxed:  # it was added up since the row was read
        ballot.refresh_from_db(fields=["boxed"])
    return mark


def sealed(category: Category) -> QuerySet[Any, Any]:
    """The sealed ballots of a category, whatever became of them."""
    if mark_of(category.ballot):
        return Sealed.objects.filter(strand__category=category.pk)
    return category.cast.all()


def _all_of(ballot: Ballot) -> QuerySet[Any, Any]:
    if mark_of(ballot):
        return Sealed.objects.filter(strand__mark=ballot.pk)
    return CastBallot.objects.filter(category__ballot=ballot)


def pending(ballot: Ballot) -> int:
    """How many ballots are received and not yet in the box."""
    return _all_of(ballot).filter(state=State.RECEIVED).count()


def anything_cast(ballot: Ballot) -> bool:
    """Whether anybody has voted."""
    return _all_of(ballot).exists()


def voted(ballot: Ballot) -> dict[int, int]:
    """How many slips of each category have voted. While the ballot is open those count that are in the box, so that the
    number does not tell when somebody sent a ballot; afterwards also those that are still being checked.
    """
    mark = mark_of(ballot)
    place = "strand__category" if mark else "category"
    without = [State.SET_ASIDE, State.RECEIVED] if mark and mark.open else [State.SET_ASIDE]
    found = _all_of(ballot).exclude(state__in=without).order_by().values(place)
    counted = found.annotate(slips=CountOf("credential_hash", distinct=True))
    return {row[place]: row["slips"] for row in counted}


def ends(ballot: Ballot) -> dict[int, End]:
    """Where the chain of each category stands."""
    found = {part.pk: End(part.height, part.head) for part in ballot.categories.all()}
    if mark_of(ballot):
        strands = Strand.objects.filter(mark=ballot.pk).values_list("category", "height", "head")
        found |= {category: End(height, head) for category, height, head in strands}
    return found


def events(category: Category) -> list[tuple[int, str]]:
    """Every event of a category's chain in its order: height and exact text."""
    found = list(category.events.order_by("height").values_list("height", "raw"))
    if mark_of(category.ballot):
        strand = Strand.objects.filter(category=category.pk).first()
        found += strand.links.order_by("height").values_list("height", "raw") if strand else []
    return found


def trackers(category: Category) -> list[dict[str, Any]]:
    """The public list: every tracker of a category with its state, sorted by tracker and not by time."""
    found = sealed(category).exclude(state=State.RECEIVED).order_by("tracker").values("tracker", "state", "height")
    return list(found[:MOST_SHOWN])


def tracker_state(ballot: Ballot, *trackers: str) -> Any:
    """The ballot with one of these trackers, without its bytes; None when there is none."""
    # PostgreSQL takes no NUL in a text, not even to find that it is not there.
    asked = [tracker.replace("\0", "?") for tracker in trackers]
    return _all_of(ballot).filter(tracker__in=asked).defer("raw").first()


def category_of(row: Any) -> Category:
    """The category of what `tracker_state` found."""
    return Category.objects.get(pk=row.strand.category if isinstance(row, Sealed) else row.category_id)


def elsewhere(trackers: Iterable[str]) -> Ballot | None:
    """Some ballot that holds one of these trackers; None when there is none."""
    asked = list(trackers)
    boxed = Sealed.objects.filter(tracker__in=asked).values_list("strand__mark", flat=True).first()
    if boxed is not None:
        return Ballot.objects.select_related("cycle").filter(pk=boxed).first()
    return Ballot.objects.select_related("cycle").filter(categories__cast__tracker__in=asked).first()


def public_trackers(ballot: Ballot) -> Iterable[str]:
    """Every tracker that the board shows, in no order."""
    return _all_of(ballot).exclude(state=State.RECEIVED).order_by().values_list("tracker", flat=True)


def of_slip(category: Category, digest: str) -> list[Stored]:
    """What was taken from a slip of a ballot that is not in the box any more."""
    found = CastBallot.objects.filter(category=category, credential_hash=digest).order_by()
    return [Stored(*row) for row in found.values_list("tracker", "state", "height")]


def of_slips(digests: Iterable[str]) -> defaultdict[tuple[int, str], list[Stored]]:
    """What was taken from these slips so far, by strand and credential's hash, while their ballot is in the box."""
    found: defaultdict[tuple[int, str], list[Stored]] = defaultdict(list)
    stored = Sealed.objects.filter(credential_hash__in=list(digests)).order_by()
    columns = stored.values_list("strand", "credential_hash", "tracker", "state", "height")
    for strand, digest, tracker, state, height in columns:
        found[strand, digest].append(Stored(tracker, state, height))
    return found


def changes() -> dict[str, int]:
    """How often each open ballot changed by something that was put into the box, by the topic of its pages."""
    return {f"ballot-{ballot}": batches for ballot, batches in Mark.objects.values_list("ballot", "batches")}
