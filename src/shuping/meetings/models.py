"""The meeting: two forms at once, an agenda, a clock on the floor, comments, the speech (R26-R40)."""

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shuping.core.text import Bilingual, chosen
from shuping.cycles.models import Cycle, Entry, Theme
from shuping.organisations.models import Body, Organisation


class Meeting(models.Model):
    """The day itself. A year has one, or one for each of the groups that meet beside each other, with its own chair,
    list and agenda (R11). `version` grows with every step of the desk, so that two desks agree on what they saw.

    Holds: personal
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("meeting", "planned")
        OPEN = "open", _("in session")
        CLOSED = "closed", pgettext_lazy("meeting", "closed")

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="meetings")
    group = models.CharField(max_length=40, blank=True)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=240)
    place_zh = models.CharField(max_length=120)
    place_en = models.CharField(max_length=160)
    starts = models.DateTimeField()
    presiding = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State.choices, default=State.PLANNED)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    lots_seed = models.CharField(max_length=80, blank=True)
    lots_witness = models.CharField(max_length=80, blank=True)
    lots_order = models.JSONField(default=list)
    adjourned_at = models.DateTimeField(null=True, blank=True)
    adjourned_for = models.CharField(max_length=80, blank=True)
    resumes_at = models.DateTimeField(null=True, blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "group"], name="meeting_once_a_group")]

    @property
    def address(self) -> str:
        """How pages name it: its year, and for one of several groups its own key."""
        return self.own_address if self.group else str(self.cycle_id)

    @property
    def own_address(self) -> str:
        """How papers name it, of which the year has joined ones: always with its own key."""
        return f"{self.cycle_id}-{self.pk}"

    @property
    def label(self) -> str:
        """What tells it from the other meetings of its year: its group; that of all has its title only."""
        return self.group or self.title

    @property
    def title(self) -> str:
        return chosen(self.title_zh, self.title_en)

    @property
    def place(self) -> str:
        return chosen(self.place_zh, self.place_en)


class MeetingForm(Bilingual, models.Model):
    """One of the forms that the meeting has at once, each with its body and its own quorum.

    Holds: public
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="forms")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="+")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    quorum_above = models.CharField(max_length=10, default="1/2")


class Attendance(Bilingual, models.Model):
    """A place in the hall: a member, an observer or somebody who votes in a category; never a slip (R26, R27).

    Holds: personal
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    office_zh = models.CharField(max_length=120, blank=True)
    office_en = models.CharField(max_length=160, blank=True)
    precedence = models.PositiveIntegerField(default=0)
    category = models.CharField(max_length=10, blank=True)
    votes = models.BooleanField(default=True)
    present = models.BooleanField(default=False)
    code = models.CharField(max_length=8, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    substitute = models.CharField(max_length=80, blank=True)
    substitute_office = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["precedence", "id"]

    @property
    def office(self) -> str:
        return chosen(self.office_zh, self.office_en)


class AgendaItem(models.Model):
    """An entry's turn, oral or written.

    Holds: public
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CALLED = "called", _("called")
        SPEAKING = "speaking", _("speaking")
        QUESTIONS = "questions", _("questions")
        COMMENT = "comment", _("comment")
        UNDERTAKING = "undertaking", _("undertaking")
        DONE = "done", _("done")
        SKIPPED = "skipped", _("passed over")
        WITHDRAWN = "withdrawn", _("withdrawn")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="agenda_item")
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    in_writing = models.BooleanField(default=False)
    deputy = models.CharField(max_length=80, blank=True)
    deputy_capacity = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["position"]

    @property
    def oral(self) -> bool:
        """Whether it is still to be spoken: planned so, and not taken in writing on the day."""
        return self.entry.mode == Entry.Mode.ORAL and not self.in_writing


class FloorClock(models.Model):
    """The clock of one speech: instants only, nothing ticks. Seconds are whole.

    Holds: public
    """

    item = models.OneToOneField(AgendaItem, on_delete=models.CASCADE, related_name="clock")
    limit = models.PositiveIntegerField()
    warning = models.PositiveIntegerField()
    started = models.DateTimeField(null=True)
    paused = models.DateTimeField(null=True)
    paused_for = models.DurationField(null=True)
    ended = models.DateTimeField(null=True)


class Comment(models.Model):
    """What somebody says on an entry, in three parts. Only a confirmed comment becomes ledger items (R33-R35).

    Holds: personal
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CLEARED = "cleared", _("cleared")
        SPOKEN = "spoken", _("as spoken")
        CONFIRMED = "confirmed", _("confirmed")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="comments")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    presiding = models.BooleanField(default=False)
    recognised = models.TextField(blank=True)
    direction = models.TextField(blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)

    class Meta:
        ordering = ["entry", "-presiding", "id"]
        constraints = [models.UniqueConstraint(fields=["entry", "by"], name="one_comment_each")]


class Problem(models.Model):
    """A problem named in a comment; typed once, here.

    Holds: personal
    """

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="problems")
    position = models.PositiveIntegerField()
    statement = models.TextField()
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="problems")

    class Meta:
        ordering = ["comment", "position"]
        constraints = [models.UniqueConstraint(fields=["comment", "position"], name="problem_once")]


class Question(models.Model):
    """A question, from the floor or beforehand; `announced`: the unit reads it before it reports (R32).

    Holds: personal
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="questions")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="followed_by")
    asker = models.CharField(max_length=80)
    text = models.TextField()
    answer = models.TextField(blank=True)
    answered = models.BooleanField(default=False)
    beforehand = models.BooleanField(default=False)
    announced = models.BooleanField(default=False)
    in_ledger = models.BooleanField(default=False)


