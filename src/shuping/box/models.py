"""The tables of the box. They are filled when a ballot opens and emptied when it is added up; until then they alone
say what was cast. None refers to a person, none holds a time, and none has a key into another database.
"""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a sealed ballot is on its way."""

    RECEIVED = "received", _("received")
    IN_BOX = "in_box", _("in the box")
    SET_ASIDE = "set_aside", _("set aside")


class Mark(models.Model):
    """That a ballot was opened. `ballot` is its row on the site; `open` alone decides what arrived in time; `batches`
    counts how often something was put in, which live pages follow.

    Holds: public
    """

    ballot = models.BigIntegerField(primary_key=True)
    identifier = models.CharField(max_length=20, unique=True)
    revote = models.BooleanField()
    open = models.BooleanField(default=True)
    batches = models.PositiveBigIntegerField(default=0)


class Strand(models.Model):
    """A category's election and where its chain of events stands. `category` is its row on the site.

    Holds: public
    """

    mark = models.ForeignKey(Mark, on_delete=models.CASCADE, related_name="strands")
    category = models.BigIntegerField(unique=True)
    uuid = models.CharField(max_length=20, unique=True)
    election_raw = models.TextField()
    height = models.IntegerField()
    head = models.CharField(max_length=64)


class Listed(models.Model):
    """A slip that may vote: the hash of its public half.

    Holds: public
    """

    strand = models.ForeignKey(Strand, on_delete=models.CASCADE, related_name="listed")
    public_hash = models.CharField(max_length=64, unique=True)


class Sealed(models.Model):
    """A sealed ballot, byte for byte as it arrived, under its pseudonymous credential. No time, no address, no person.

    At most one ballot of a slip is not yet in the box: the database refuses a second one.

    Holds: secret
    """

    strand = models.ForeignKey(Strand, on_delete=models.CASCADE, related_name="sealed")
    credential_hash = models.CharField(max_length=64, db_index=True)
    raw = models.BinaryField()
    tracker = models.CharField(max_length=43, unique=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.RECEIVED)
    height = models.IntegerField(null=True)
    fault = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state"], name="sealed_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["credential_hash"], condition=models.Q(state="received"), name="one_not_yet_in_the_box"
            )
        ]


class Link(models.Model):
    """An event of a category's chain since the ballot opened, as its exact bytes.

    Holds: public
    """

    strand = models.ForeignKey(Strand, on_delete=models.CASCADE, related_name="links")
    height = models.PositiveIntegerField()
    raw = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["strand", "height"], name="link_once")]


def _anywhere() -> int:
    """A number by chance: a row that bears it stands where its number says, not where it came."""
    return secrets.randbelow(2**62) + 1


class Tokens(models.Model):
    """That a slip was given tokens for opinions, as every slip is that votes. `request` is the SHA-256 of the last
    request, `times` how many there were.

    Holds: secret
    """

    id = models.BigAutoField(primary_key=True, default=_anywhere)
    mark = models.ForeignKey(Mark, on_delete=models.CASCADE, related_name="tokens")
    credential_hash = models.CharField(max_length=64, unique=True)
    request = models.CharField(max_length=64)
    times = models.PositiveIntegerField(default=1)


class Note(models.Model):
    """A sealed opinion under its token, which shows no slip. `digest` is the SHA-256 of its bytes, `token` that of the
    token.

    Holds: secret
    """

    id = models.BigAutoField(primary_key=True, default=_anywhere)
    mark = models.ForeignKey(Mark, on_delete=models.CASCADE, related_name="notes")
    digest = models.CharField(max_length=64, unique=True)
    token = models.CharField(max_length=64, unique=True)
    raw = models.BinaryField()
