"""Which election a slip belongs to, and what a booth has to know of it."""

from functools import lru_cache
from typing import Any

from shuping.ballots import posting, queries
from shuping.ballots.models import Ballot, Category
from shuping.box.models import Listed, Mark

STATES = {Ballot.State.PREPARED: "before", Ballot.State.OPEN: "open"}


def about(identifier: str, public: str) -> dict[str, Any] | None:
    """What is told to whoever has this public credential; None when it is not on the lists of the ballot."""
    mark = Mark.objects.filter(identifier=identifier).first()
    if mark is None:
        return _elsewhere(identifier, public)
    digest = queries.credential_hash(identifier, public)
    found = Listed.objects.filter(public_hash=digest, strand__mark=mark)
    listed = found.values_list("strand__category", "strand__uuid").first()
    if listed is None:
        return None
    told = _opened(*listed)
    return _stated(told, "open") if mark.open else _stated(told | {"opinions": None}, "closed")


def _stated(told: dict[str, Any], state: str) -> dict[str, Any]:
    return told | {"open": state == "open", "state": state}


@lru_cache(maxsize=64)
def _opened(category: int, uuid: str) -> dict[str, Any]:
    # It does not change once it is open, and a whole hall asks: of the site's tables it is read once.
    part = Category.objects.select_related("ballot__cycle").get(pk=category, uuid=uuid)
    return _told(part) | {"opinions": posting.offer(part.ballot)}


def _told(part: Category) -> dict[str, Any]:
    return {
        "category": part.code,
        "category_label": {"zh": part.name_zh, "en": part.name_en},
        "election": part.election_raw,
        "revote": queries.scheme_of(part.ballot).ballot.revote,
        "entries": [{"id": row.number, "zh": row.unit_zh, "en": row.unit_en} for row in queries.rows_of(part)],
        "opinions": None,
    }


def _elsewhere(identifier: str, public: str) -> dict[str, Any] | None:
    """Before the ballot is in the box, and afterwards."""
    ballot = Ballot.objects.filter(identifier=identifier).select_related("cycle").first()
    category = queries.category_of_credential(ballot, public) if ballot else None
    if ballot is None or category is None:
        return None
    return _stated(_told(category), STATES.get(Ballot.State(ballot.state), "closed"))
