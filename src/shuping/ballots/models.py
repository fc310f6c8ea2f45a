"""The secret ballot as the server holds it: public halves and sealed ballots only (ballot.md; R51-R63).

No table here refers to a person, except for who keyed a batch of paper; none holds the time of a vote.
"""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shuping.box.models import State
from shuping.core.text import Bilingual
from shuping.cycles.models import Cycle


class Ballot(models.Model):
    """One evaluation: the same questions for every category of voter. `identifier` (14 Base58 characters) stands in
    addresses and is the salt from which credentials are derived. A year has one; after a void one, another (R64).
    While it is `boxed`, from opening to adding up, its sealed ballots and the ends of its chains are in the box.

    Holds: public
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("being prepared")
        OPEN = "open", _("open")
        CLOSED = "closed", _("voting closed")
        COUNTED = "counted", _("counted")
        VOID = "void", _("void")

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="ballots")
    identifier = models.CharField(max_length=20, unique=True)
    group = models.CharField(max_length=20)
    state = models.CharField(max_length=20, choices=State.choices, default=State.PREPARED)
    boxed = models.BooleanField(default=False)
    trustees_raw = models.TextField(blank=True)
    void_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["cycle"], condition=~models.Q(state="void"), name="one_ballot_that_counts")
        ]


class Category(Bilingual, models.Model):
    """A category of voters: its own Belenios election, its own chain of events. Where reporters stand in groups, the
    voters of one of them: `scheme_code` is then the scheme's category, and the units on the ballot are those of the
    `group`, blank for whoever has none (decision 0006).

    Holds: public
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="categories")
    code = models.CharField(max_length=16)
    scheme_code = models.CharField(max_length=10, blank=True)
    group = models.CharField(max_length=40, blank=True)
    name_zh = models.CharField(max_length=130)
    name_en = models.CharField(max_length=180)
    weight = models.DecimalField(max_digits=6, decimal_places=2)
    electorate = models.PositiveIntegerField(default=0)
    paper_issued = models.PositiveIntegerField(default=0)
    uuid = models.CharField(max_length=20, blank=True)
    election_raw = models.TextField(blank=True)
    height = models.IntegerField(default=-1)
    head = models.CharField(max_length=64, blank=True)
    tally_raw = models.TextField(blank=True)
    result_raw = models.TextField(blank=True)
    withheld = models.BooleanField(default=False)
    slips_returned = models.PositiveIntegerField(null=True)
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["ballot", "code"], name="category_once")]

    @property
    def in_groups(self) -> bool:
        """Whether it votes on one group only."""
        return bool(self.scheme_code)

    @property
    def letter(self) -> str:
        """The scheme's category, which weighs what it counts."""
        return self.scheme_code or self.code


class Credential(models.Model):
    """The public half of a slip; the private half never comes near the server.

    Holds: public
    """

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="credentials")
    public = models.CharField(max_length=700)
    public_hash = models.CharField(max_length=64, unique=True)


