"""Acts carry digests of what they decided; the nonces lie beside the content and go with it."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import connection

from shuping.core import acts, content_walk, digests, log_walk
from shuping.core.models import Act, ContentNonce, StoredFile
from tests.builders import NOW, make_organisation

pytestmark = pytest.mark.django_db
KIND = digests.rows("a_file", StoredFile, "digest", "size", "name")


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    monkeypatch.setattr(digests, "_kinds", {("a_file", 1): KIND})


@pytest.fixture
def file():
    return StoredFile.objects.create(digest="d" * 64, size=5, mimetype="text/plain", name="述职.txt", stored_at=NOW)


def record(**more) -> Act:
    return acts.record("try_this", make_organisation(), by=None, now=NOW, **more)


def told() -> list[str]:
    return [finding.sentence for finding in content_walk.walk(log_walk.walk()) if finding.fault]


def test_the_digest_is_computed_as_the_specification_says(file):
    act = record(decides={"a_file": [file]})

    ((kind, version, subject, digest),) = act.digests
    content = {"digest": "d" * 64, "size": 5, "name": "述职.txt"}
    form = {"kind": "a_file", "version": 1, "subject": f"storedfile:{file.pk}", "content": content}
    text = json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    beside = ContentNonce.objects.get()
    assert (kind, version, subject) == ("a_file", 1, f"storedfile:{file.pk}")
    assert digest == hashlib.sha256(bytes(beside.nonce) + text.encode()).hexdigest()
    assert (beside.subject, beside.act, len(beside.nonce)) == (subject, act.pk, 32)
    assert told() == []


def test_the_digest_stands_in_the_chain(file):
    act = record(decides={"a_file": [file]})

    act.digests[0][3] = "0" * 64
    assert acts.digest_of(act) != act.digest
    act.digests = None
    assert acts.digest_of(act) != act.digest


def test_the_same_content_has_another_digest_each_time_and_only_the_newest_nonce_is_kept(file):
    first, second = (record(decides={"a_file": [file]}) for _ in range(2))

    assert first.digests != second.digests
    assert ContentNonce.objects.get().act == second.pk
    assert told() == []


def test_an_act_with_digests_is_one_more_insert(file, django_assert_num_queries):
    unit, others = make_organisation(), [file, *_files(5)]
    acts.record("warm", unit, by=None, now=NOW)

    with django_assert_num_queries(4 + (connection.vendor == "postgresql")) as plainly:
        acts.record("try_this", unit, by=None, now=NOW)
    with django_assert_num_queries(6 + (connection.vendor == "postgresql")) as decided:
        acts.record("try_this", unit, by=None, now=NOW, decides={"a_file": others})

    def inserts(captured):
        return sum(query["sql"].startswith("INSERT") for query in captured.captured_queries)

    assert (inserts(plainly), inserts(decided)) == (1, 2)


def _files(number):
    return [
        StoredFile.objects.create(digest=f"{n:064}", size=n, mimetype="text/plain", name="x", stored_at=NOW)
        for n in range(number)
    ]


def test_what_is_deleted_takes_its_nonce_along_and_the_log_stays_whole(file):
    subject, act = f"Storedfile:{file.pk}", record(decides={"a_file": [file]})
    gone = record(deletes={"a_file": [file]})
    file.delete()

    assert gone.digests == [["a_file", 1, act.digests[0][2], None]]
    assert not ContentNonce.objects.exists()
    assert not log_walk.walk().faults
    said = [finding.sentence for finding in content_walk.walk(log_walk.walk())]
    assert said[0] == f"A_file of {subject.lower()}: deleted by act {_place(gone)} (try_this)."
    assert told() == []


def _place(act) -> int:
    return acts.anchor_at(act).number


def test_deleted_by_hand_is_found(file):
    act = record(decides={"a_file": [file]})
    subject = f"A_file of storedfile:{file.pk}"
    file.delete()

    assert told() == [f"{subject}: it is gone, and no act deleted it; act {_place(act)} (try_this) recorded it."]


def test_deleted_according_to_the_log_and_still_there_is_found(file):
    record(decides={"a_file": [file]})
    gone = record(deletes={"a_file": [file]})

    (sentence,) = told()
    assert sentence.endswith(f"act {_place(gone)} (try_this) says that it was deleted, and it is there.")


def test_a_nonce_taken_away_or_put_in_by_hand_is_found(file):
    record(decides={"a_file": [file]})
    ContentNonce.objects.all().delete()
    ContentNonce.objects.create(kind="a_file", subject="storedfile:999999", nonce=b"x" * 32, act=4711)

    first, second = told()
    assert "its nonce is not the one of act" in first
    assert second == "a_file of storedfile:999999: it was recorded by an act (row 4711) that the log does not hold."


def test_content_that_no_act_recorded_is_found(file):
    (other,) = _files(1)
    record(decides={"a_file": [file]})

    assert told() == [f"A_file of storedfile:{other.pk}: it is there, and no act recorded it."]


def test_a_form_that_this_version_does_not_know_is_said(file, monkeypatch):
    record(decides={"a_file": [file]})
    monkeypatch.setattr(digests, "_kinds", {})

    assert told()[0] == "1 digests are of a kind that this version does not know: a_file 1."


def test_an_old_form_stays_readable_beside_a_new_one(file, monkeypatch):
    record(decides={"a_file": [file]})
    second = digests.Kind("a_file", 2, StoredFile, ("size",), False, lambda keys: dict.fromkeys(keys, 1), KIND.expected)
    monkeypatch.setattr(digests, "_kinds", {("a_file", 1): KIND, ("a_file", 2): second})

    assert told() == []
    assert record(decides={"a_file": [file]}).digests[0][1] == 2
    assert told() == []


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (Decimal("88.00"), "88"),
        (Decimal("0.10"), "0.1"),
        (Decimal("1E+2"), "100"),
        (date(2022, 12, 29), "2022-12-29"),
        (datetime(2022, 12, 29, 9, tzinfo=timezone(timedelta(hours=8))), "2022-12-29T01:00:00+00:00"),
        (datetime(2022, 12, 29, 9, 0, 0, 7, tzinfo=UTC), "2022-12-29T09:00:00.000007+00:00"),
        (None, None),
        (True, True),
        ({"b": [1, "二"]}, {"b": [1, "二"]}),
    ],
)
def test_values_have_one_form_on_every_database(value, form):
    assert digests.plain(value) == form
