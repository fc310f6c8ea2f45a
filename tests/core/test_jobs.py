"""What takes longer than a page: asked for, joined, made, told, fetched by who asked and may, gone after an hour."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from shuping.core import jobs
from shuping.core.models import Job, Signal
from shuping.core.refusals import FaultyRows, NotYours, Refused, refuse
from tests.builders import client_for, make_person

pytestmark = pytest.mark.django_db


@dataclass
class File:
    name: str = "Papers of the year.zip"
    mimetype: str = "application/zip"
    body: bytes = b"PK..."


class Press:
    """A kind of job whose rule and outcome a test sets."""

    def __init__(self) -> None:
        self.refusal, self.outcome, self.seen = None, File(), []

    def check(self, _person, _asked):
        if self.refusal:
            raise self.refusal

    def make(self, _person, asked, progress):
        progress.of(2)
        progress.step()
        self.seen.append((Job.objects.get(pk=progress.job.pk).whole, asked))
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


@pytest.fixture
def press(monkeypatch):
    press = Press()
    work = jobs.Work("test", press.check, press.make, lambda asked: f"Paper {asked['n']}", lambda _asked: "/back/")
    monkeypatch.setitem(jobs._works, "test", work)
    return press


@pytest.fixture
def wei():
    return make_person("wei")


def ask(wei, n=1):
    return jobs.ask("test", {"n": n}, by=wei)


def page(person, job):
    return client_for(person).get(f"/made/{job.pk}/")


def test_it_waits_is_made_and_is_fetched(press, wei):
    job = ask(wei)
    waiting = page(wei, job).content.decode()
    jobs.run.call(job.pk)
    ready = page(wei, job).content.decode()
    file = client_for(wei).get(f"/made/{job.pk}/file")

    assert "Paper 1" in waiting
    assert "It waits for its turn." in waiting
    assert '<meta http-equiv="refresh" content="3">' in waiting
    assert press.seen == [(2, {"n": 1})]
    assert "Download Papers of the year.zip" in ready
    assert "refresh" not in ready
    assert (file.content, file.headers["Content-Type"]) == (b"PK...", "application/zip")
    assert file.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Papers%20of%20the%20year.zip"


def test_the_page_tells_how_far_it_is(press, wei):
    job = ask(wei)
    Job.objects.filter(pk=job.pk).update(state="making", done=3, whole=7)

    assert "It is being made: 3 of 7." in page(wei, job).content.decode()


def test_the_same_asked_again_meanwhile_is_the_same_job(press, wei):
    first = ask(wei)

    assert ask(wei) == first
    assert ask(wei, 2) != first
    assert jobs.ask("test", {"n": 1}, by=make_person("lin")) != first
    with override("zh-hans" if jobs.get_language() == "en" else "en"):
        assert ask(wei) != first
    jobs.run.call(first.pk)
    assert ask(wei) != first


def test_a_person_has_a_few_at_a_time(press, wei):
    for number in range(jobs.MOST_OF_ONE):
        ask(wei, number)

    with pytest.raises(Refused, match="wait until one of them is ready"):
        ask(wei, 99)
    assert ask(wei, 0)


def test_nobody_else_sees_it(press, wei):
    job = ask(wei)
    jobs.run.call(job.pk)
    lin = client_for(make_person("lin"))

    assert lin.get(f"/made/{job.pk}/").status_code == 404
    assert lin.get(f"/made/{job.pk}/file").status_code == 404


@pytest.mark.parametrize(("refusal", "status"), [(refuse("no", "Not any more."), 409), (NotYours(), 404)])
def test_the_rule_is_asked_again_before_it_is_made_and_before_it_is_fetched(press, wei, refusal, status):
    made, late = ask(wei), ask(wei, 2)
    jobs.run.call(made.pk)
    press.refusal = refusal
    jobs.run.call(late.pk)

    assert client_for(wei).get(f"/made/{made.pk}/file").status_code == status
    assert Job.objects.get(pk=late.pk).state == "refused"
    assert len(press.seen) == 1
    with pytest.raises(type(refusal)):
        ask(wei, 3)


def test_every_faulty_row_is_told(press, wei):
    press.outcome = FaultyRows(["Row 2: no unit.", "Row 9: no unit."])
    job = ask(wei)

    jobs.run.call(job.pk)

    text = page(wei, job).content.decode()
    assert "Row 2: no unit." in text
    assert "Row 9: no unit." in text


def test_sentences_may_be_all_that_comes_of_it(press, wei):
    press.outcome = ["Taken in: 20 units."]
    job = ask(wei)

    jobs.run.call(job.pk)

    assert "Taken in: 20 units." in page(wei, job).content.decode()
    assert client_for(wei).get(f"/made/{job.pk}/file").status_code == 404


def test_a_fault_of_ours_is_told_without_its_details_and_travels_up(press, wei):
    press.outcome = ZeroDivisionError("secret")
    job = ask(wei)

    with pytest.raises(ZeroDivisionError):
        jobs.run.call(job.pk)

    text = page(wei, job).content.decode()
    assert "It could not be made." in text
    assert "secret" not in text
    jobs.run.call(job.pk)  # it is not begun again
    assert len(press.seen) == 1


def test_what_was_broken_off_says_so(press, wei):
    job = ask(wei)

    jobs.lose([job.pk])

    assert "It was broken off" in page(wei, job).content.decode()


def test_after_an_hour_file_row_and_topic_are_gone(press, wei):
    job = ask(wei)
    jobs.run.call(job.pk)
    place = Path(settings.DATA) / "made" / Job.objects.get().digest
    now = timezone.now()

    assert timedelta(minutes=59) < jobs.clean(now) <= jobs.KEPT
    assert place.exists()
    assert jobs.clean(now + jobs.KEPT + timedelta(seconds=1)) is None
    assert not place.exists()
    assert (Job.objects.count(), Signal.objects.filter(topic=jobs.topic(job)).count()) == (0, 0)


def test_a_file_that_is_gone_is_not_there(press, wei):
    job = ask(wei)
    jobs.run.call(job.pk)
    (Path(settings.DATA) / "made" / Job.objects.get().digest).unlink()

    assert client_for(wei).get(f"/made/{job.pk}/file").status_code == 404


def test_the_same_bytes_of_two_people_are_kept_for_the_later_one(press, wei):
    first, second = ask(wei), ask(wei, 2)
    jobs.run.call(first.pk)
    jobs.run.call(second.pk)
    now = timezone.now() + timedelta(minutes=90)
    Job.objects.filter(pk=second.pk).update(ended_at=now)

    jobs.clean(now)

    assert client_for(wei).get(f"/made/{second.pk}/file").content == b"PK..."