class Trustee(models.Model):
    """An owner of a part of the key. `owner` counts from 1 over the whole list; 1 is the server.

    Holds: personal
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="trustees")
    owner = models.PositiveIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    verification_key = models.CharField(max_length=700)

    class Meta:
        ordering = ["owner"]
        constraints = [models.UniqueConstraint(fields=["ballot", "owner"], name="trustee_once")]


class Ceremony(models.Model):
    """A key ceremony in the trustees' browsers: public messages only. `identifier` stands in every message, so that
    one that was started over takes nothing from the one before.

    Holds: public
    """

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        ABANDONED = "abandoned", _("started over")

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="ceremonies")
    identifier = models.CharField(max_length=20, unique=True)
    threshold = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.RUNNING)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ballot"], condition=models.Q(state="running"), name="one_ceremony_at_a_time"
            )
        ]


class Seat(models.Model):
    """A trustee's place in a ceremony and the messages sent from there, byte for byte; `index` counts from 1.

    Holds: personal
    """

    ceremony = models.ForeignKey(Ceremony, on_delete=models.CASCADE, related_name="seats")
    index = models.PositiveIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first = models.TextField(blank=True)
    second = models.TextField(blank=True)
    third = models.TextField(blank=True)

    class Meta:
        ordering = ["index"]
        constraints = [models.UniqueConstraint(fields=["ceremony", "index"], name="seat_once")]

    @property
    def messages(self) -> tuple[str, str, str]:
        return self.first, self.second, self.third


class CastBallot(models.Model):
    """A sealed ballot, byte for byte as it arrived, under its pseudonymous credential; taken over from the box when
    the ballots are added up, in the order of the chain. No time, no address, no person.

    Holds: secret
    """

    State = State

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="cast")
    credential_hash = models.CharField(max_length=64, db_index=True)
    raw = models.BinaryField()
    tracker = models.CharField(max_length=43, unique=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.RECEIVED)
    height = models.IntegerField(null=True)
    fault = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["state"], name="cast_state")]


class Event(models.Model):
    """One event of a category's chain, as its exact bytes; those of the voting come from the box.

    Holds: public
    """

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="events")
    height = models.PositiveIntegerField()
    raw = models.TextField()

    class Meta:
        ordering = ["height"]
        constraints = [models.UniqueConstraint(fields=["category", "height"], name="event_once")]


class Share(models.Model):
    """A trustee's partial decryption of a category's sum.

    Holds: public
    """

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="shares")
    owner = models.PositiveIntegerField()
    raw = models.TextField()

    class Meta:
        ordering = ["owner"]
        constraints = [models.UniqueConstraint(fields=["category", "owner"], name="share_once")]


class PaperBatch(models.Model):
    """The paper sheets of a category as one teller keyed them: totals per row (R66). `rows` is {entry: {grade: n}}
    with `no_opinion` and `invalid`.

    Holds: secret
    """

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="batches")
    keying = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued = models.PositiveIntegerField()
    returned = models.PositiveIntegerField()
    unreturned = models.PositiveIntegerField()
    void = models.PositiveIntegerField()
    rows = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["category", "keying"], name="keying_once")]


class Count(models.Model):
    """What was counted in a category: `rows` is {entry: {grade: n, no_opinion: n, invalid: n}}, null when withheld.

    Holds: personal
    """

    class Source(models.TextChoices):
        ELECTRONIC = "electronic", _("electronic")
        PAPER = "paper", _("paper")
        SUM = "sum", _("sum")

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="counts")
    source = models.CharField(max_length=20, choices=Source.choices)
    cast = models.PositiveIntegerField()
    rows = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["category", "source"], name="count_once")]


def _anywhere() -> int:
    """A number by chance: a row that bears it stands where its number says, not where it came."""
    return secrets.randbelow(2**62) + 1


class OpinionBox(models.Model):
    """What a ballot takes in free text (docs/spec/opinions.md). `election_raw` holds the key that opinions are sealed
    to; `received` is how many there were at closing, `broken` how many of them did not open.

    Holds: public
    """

    class State(models.TextChoices):
        SEALED = "sealed", _("sealed")
        TOO_FEW = "too_few", _("too few, not opened")
        OPENED = "opened", _("opened, being read")
        RELEASED = "released", _("released")

    ballot = models.OneToOneField(Ballot, on_delete=models.CASCADE, related_name="opinion_box")
    election_raw = models.TextField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.SEALED)
    received = models.PositiveIntegerField(null=True)
    broken = models.PositiveIntegerField(default=0)


class TokenBatch(models.Model):
    """That a slip was given tokens, as versions wrote it that had no box; moved into the box at the first start.

    Holds: secret
    """

    id = models.BigAutoField(primary_key=True, default=_anywhere)
    box = models.ForeignKey(OpinionBox, on_delete=models.CASCADE, related_name="batches")
    credential_hash = models.CharField(max_length=64, unique=True)
    request = models.CharField(max_length=64)
    times = models.PositiveIntegerField(default=1)


class SealedOpinion(models.Model):
    """A sealed opinion under its token, which shows no slip; taken over from the box when the ballots are added up,
    deleted when it is opened. `digest` is the SHA-256 of its bytes, `token` that of the token.

    Holds: secret
    """

    id = models.BigAutoField(primary_key=True, default=_anywhere)
    box = models.ForeignKey(OpinionBox, on_delete=models.CASCADE, related_name="sealed")
    digest = models.CharField(max_length=64, unique=True)
    token = models.CharField(max_length=64, unique=True)
    raw = models.BinaryField()


class OpeningShare(models.Model):
    """A trustee's part of opening all opinions of a ballot at once; deleted when they are opened.

    Holds: secret
    """

    box = models.ForeignKey(OpinionBox, on_delete=models.CASCADE, related_name="shares")
    owner = models.PositiveIntegerField()
    raw = models.TextField()

    class Meta:
        ordering = ["owner"]
        constraints = [models.UniqueConstraint(fields=["box", "owner"], name="opening_share_once")]


class Opinion(models.Model):
    """An opened opinion on an entry; with `removed_because` nobody but the moderator has read it, and its text is gone.

    Holds: secret
    """

    id = models.BigAutoField(primary_key=True, default=_anywhere)
    box = models.ForeignKey(OpinionBox, on_delete=models.CASCADE, related_name="opinions")
    entry = models.CharField(max_length=8)
    text = models.TextField()
    removed_because = models.CharField(max_length=300, blank=True)
