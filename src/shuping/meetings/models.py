"""The meeting: two forms at once, an agenda, a clock on the floor, comments, the speech (R26-R40)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shuping.core.text import Bilingual, chosen
from shuping.cycles.models import Cycle, Entry, Theme
from shuping.organisations.models import Body


class Meeting(models.Model):
    """The day itself.

    Holds: personal
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("meeting", "planned")
        OPEN = "open", _("in session")
        CLOSED = "closed", pgettext_lazy("meeting", "closed")

    cycle = models.OneToOneField(Cycle, on_delete=models.CASCADE, related_name="meeting")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=240)
    place_zh = models.CharField(max_length=120)
    place_en = models.CharField(max_length=160)
    starts = models.DateTimeField()
    presiding = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State.choices, default=State.PLANNED)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

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
        COMMENT = "comment", _("comment")
        DONE = "done", _("done")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="agenda_item")
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)

    class Meta:
        ordering = ["position"]


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
    """A question from the floor (R32).

    Holds: personal
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="questions")
    asker = models.CharField(max_length=80)
    text = models.TextField()
    answer = models.TextField(blank=True)
    answered = models.BooleanField(default=False)


class Undertaking(models.Model):
    """What the reporter undertook after the comment (R36).

    Holds: personal
    """

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="undertaking")
    text = models.TextField()
    made_at = models.DateTimeField()


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
    """The minutes, drafted from what happened (R37).

    Holds: personal
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="minutes")
    text = models.TextField()
    locked_at = models.DateTimeField(null=True)
