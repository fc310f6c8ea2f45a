"""A year: who answers, by which rules, in which stages (R3-R12)."""

import hashlib
import json

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shuping.core.text import Bilingual, chosen
from shuping.organisations.models import Organisation, Post


class Cycle(models.Model):
    """One organiser, one year, one topic, one scheme: frozen with its fingerprint at approval.

    Holds: public
    """

    class Stage(models.TextChoices):
        DRAFT = "draft", _("Plan being drafted")
        REPORTING = "reporting", _("Reports")
        MEETING = "meeting", _("Meeting")
        DECISION = "decision", _("Decision")
        RECTIFICATION = "rectification", _("Rectification")
        FINISHED = "finished", _("Finished")

    organiser = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cycles")
    year = models.PositiveIntegerField()
    topic = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=200)
    scheme_text = models.BinaryField()
    fingerprint = models.CharField(max_length=64)
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.DRAFT)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="following")
    meeting_on = models.DateField()
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-year", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organiser", "year", "topic"], name="one_cycle_a_year_and_topic")
        ]

    @property
    def title(self) -> str:
        return chosen(self.title_zh, self.title_en)

    @property
    def approved(self) -> bool:
        return self.approved_at is not None

    def __str__(self) -> str:
        return self.title


class PlanVersion(models.Model):
    """The plan as approved, and every later version with its reason (R4, R5).

    Holds: personal
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["cycle", "number"], name="plan_version_once")]

    @property
    def fingerprint(self) -> str:
        """The SHA-256 (hex) of its content, as `digest` keeps it."""
        return hashlib.sha256(json.dumps(self.content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


class Theme(Bilingual, models.Model):
    """One of the five or six themes of the year: the thread from duty to section to problem to priority.

    Holds: public
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="themes")
    code = models.CharField(max_length=40)
    position = models.PositiveIntegerField()
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["cycle", "code"], name="theme_once")]


class Entry(models.Model):
    """Somebody who answers for a unit this year. `number` ("01" to "99") is frozen at approval and is the entry's
    name in counts, results, records, papers and addresses; so are the names, the capacity and the path.

    Holds: personal
    """

    class Mode(models.TextChoices):
        ORAL = "oral", _("oral debrief")
        WRITTEN = "written", _("written debrief")

    class Capacity(models.TextChoices):
        HEAD = "head", _("head of unit")
        DEPUTY = "deputy", _("deputy for the head")
        ACTING = "acting", _("acting head")

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="entries")
    number = models.CharField(max_length=2)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="entries")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="entries")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="entries")
    capacity = models.CharField(max_length=10, choices=Capacity.choices, default=Capacity.HEAD)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.ORAL)
    path = models.CharField(max_length=96)
    unit_zh = models.CharField(max_length=120)
    unit_en = models.CharField(max_length=160)
    post_zh = models.CharField(max_length=120)
    post_en = models.CharField(max_length=160)
    group = models.CharField(max_length=40, blank=True)
    mandatory = models.BooleanField(default=True)
    not_graded_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="entry_number_once"),
            models.UniqueConstraint(fields=["cycle", "post"], name="entry_post_once"),
        ]

    @property
    def unit_name(self) -> str:
        return chosen(self.unit_zh, self.unit_en)

    @property
    def post_name(self) -> str:
        return chosen(self.post_zh, self.post_en)

    def __str__(self) -> str:
        return f"{self.number} {self.unit_name}"


class Duty(models.Model):
    """What a post answers for this year, by theme, with its target (M1).

    Holds: public
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="duties")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="duties")
    text = models.TextField()
    target = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["entry", "theme"]


class Role(models.Model):
    """What a person does in a cycle, apart from reporting.

    Holds: personal
    """

    class Kind(models.TextChoices):
        SECRETARIAT = "secretariat", _("secretariat")
        CHAIR = "chair", _("presiding officer")
        COMMENTATOR = "commentator", _("commentator")
        CLERK = "clerk", _("clerk")
        COMMITTEE = "committee", _("committee member")
        TELLER = "teller", _("teller")
        SCRUTINEER = "scrutineer", _("scrutineer")
        TRUSTEE = "trustee", _("trustee")
        OBSERVER = "observer", _("observer")
        AUDITOR = "auditor", _("auditor")

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="roles")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    place = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["kind", "place", "id"]
        constraints = [models.UniqueConstraint(fields=["cycle", "person", "kind"], name="role_once")]


class Deadline(models.Model):
    """By when something is due, counted from the day of the meeting (R12, R25).

    Holds: public
    """

    class Kind(models.TextChoices):
        REPORT = "report", _("Written report handed in")
        REVIEW = "review", _("Reports read and accepted")
        MARKS = "marks", _("Routine marks in")
        MEETING = "meeting", _("Meeting")
        DECISION = "decision", _("Grades decided")
        LETTERS = "letters", _("Letters issued")
        PLANS = "plans", _("Rectification plans in")
        RECTIFIED = "rectified", _("Problems put right")

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="deadlines")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    offset = models.IntegerField()
    due = models.DateTimeField()

    class Meta:
        ordering = ["due"]
        constraints = [models.UniqueConstraint(fields=["cycle", "kind"], name="deadline_once")]


class CarriedItem(models.Model):
    """What a new year takes over from the one before: last year's problem, which the report has to answer (R17, R99).

    Holds: personal
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="carried")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="carried")
    source = models.CharField(max_length=80)
    number = models.CharField(max_length=20)
    statement = models.TextField()
    state = models.CharField(max_length=20)
    closed = models.BooleanField()
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="carried")

    class Meta:
        ordering = ["entry", "number"]
        constraints = [models.UniqueConstraint(fields=["cycle", "source"], name="carried_once")]
