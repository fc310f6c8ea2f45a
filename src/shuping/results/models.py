"""From counts to a decided grade and a letter (R72-R92)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shuping.core.models import StoredFile
from shuping.cycles.models import Cycle, Entry
from shuping.organisations.models import Body


class Component(models.Model):
    """One mark that goes into an entry's score, with the file it came from.

    Holds: personal
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="components")
    code = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=8, decimal_places=4)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "code"], name="component_once")]


class Score(models.Model):
    """An entry's score with its working; null where it is undetermined (R77, R82).

    Holds: personal
    """

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="score")
    value = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    working = models.JSONField()


class Grade(models.Model):
    """The software proposes, a committee decides; another grade than the proposed one needs a reason (R84).

    Holds: personal
    """

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="grade")
    proposed = models.CharField(max_length=40)
    decided = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)


class Letter(models.Model):
    """The evaluation letter to a reporter: recognised, problems, direction, grade (R86).

    Holds: personal
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ISSUED = "issued", _("issued")

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="letter")
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    content = models.JSONField(default=dict)
    issued_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)


class Publication(models.Model):
    """What was told to whom: the circular or the news release.

    Holds: public
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="publications")
    kind = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
