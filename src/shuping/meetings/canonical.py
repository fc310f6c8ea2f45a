"""What acts of a meeting decide, as digests read it: these forms never change, another one is a new version."""

from shuping.core.digests import lists, rows
from shuping.meetings.models import (
    Attendance,
    Comment,
    GoodPractice,
    Meeting,
    Minutes,
    Passage,
    Problem,
    Question,
    Reply,
    Request,
    Speech,
    Undertaking,
    Wording,
)

SEAT = ("precedence", "name_zh", "name_en", "office_zh", "office_en", "category", "votes", "code", "person")
THERE = ("precedence", "present", "arrived_at", "left_at", "substitute", "substitute_office")
QUESTION = ("entry__number", "asker", "text", "answer", "answered", "beforehand", "announced", "in_ledger", "parent")

KINDS = (
    lists("roster", Meeting, Attendance, "meeting", *SEAT),
    lists("presence", Meeting, Attendance, "meeting", *THERE),
    rows("comment", Comment, "entry__number", "by", "recognised", "direction", "state"),
    lists("problems", Comment, Problem, "comment", "position", "statement", "theme__code"),
    rows("wording", Wording, "comment", "state", "recognised", "problems", "direction", "by", "at"),
    rows("question", Question, *QUESTION),
    rows("undertaking", Undertaking, "entry__number", "text", "made_at", "due"),
    rows("reply", Reply, "entry__number", "text", "at"),
    rows("speech", Speech, "meeting", "by", "text"),
    rows("passage", Passage, "speech", "position", "kind", "text", "theme__code", "due"),
    lists("addressees", Passage, Passage.addressees.through, "passage", "entry__number"),
    rows("request", Request, "entry__number", "kind", "text", "due"),
    rows("practice", GoodPractice, "comment", "text"),
    rows("minutes", Minutes, "meeting", "text", "draft", "locked_at"),
)
