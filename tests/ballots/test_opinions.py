"""Opinions in words: let in by tokens that show no slip, opened together, read by one before the others."""

import json

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from ballotbox import blind, tokens
from shuping.ballots import papers, posting, queries
from shuping.ballots.models import OpeningShare, SealedOpinion
from shuping.box.models import Note, Tokens
from shuping.core.models import Act
from tests.ballots.conftest import kept
from tests.ballots.halls import open_hall, prepare
from tests.ballots.opining import WITH_OPINIONS, Pen, act, give, opened_hall, opining_hall, page, part, task
from tests.builders import NOW, client_for

pytestmark = pytest.mark.django_db
FIRST, SECOND = "ada", "second_trustee"


@pytest.fixture(scope="module")
def writing(django_db_setup, django_db_blocker):
    """A hall in which one voter has two tokens and has written nothing."""
    with kept(django_db_blocker):
        hall = open_hall(text=WITH_OPINIONS)
        pen = Pen(hall)
        pen.ask()
        yield pen


@pytest.fixture(scope="module")
def opened(django_db_setup, django_db_blocker):
    with kept(django_db_blocker):
        yield opened_hall()


def _box(hall):
    return queries.need_box(hall.ballot)


def _notes(hall):
    return Note.objects.filter(mark=hall.ballot.pk)


def _tokens(hall):
    return Tokens.objects.filter(mark=hall.ballot.pk)


def _code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


# --- writing ------------------------------------------------------------------------------------------------------


def test_an_opinion_is_kept_once_and_nothing_of_it_is_readable(writing):
    body = tokens.post(*writing.tokens[0], writing.seal("The stair is dark."))

    answers = [writing.hall.post("take-opinion", body).status_code for _ in range(3)]

    row = _notes(writing.hall).get()
    assert answers == [201, 200, 200]
    assert b"stair" not in bytes(row.raw)
    assert not Act.objects.filter(verb__contains="opinion").exists()


def test_a_token_used_twice_lets_in_one(writing):
    writing.write("one")

    assert _code(writing.write("another")) == (409, "token_used")
    assert _notes(writing.hall).count() == 1


def test_the_same_opinion_under_two_tokens_is_one(writing):
    sealed = writing.seal("copied")
    first, second = (writing.hall.post("take-opinion", tokens.post(*token, sealed)) for token in writing.tokens)

    assert first.status_code == 201
    assert _code(second) == (409, "opinion_twice")


def test_a_token_of_another_ballot_is_refused(writing):
    other = prepare(text=WITH_OPINIONS, stage="reporting").ballot
    prepared = blind.prepare(tokens.message(other.identifier))
    blinded, inverse = blind.blind(posting.issuer_key(other).public, prepared)
    token = blind.finalize(
        posting.issuer_key(other).public, prepared, blind.blind_sign(posting.issuer_key(other), blinded), inverse
    )
    ours = blind.prepare(tokens.message(writing.hall.ballot.identifier), prepared[: blind.PREFIX])

    for body in (prepared, ours):
        assert _code(writing.hall.post("take-opinion", tokens.post(body, token, writing.seal("x")))) == (
            400,
            "bad_token",
        )


def test_an_opinion_without_a_token_is_refused(writing):
    prepared, _ = writing.tokens[0]
    body = tokens.post(prepared, bytes(256), writing.seal("x"))

    assert _code(writing.hall.post("take-opinion", body)) == (400, "bad_token")


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        (lambda raw: raw[:-1], (400, "not_canonical")),
        (
            lambda raw: json.dumps(json.loads(raw) | {"sealed": "AAAA"}, separators=(",", ":")).encode(),
            (400, "bad_proof"),
        ),
        (lambda raw: b"x" * 9000, (413, "too_large")),
        (lambda raw: b"{}", (400, "wrong_shape")),
    ],
    ids=["cut off", "changed", "too long", "empty"],
)
def test_what_is_not_a_sealed_opinion_is_refused_by_name(writing, change, answer):
    body = tokens.post(*writing.tokens[0], change(writing.seal("x")))

    assert _code(writing.hall.post("take-opinion", body)) == answer
    assert not _notes(writing.hall).exists()


