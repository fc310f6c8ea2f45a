"""What acts of the result decide, as digests read it: these forms never change, another one is a new version."""

from shuping.core.digests import rows
from shuping.results.models import Component, Grade, Letter, Score

KINDS = (
    rows("mark", Component, "entry__number", "code", "value", "file__digest"),
    rows("score", Score, "entry__number", "value", "working"),
    rows("grade", Grade, "entry__number", "proposed", "decided", "reason", "body__code", "decided_at"),
    rows("letter", Letter, "entry__number", "state", "content", "issued_at", "read_at"),
)
