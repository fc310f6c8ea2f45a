"""What acts on the ledger decide, as digests read it: these forms never change, another one is a new version."""

from shuping.core.digests import rows
from shuping.rectification.models import Evidence, Extension, Item, Recheck, Verification

ISSUED = ("entry__number", "number", "kind", "source", "source_text", "statement", "theme__code", "owner")
PLANNED = ("cause", "measure", "target", "due", "state", "closed_at")

KINDS = (
    rows("item", Item, *ISSUED, *PLANNED),
    rows("evidence", Evidence, "item__number", "text", "file__digest", "by", "given_at"),
    rows("verification", Verification, "item__number", "owner", "by", "opinion", "put_right", "verified_at"),
    rows("extension", Extension, "item__number", "until", "reason", "approved_by", "asked_at"),
    rows("recheck", Recheck, "item__number", "by", "result", "reopened", "checked_at"),
)