def test_a_sealed_ballot_is_no_opinion(writing):
    """Otherwise the trustees would open a single vote as an "opinion"."""
    body = tokens.post(*writing.tokens[0], writing.hall.seal([0, 1]))

    assert writing.hall.post("take-opinion", body).status_code in (400, 413)


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b'{"prefix":1,"signature":2,"opinion":3}', b"\xff\xfe"])
@pytest.mark.parametrize("name", ["take-opinion", "give-tokens"])
def test_nonsense_is_refused(writing, name, body):
    answer = writing.hall.post(name, body)

    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"code", "zh", "en"}


def test_of_a_ballot_that_is_not_there(writing):
    address = reverse("take-opinion", args=["NoSuchBallotXX"])
    assert Client().post(address, b"{}", content_type="application/json").status_code == 404


# --- tokens -------------------------------------------------------------------------------------------------------


def test_the_same_request_gets_the_same_tokens_and_counts_once(writing):
    pen = Pen(writing.hall, slip=1)
    raw, _ = pen.request()

    answers = [writing.hall.post("give-tokens", raw).json() for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert _tokens(writing.hall).get(credential_hash=_hash(pen)).times == 1


def _hash(pen) -> str:
    return queries.credential_hash(pen.hall.ballot.identifier, pen.hall.public(pen.code, pen.slip))


def test_a_slip_is_given_tokens_three_times(writing):
    pen = Pen(writing.hall, slip=2)

    assert [pen.ask().status_code for _ in range(3)] == [200, 200, 200]
    assert _code(pen.ask()) == (409, "no_more_tokens")
    assert len(pen.tokens) == 3 * 2


@pytest.mark.parametrize("number", [1, 3])
def test_a_slip_is_given_as_many_tokens_as_there_are_units(writing, number):
    raw, _ = Pen(writing.hall, slip=3).request(number)

    assert _code(writing.hall.post("give-tokens", raw)) == (400, "wrong_shape")


def test_a_code_that_is_on_no_slip_is_given_none(writing):
    pen = Pen(writing.hall, slip=3)
    true, pen.hall.slips["A"][3] = pen.hall.slips["A"][3], "11111-111111-11111-111111"
    raw, _ = pen.request()
    pen.hall.slips["A"][3] = true

    assert _code(writing.hall.post("give-tokens", raw)) == (400, "unknown_credential")


def test_what_was_signed_shows_no_token_that_is_spent(writing):
    """What the server keeps and saw at the two moments has nothing in common."""
    pen = Pen(writing.hall, slip=4)
    raw, _ = pen.request()
    pen.ask()
    pen.write("unlinked")

    seen, spent = raw.decode(), _notes(writing.hall).get()
    prepared, signature = pen.tokens[0]
    for value in (prepared, signature, bytes.fromhex(spent.token)):
        assert value.hex() not in seen
        assert value not in b"".join(one.request.encode() for one in _tokens(writing.hall).all())


# --- when ---------------------------------------------------------------------------------------------------------


def test_before_opening_nothing_is_taken():
    hall = prepare(text=WITH_OPINIONS)

    for name in ("give-tokens", "take-opinion"):
        assert _code(hall.post(name, b"{}")) == (409, "no_opinions")


def test_after_closing_nothing_is_taken(writing):
    raw, _ = writing.request()
    body = tokens.post(*writing.tokens[0], writing.seal("late"))
    writing.hall.close()

    assert _code(writing.hall.post("take-opinion", body)) == (409, "opinions_not_open")
    assert _code(writing.hall.post("give-tokens", raw)) == (409, "opinions_not_open")
    assert writing.hall.which().json()["opinions"] is None


def test_a_scheme_that_asks_for_none_takes_none():
    hall = open_hall()

    assert hall.which().json()["opinions"] is None
    assert _code(hall.post("take-opinion", b"{}")) == (409, "no_opinions")
    assert hall.ballot.state == "open"


# --- opening ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("writers", "opinions"), [(10, 9), (9, 10), (1, 2), (10, 0)])
def test_fewer_than_ten_or_from_fewer_than_ten_slips_are_deleted_unread(writers, opinions):
    hall = opining_hall(writers, opinions)
    hall.close()
    hall.tally()

    box = queries.need_box(hall.ballot)
    assert (box.state, box.received) == ("too_few", opinions)
    assert not _box(hall).sealed.exists()
    assert not _box(hall).shares.exists()
    assert task(hall) is None
    assert _code(give(hall, b"{}")) == (409, "too_few_opinions")


def test_what_a_void_ballot_took_is_deleted_unread():
    hall = opining_hall()
    hall.close()
    hall.tally()
    raw = part(hall, FIRST)
    assert give(hall, raw).status_code == 200

    papers.void_ballot(hall.fresh(), reason="收回的票多于发出的票", by=hall.world.scrutineer, now=NOW)

    assert not SealedOpinion.objects.exists()
    assert not OpeningShare.objects.exists()
    assert _code(give(hall, raw, SECOND))[0] == 409


def test_ten_are_opened_by_enough_trustees():
    hall = opining_hall()
    hall.close()
    hall.tally()
    parts = {trustee: part(hall, trustee) for trustee in (FIRST, SECOND)}

    assert give(hall, parts[FIRST]).json() == {"received": True, "opened": False}
    assert _code(give(hall, parts[FIRST])) == (409, "opening_twice")
    assert _code(give(hall, parts[FIRST], SECOND)) == (409, "bad_opening")  # another's part
    assert not _box(hall).opinions.exists()
    assert give(hall, parts[SECOND], SECOND).json() == {"received": True, "opened": True}

    assert sorted(one.text for one in _box(hall).opinions.all()) == [
        f"意见 {number}: see to it" for number in range(10)
    ]
    assert not _box(hall).sealed.exists()
    assert not _box(hall).shares.exists()
    assert _code(give(hall, parts[SECOND], "third_trustee")) == (409, "opinions_opened")


@pytest.mark.parametrize("raw", [b"", b"{}", b"[1]", b'{"decryption_factors":[],"decryption_proofs":[]}'])
def test_a_part_that_is_none_is_refused_and_the_opening_goes_on(raw):
    hall = opining_hall()
    hall.close()
    hall.tally()

    assert _code(give(hall, raw)) == (409, "bad_opening")
    assert give(hall, part(hall)).status_code == 200


def test_what_is_sealed_to_an_entry_that_is_not_there_is_counted_and_left_out():
    hall = opining_hall(opinions=0)
    for slip in range(10):
        pen = Pen(hall, "A", slip)
        pen.ask()
        assert pen.write("x", "01" if slip else "99").status_code == 201
    hall.close()
    hall.tally()
    for trustee, raw in {trustee: part(hall, trustee) for trustee in (FIRST, SECOND)}.items():
        give(hall, raw, trustee)

    assert (_box(hall).opinions.count(), _box(hall).broken) == (9, 1)


def test_at_closing_the_order_of_arrival_is_gone():
    hall = opining_hall()
    before = set(_notes(hall).values_list("pk", flat=True))
    assert len(before) == 10
    hall.close()
    hall.tally()

    after = list(_box(hall).sealed.order_by("pk").values_list("pk", "digest"))
    assert not before & {pk for pk, _ in after}
    assert [digest for _, digest in after] != sorted(digest for _, digest in after)
    assert task(hall)["sealed"] == [
        bytes(one.raw).decode() for one in sorted(_box(hall).sealed.all(), key=lambda one: one.digest)
    ]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="rowids are those of SQLite")
