"""Work that takes longer than a page: asked for on a page, made by the background process, fetched from a page.

Rooms register what can be asked for (in their `register.py`). What was made is a file in the data folder under its
hash. Whoever asked may fetch it for an hour, as long as the rule still allows it; then file and row are gone.
"""

import hashlib
import json
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from shuping.core import files, later, live
from shuping.core.models import Job, Signal
from shuping.core.refusals import FaultyRows, NotYours, Refused, refuse

State = Job.State
KEPT = timedelta(hours=1)
MOST_OF_ONE = 5  # jobs of a person that are not ended
EVERY = 0.5  # seconds between two steps that are told
OPEN = (State.WAITING, State.MAKING)
YOUNG = 60  # seconds: a file this young may be about to get its row
LOST = _("It was broken off halfway. Ask for it again; if that happens again, tell whoever runs the site.")


class Made(Protocol):
    """A file that came out of a job."""

    @property
    def name(self) -> str: ...
    @property
    def mimetype(self) -> str: ...
    @property
    def body(self) -> bytes: ...


@dataclass
class Progress:
    """How far a job is, told to its page now and then."""

    job: Job
    told_at: float = field(default=float("-inf"))

    def of(self, whole: int) -> None:
        """Say how many steps there are."""
        self.job.whole = whole
        self._tell()

    def step(self) -> None:
        """Say that one more is done."""
        self.job.done += 1
        if time.monotonic() - self.told_at >= EVERY:
            self._tell()

    def _tell(self) -> None:
        self.told_at = time.monotonic()
        _save(self.job, "done", "whole")


@dataclass(frozen=True)
class Work:
    """A kind of job. `check(person, asked)` raises Refused or NotYours; it is asked when the job is asked for, before
    it is made and when it is fetched. `make(person, asked, progress)` returns the file, or sentences where there is
    none. `title(asked)` is what the page calls it, `back(asked)` the page from which it is asked for.
    """

    code: str
    check: Callable[[Any, dict[str, Any]], None]
    make: Callable[[Any, dict[str, Any], Progress], Made | list[str]]
    title: Callable[[dict[str, Any]], Any]
    back: Callable[[dict[str, Any]], str]


_works: dict[str, Work] = {}


def register(new: Work) -> None:
    """Add a kind of job (once, when Django is ready)."""
    _works[new.code] = new


def work_of(job: Job) -> Work:
    """The kind of a job."""
    return _works[job.work]


def topic(job: Job) -> str:
    """What the page of a job follows."""
    return f"job-{job.pk}"


@transaction.atomic
def ask(code: str, asked: dict[str, Any], *, by: Any) -> Job:
    """Have something made for a person; who asks for the same again meanwhile gets the same job. Raises Refused,
    NotYours.
    """
    _works[code].check(by, asked)
    language = get_language() or settings.LANGUAGE_CODE
    same = hashlib.sha256(json.dumps([code, asked, language], sort_keys=True).encode()).hexdigest()
    mine = Job.objects.filter(by=by, state__in=OPEN)
    if mine.exclude(same=same).count() >= MOST_OF_ONE:
        raise refuse("too_many_jobs", _("Several things are being made for you: wait until one of them is ready."))
    values = {"work": code, "asked": asked, "language": language}
    job, new = Job.objects.get_or_create(by=by, same=same, state__in=OPEN, defaults=values)
    if new:
        later.enqueue_after_commit(run, job.pk)
    return job


def job_of(person: Any, pk: int) -> Job:
    """A job that this person asked for. Raises NotYours."""
    found = Job.objects.filter(by=person, pk=pk).first()
    if found is None:
        raise NotYours
    return found


def fetch(job: Job) -> bytes:
    """What was made, if the rule still allows it. Raises Refused, NotYours."""
    work_of(job).check(job.by, job.asked)
    try:
        return _place(job.digest).read_bytes()
    except OSError:
        raise NotYours from None


def keep(body: bytes) -> str:
    """Keep a file that a job will read; name what comes back as `file` in what is asked, and it stays until then."""
    digest = hashlib.sha256(body).hexdigest()
    files.write(_place(digest), body)
    return digest


def kept(digest: str) -> bytes:
    """The file that was kept for a job."""
    return _place(digest).read_bytes()


@later.task(queue_name=settings.BACKGROUND)
def run(pk: int) -> None:
    """Make one job, in the language of whoever asked. A refusal is told on its page; anything else is a bug, is told
    there without its details, and travels up.
    """
    job = Job.objects.select_related("by").filter(pk=pk, state=State.WAITING).first()
    if job is None:
        return
    job.state = State.MAKING
    _save(job, "state")
    with override(job.language):
        try:
            _make(job)
        except Refused as refused:
            _end(job, State.REFUSED, _sentences(refused))
        except NotYours:
            _end(job, State.REFUSED, [gettext("You may no longer have this: your part in it has changed.")])
        except BaseException:
            _end(job, State.BROKEN, [gettext("It could not be made. Tell whoever runs the site.")])
            raise


def _make(job: Job) -> None:
    work = work_of(job)
    work.check(job.by, job.asked)
    made = work.make(job.by, job.asked, Progress(job))
    if isinstance(made, list):
        _end(job, State.READY, made)
        return
    job.name, job.mimetype = made.name, made.mimetype
    job.digest = hashlib.sha256(made.body).hexdigest()
    files.write(_place(job.digest), made.body)
    _end(job, State.READY, [])


def _sentences(refused: Refused) -> list[str]:
    return refused.faults if isinstance(refused, FaultyRows) else [str(refused)]


def _end(job: Job, state: str, told: list[str]) -> None:
    # By the wall clock: an example's own clock may stand still, and the hour would never be over.
    job.state, job.told, job.ended_at = state, told, timezone.now()
    _save(job, "state", "told", "ended_at", "done", "name", "mimetype", "digest")


@transaction.atomic
def _save(job: Job, *fields: str) -> None:
    job.save(update_fields=fields)
    live.announce(topic(job))


def lose(pks: Collection[int]) -> None:
    """Tell of jobs that they were broken off: what made them is gone. They are not begun again."""
    for job in Job.objects.filter(pk__in=pks, state__in=OPEN):
        with override(job.language):
            _end(job, State.BROKEN, [str(LOST)])


def _place(digest: str) -> Path:
    return Path(settings.DATA) / "made" / digest


def clean(now: datetime) -> timedelta | None:
    """Remove what was kept long enough, with its files, and files that belong to nothing. Returns how long the next one
    is still kept; None when nothing is there.
    """
    old = Job.objects.filter(ended_at__lte=now - KEPT)
    Signal.objects.filter(topic__in=[topic(job) for job in old]).delete()
    old.delete()
    known = {name for job in Job.objects.all() for name in (job.digest, job.asked.get("file"))}
    for file in Path(settings.DATA).glob("made/*"):
        if file.name not in known and now.timestamp() - file.stat().st_mtime > YOUNG:
            file.unlink(missing_ok=True)
    first = Job.objects.aggregate(ended=Min("ended_at"))["ended"]
    return None if first is None else max(first + KEPT - now, timedelta(seconds=1))
