"""Papers that were issued: the bytes never change afterwards."""

from django.db import models

from shuping.core.models import StoredFile


class IssuedPaper(models.Model):
    """A paper of some kind as it was issued, in one language and format.

    Holds: personal
    """

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, db_index=True)
    cycle = models.BigIntegerField(db_index=True)
    language = models.CharField(max_length=10)
    format = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "language", "format", "version"], name="paper_version_once"
            )
        ]
