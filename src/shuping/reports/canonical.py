"""What acts on reports decide, as digests read it: these forms never change, another one is a new version."""

from shuping.core.digests import lists, rows
from shuping.reports.models import Answer, FieldCheck, Indicator, Report, Revision

REVISION = ("report__entry__number", "number", "file__digest", "sections", "characters", "handed_in_at")
CHECK = ("revision", "section", "claim", "outcome", "found", "place", "seen_on", "by")

KINDS = (
    rows("report", Report, "entry__number", "state", "late"),
    rows("revision", Revision, *REVISION, "returned_because"),
    rows("answer", Answer, "carried__number", "text"),
    lists("figures", Report, Indicator, "report", "name", "unit", "last_year", "this_year"),
    rows("field_check", FieldCheck, *CHECK),
)
