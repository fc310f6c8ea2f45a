"""The ledger: every problem named, until somebody else confirms that it is put right (R93-R101)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shuping.core.models import StoredFile
from shuping.cycles.models import Cycle, Entry, Theme


class Item(models.Model):
    """A problem or a priority. `number` is unique in its cycle ("2022-014"); `source` names the row it came from.

    Holds: personal
    """

    class Kind(models.TextChoices):
        PROBLEM = "problem", _("problem")
        PRIORITY = "priority", _("priority")

    class State(models.TextChoices):
        ISSUED = "issued", _("issued")
        PLANNED = "planned", _("planned")
        APPROVED = "approved", _("plan approved")
        IN_PROGRESS = "in_progress", _("in progress")
        DONE = "done", _("declared done")
        VERIFIED = "verified", _("verified")
        RETURNED = "returned", _("returned")
        CLOSED = "closed", _("closed")
        REOPENED = "reopened", _("reopened")

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="items")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="items")
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    source = models.CharField(max_length=80)
    source_text = models.CharField(max_length=200)
    statement = models.TextField()
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="items")
    cause = models.TextField(blank=True)
    measure = models.TextField(blank=True)
    target = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned_items")
    due = models.DateField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.ISSUED)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="item_number_once"),
            models.UniqueConstraint(fields=["source", "entry"], name="item_source_once"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False), name="closed_item_has_its_date"
            ),
        ]


class Evidence(models.Model):
    """What shows that a measure was carried out.

    Holds: personal
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="evidence")
    text = models.TextField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()


class Verification(models.Model):
    """Somebody else than the owner looked: put right or not (R96). The database holds the difference of persons.

    Holds: personal
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="verifications")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opinion = models.TextField()
    put_right = models.BooleanField()
    verified_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(by=F("owner")), name="verifier_is_not_owner")]


class Extension(models.Model):
    """More time, with its reason and who approved it (R97).

    Holds: personal
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="extensions")
    until = models.DateField()
    reason = models.TextField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()


class Recheck(models.Model):
    """A look back at a closed item (R101).

    Holds: personal
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="rechecks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    result = models.TextField()
    reopened = models.BooleanField()
    checked_at = models.DateTimeField()
