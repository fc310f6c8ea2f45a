"""Tables that every room stands on."""

from django.conf import settings
from django.db import models


class Act(models.Model):
    """One administrative act: who did what, when, for whom and why; never about casting a ballot (R116).

    Each row carries the hash of the row before it; the database refuses to change or delete one. `digests` is a list
    of [kind, version, subject, digest] of what was decided, the digest null for what was deleted; null in acts that
    are older than digests.
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
    digests = models.JSONField(null=True)
    parent = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["id"]


class ContentNonce(models.Model):
    """The random part of the newest digest of some content, which is deleted with it: without the nonce nobody can try
    out what the content was. `act` is the key of the act that carries the digest.

    Holds: personal
    """

    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=80)
    nonce = models.BinaryField()
    act = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="nonce_once")]


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


class Session(models.Model):
    """A browser that is signed in, or about to be. `key` is a digest of what the browser holds and `data` is sealed
    under it: whoever reads this table can sign in with nothing that stands here.

    Holds: personal
    """

    key = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sessions")
    signed_in = models.BooleanField(default=False)
    data = models.TextField()
    browser = models.CharField(max_length=20, blank=True)
    system = models.CharField(max_length=20, blank=True)
    created = models.DateTimeField()
    used = models.DateTimeField()

    class Meta:
        ordering = ["-used", "-id"]


class WrongTry(models.Model):
    """A wrong password or code that still counts. Name and place are keyed digests: the name as it was typed, known or
    not, and the address or the device from which it came.

    Holds: personal
    """

    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=32)
    place = models.CharField(max_length=32)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["name", "at"]), models.Index(fields=["place", "at"])]


class Knock(models.Model):
    """What happened at the door in one minute: how often, of which kind, for whom (nobody where the name is unknown),
    from which place (a keyed digest). Kept for a while only.

    Holds: personal
    """

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=20)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="knocks")
    place = models.CharField(max_length=32, blank=True)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-at", "-id"]


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
