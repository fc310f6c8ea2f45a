"""The tree of organisations, its posts and their holders, its bodies and their members (R1, R2)."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, UserManager
from django.db import models

from shuping.core.text import Bilingual

STEP = 6  # digits per level of a path: a million children each


class Organisation(Bilingual, models.Model):
    """A node of the tree. `path` is made of fixed-width digits, so that a subtree is a range of paths.

    Holds: public
    """

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=STEP * 16, unique=True)
    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=30)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    active_from = models.DateField(null=True, blank=True)
    active_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["path"]


class Person(Bilingual, AbstractBaseUser):
    """Somebody who signs in: known by account and by name, nothing more. `kept_by` is the organisation whose
    secretariat opened the account and hands out its passwords; `device_round` goes up when the devices on which the
    person has signed in are to be known no longer.

    Holds: personal
    """

    username = models.CharField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    administers = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    device_round = models.PositiveIntegerField(default=0)
    kept_by = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="kept_accounts"
    )

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name_zh", "name_en"]
    objects = UserManager()

    class Meta:
        ordering = ["username"]


class Post(Bilingual, models.Model):
    """A post in an organisation, apart from whoever holds it.

    Holds: public
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    head = models.BooleanField(default=False)


class Term(models.Model):
    """Who held a post, from when to when (the last day included).

    Holds: personal
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="terms")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="terms")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)


class Body(Bilingual, models.Model):
    """A standing committee, a leading group, a work group.

    Holds: public
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="bodies")
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="body_code_once")]


class Membership(models.Model):
    """A person's place in a body, in order of precedence (1 is first).

    Holds: personal
    """

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    precedence = models.PositiveIntegerField()
    office_zh = models.CharField(max_length=80)
    office_en = models.CharField(max_length=120)

    class Meta:
        ordering = ["body", "precedence"]
        constraints = [
            models.UniqueConstraint(fields=["body", "person"], name="member_once"),
            models.UniqueConstraint(fields=["body", "precedence"], name="precedence_once"),
        ]
