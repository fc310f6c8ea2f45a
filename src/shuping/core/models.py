"""Tables that every room stands on."""

from django.conf import settings
from django.db import models


class Act(models.Model):
    """One administrative act: who did what, when, for whom and why; never about casting a ballot (R116).

    Each row carries the hash of the row before it; the database refuses to change or delete one.
    Holds: personal
    """

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="acts")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, db_index=True)
    cycle = models.BigIntegerField(null=True, db_index=True)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    parent = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["id"]


class Signal(models.Model):
    """A topic that open pages follow, with the number of times it changed.

    Holds: public
    """

    topic = models.CharField(max_length=80, unique=True)
    version = models.PositiveBigIntegerField(default=0)


class StoredFile(models.Model):
    """Bytes kept under their SHA-256; the same bytes are kept once, however often they are sent in.

    Holds: personal
    """

    digest = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    mimetype = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    stored_at = models.DateTimeField()


class Job(models.Model):
    """Something that takes longer than a page, asked for by somebody and made beside the pages. What came of it is a
    file under its hash. An hour after its end both are gone.

    Holds: personal
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        MAKING = "making"
        READY = "ready"
        REFUSED = "refused"
        BROKEN = "broken"

    work = models.CharField(max_length=40)
    asked = models.JSONField()
    same = models.CharField(max_length=64)  # the hash of work, what was asked and language
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    whole = models.PositiveIntegerField(default=0)
    told = models.JSONField(default=list)  # sentences for whoever asked
    name = models.CharField(max_length=200, blank=True)
    mimetype = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "same"], condition=models.Q(state__in=("waiting", "making")), name="job_once_at_a_time"
            )
        ]

    @property
    def open(self) -> bool:
        """Whether it is still waited for."""
        return self.state in {self.State.WAITING, self.State.MAKING}