def test_a_row_stands_where_its_number_says(writing):
    """A hidden row number of SQLite would count up as rows come."""
    writing.write("x")
    with connections[settings.BOX].cursor() as cursor:
        for model in (Note, Tokens):
            cursor.execute(f'SELECT rowid, id FROM "{model._meta.db_table}"')
            rows = cursor.fetchall()
            assert rows
            assert all(row == number and number > 2**32 for row, number in rows)


# --- reading ------------------------------------------------------------------------------------------------------


def test_nobody_else_reads_before_the_release(opened):
    for name in ("wei", "lin", "ada", "teller", "auditor", "committee", "head_2"):
        if name not in opened.world.people:
            continue
        assert "see to it" not in page(opened, client_for(opened.world.people[name]))
    assert "see to it" in page(opened, client_for(opened.world.scrutineer))


def test_only_the_scrutineer_removes_and_releases(opened):
    one = _box(opened).opinions.first()
    for name in ("wei", "lin", "ada", "teller"):
        act(opened, "remove-opinion", name, opinion=one.pk, reason="no")
        act(opened, "release-opinions", name)

    assert queries.need_box(opened.ballot).state == "opened"
    assert not _box(opened).opinions.exclude(removed_because="").exists()


def test_what_was_removed_is_counted_with_its_reason_and_read_by_nobody(opened):
    first, second, third, *_ = _box(opened).opinions.filter(entry="01")
    kept_text = third.text
    for one in (first, second, third):
        act(opened, "remove-opinion", opinion=one.pk, reason="names another voter")
    act(opened, "restore-opinion", opinion=third.pk)
    act(opened, "release-opinions")

    told = page(opened, client_for(opened.world.people["wei"]))
    assert "names another voter × 2" in told
    assert kept_text in told
    assert told.count("see to it") == 8
    assert set(_box(opened).opinions.exclude(removed_because="").values_list("text", flat=True)) == {""}
    assert [one.reason for one in Act.objects.filter(verb="remove_opinion")] == ["names another voter"] * 3
    assert Act.objects.get(verb="release_opinions").details == {"shown": 8, "removed": 2}