class Undertaking(models.Model):
    """What the reporter undertook after the comment (R36).

    Holds: personal
    """

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="undertaking")
    text = models.TextField()
    made_at = models.DateTimeField()
    due = models.DateField(null=True)


class Speech(models.Model):
    """The presiding officer's closing speech (M12).

    Holds: public
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="speech")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()


class Passage(models.Model):
    """A marked passage of the speech: a judgement of the year, a priority (it becomes a task), or stressed.

    Holds: public
    """

    class Kind(models.TextChoices):
        JUDGEMENT = "judgement", _("judgement of the year")
        PRIORITY = "priority", _("priority")
        STRESSED = "stressed", _("stressed")

    speech = models.ForeignKey(Speech, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    text = models.TextField()
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="passages")
    addressees = models.ManyToManyField(Entry, related_name="priorities")
    due = models.DateField(null=True)

    class Meta:
        ordering = ["position"]


class Minutes(models.Model):
    """The minutes; `draft` is what they drafted of themselves from what happened (R37).

    Holds: personal
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="minutes")
    text = models.TextField()
    draft = models.TextField(default="")
    locked_at = models.DateTimeField(null=True)


class QuorumRule(models.Model):
    """A quorum beside that of the forms' bodies: of a category of voters, or with no category of all who vote (R27).

    Holds: public
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="quorum_rules")
    category = models.CharField(max_length=10, blank=True)
    quorum_above = models.CharField(max_length=10, default="1/2")
    body = None  # voters are counted, not the members of a body

    class Meta:
        ordering = ["category"]
        constraints = [models.UniqueConstraint(fields=["meeting", "category"], name="quorum_rule_once")]

    @property
    def name(self) -> str:
        """Who is counted."""
        words = {"category": self.category}
        return str(_("Category %(category)s") % words if self.category else _("All who vote"))


STEP_WORDS = {
    "open": _("The meeting was opened"),
    "lots": _("Lots were drawn"),
    "adjourn": _("The meeting was adjourned"),
    "go-on": _("The meeting went on"),
    "explain": _("The ballot was explained"),
    "close": _("The meeting was closed"),
    "call": _("Called"),
    "back": _("The call was taken back"),
    "start": _("The clock was started"),
    "pause": _("The clock was paused"),
    "resume": _("The clock went on"),
    "end": _("The report ended"),
    "next": _("The next step of the turn"),
    "finish": _("The turn was over"),
    "swap": _("Two turns were swapped"),
    "last": _("Moved to the end"),
    "skip": _("Passed over"),
    "write": _("Taken in writing"),
    "deputy": _("A deputy was named"),
    "withdraw": _("Withdrawn"),
}


class DeskStep(models.Model):
    """A step of the desk and what stood there before it, so that it can be undone; the log of acts keeps both.

    Holds: personal
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=20)
    number = models.CharField(max_length=2, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    before = models.JSONField(encoder=DjangoJSONEncoder)
    undone = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]

    @property
    def words(self) -> Any:
        """What was pressed, in words."""
        return STEP_WORDS.get(self.verb, self.verb)


class PrintedScript(models.Model):
    """What the printed script of a language says, part by part, as digests: later only changed pages are printed.

    Holds: public
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="printed")
    language = models.CharField(max_length=2)
    digests = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "language"], name="printed_script_once")]


class Wording(models.Model):
    """How a comment stood when somebody drafted, released or spoke it: what was said is read beside what was meant.
    `problems` is a list of statements.

    Holds: personal
    """

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="wordings")
    state = models.CharField(max_length=20, choices=Comment.State.choices)
    recognised = models.TextField(blank=True)
    problems = models.JSONField(default=list)
    direction = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Phrase(models.Model):
    """A phrase of the organisation's own, for one part of a comment; `theme` is a theme's code or empty.

    Holds: public
    """

    class Part(models.TextChoices):
        RECOGNISED = "recognised", _("What is recognised")
        PROBLEM = "problem", _("Problems")
        DIRECTION = "direction", _("Direction")

    organiser = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="phrases")
    part = models.CharField(max_length=20, choices=Part.choices)
    theme = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=600)

    class Meta:
        ordering = ["part", "theme", "id"]
        constraints = [models.UniqueConstraint(fields=["organiser", "part", "theme", "text"], name="phrase_once")]


class PrivateNote(models.Model):
    """What somebody of the panel noted down for themselves: nobody else reads it, no paper has it, and it is deleted
    when the year is finished.

    Holds: personal
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="private_notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "by"], name="one_note_each")]


class Reply(models.Model):
    """What the reporter answers in writing to the comment.

    Holds: personal
    """

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="reply")
    text = models.TextField()
    at = models.DateTimeField()


class Request(models.Model):
    """What a unit was asked for in the meeting: something to do, or data to provide (R38).

    Holds: personal
    """

    class Kind(models.TextChoices):
        REQUEST = "request", _("request")
        DATA = "data", _("data to provide")

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    text = models.TextField()
    due = models.DateField(null=True)

    class Meta:
        ordering = ["entry", "id"]


class GoodPractice(models.Model):
    """What was recognised and is told to the other units, in the words of the circular (R89).

    Holds: public
    """

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="practice")
    text = models.TextField()


class PrintedPack(models.Model):
    """When the papers for the day on which nothing works were last printed; `papers` is {code: fingerprint}.

    Holds: public
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="packs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    language = models.CharField(max_length=2)
    papers = models.JSONField()

    class Meta:
        ordering = ["id"]
