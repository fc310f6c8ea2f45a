"""What acts on a year decide, as digests read it: these forms never change, another one is a new version."""

from django.db.models import QuerySet

from shuping.core.digests import lists, rows
from shuping.cycles.models import CarriedItem, Cycle, Entry, PlanVersion, Role

ENTRY = ("number", "unit", "post", "holder", "capacity", "mode", "path", "unit_zh", "unit_en", "post_zh", "post_en")
CARRIED = ("entry__number", "source", "number", "statement", "state", "closed", "theme__code")


def _approved() -> QuerySet[Cycle]:
    return Cycle.objects.exclude(approved_at=None)


KINDS = (
    rows("scheme", Cycle, "fingerprint", "meeting_on", expected=_approved),
    rows("plan", PlanVersion, "number", "content", "digest", "reason", "made_at"),
    lists("entries", Cycle, Entry, "cycle", *ENTRY, "group", "mandatory", "not_graded_because"),
    lists("carried", Cycle, CarriedItem, "cycle", *CARRIED),
    lists("roles", Cycle, Role, "cycle", "kind", "place", "person"),
)