def test_a_reporter_reads_those_on_the_own_unit(opened):
    act(opened, "release-opinions")

    told = page(opened, client_for(opened.world.lin))

    assert 'id="opinions-01"' in told
    assert 'id="opinions-02"' not in told
    assert told.count("see to it") == 5


def test_after_the_release_nothing_changes(opened):
    act(opened, "release-opinions")
    one = _box(opened).opinions.first()

    act(opened, "remove-opinion", opinion=one.pk, reason="too late")

    assert not _box(opened).opinions.exclude(removed_because="").exists()
    assert "wait to be read" in act(opened, "release-opinions").content.decode()


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_a_removal_needs_a_reason(opened, reason):
    one = _box(opened).opinions.first()

    answer = act(opened, "remove-opinion", opinion=one.pk, reason=reason)

    assert answer.status_code == 409
    assert not _box(opened).opinions.exclude(removed_because="").exists()


@pytest.mark.parametrize("number", ["", "x", "-1", "1", "9" * 40])
def test_an_opinion_that_is_not_there(opened, number):
    assert act(opened, "remove-opinion", opinion=number, reason="why").status_code == 404


def test_what_is_written_is_never_markup(opened):
    one = _box(opened).opinions.first()
    _box(opened).opinions.filter(pk=one.pk).update(text="<script>alert(1)</script>\nsecond line")

    told = page(opened, client_for(opened.world.scrutineer))

    assert "<script>alert" not in told
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>second line" in told


def test_the_desks_show_what_is_due(opened):
    home = client_for(opened.world.scrutineer).get(reverse("home")).content.decode()

    assert "Read the opinions before they are shown" in home
    act(opened, "release-opinions")
    assert (
        "Read the opinions before they are shown"
        not in client_for(opened.world.scrutineer).get(reverse("home")).content.decode()
    )
