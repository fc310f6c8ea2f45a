"""Written reports: every version kept, every finding named, every earlier problem answered (R14-R25)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shuping.core.models import StoredFile
from shuping.cycles.models import CarriedItem, Entry


class Report(models.Model):
    """An entry's report of the year; its content is its newest revision.

    Holds: personal
    """

    class State(models.TextChoices):
        AWAITED = "awaited", _("awaited")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", _("accepted")

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="report")
    state = models.CharField(max_length=20, choices=State.choices, default=State.AWAITED)
    late = models.BooleanField(default=False)


class Revision(models.Model):
    """One version as it was handed in. `sections` is a list of {code, title, text} in the order of the document.

    Holds: personal
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sections = models.JSONField()
    characters = models.PositiveIntegerField()
    handed_in_at = models.DateTimeField()
    returned_because = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="revision_once")]


class Finding(models.Model):
    """What a check found in a revision. `blocks`: the report cannot be accepted like this.

    Holds: personal
    """

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="findings")
    check_code = models.CharField(max_length=40)
    section = models.CharField(max_length=40, blank=True)
    blocks = models.BooleanField()
    parameters = models.JSONField(default=dict)


class Answer(models.Model):
    """What a report says about a problem of last year (R17).

    Holds: personal
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="answers")
    carried = models.OneToOneField(CarriedItem, on_delete=models.CASCADE, related_name="answer")
    text = models.TextField()


class Indicator(models.Model):
    """A key figure with last year's value beside it (R21).

    Holds: public
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="indicators")
    name = models.CharField(max_length=80)
    unit = models.CharField(max_length=20, blank=True)
    last_year = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    this_year = models.DecimalField(max_digits=14, decimal_places=2, null=True)


class FieldCheck(models.Model):
    """What somebody saw on the spot about a claim of a report: confirmed, contradicted or not checked yet (R22).
    `claim` stands word for word in the revision.

    Holds: personal
    """

    class Outcome(models.TextChoices):
        UNCHECKED = "unchecked", _("not checked yet")
        CONFIRMED = "confirmed", pgettext_lazy("field check", "confirmed")
        CONTRADICTED = "contradicted", _("contradicted")

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="field_checks")
    section = models.CharField(max_length=40, blank=True)
    claim = models.TextField()
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.UNCHECKED)
    found = models.TextField(blank=True)
    place = models.CharField(max_length=160, blank=True)
    seen_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["revision", "id"]
