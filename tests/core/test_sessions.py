"""Who is signed in: keys kept as digests, two hours without use, fourteen in all, a list, out everywhere."""

import asyncio
import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shuping.core import browsers, live, sessions
from shuping.core.models import Act, Session
from shuping.core.refusals import Refused
from shuping.core.staying import Staying
from shuping.core.streams import Streams
from shuping.organisations import actions
from shuping.organisations.models import Person
from tests.builders import NOW, client_for, make_cycle, make_person
from tests.core.test_streams import Viewer

pytestmark = pytest.mark.django_db
PASSWORD = "bamboo-on-the-hill"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"


@pytest.fixture
def lin():
    person = make_person("lin")
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def quiet():
    """Somebody of whom no act tells: where transactions are real, a log of acts could not be emptied again."""
    person = Person(username="quiet", name_zh="静", name_en="Quiet")
    person.set_password(PASSWORD)
    person.save()
    return person


def _signed_in(person, told=CHROME):
    visitor = Client(headers={"accept-language": "en", "user-agent": told})
    visitor.post(reverse("sign-in"), {"login": person.username, "password": PASSWORD})
    return visitor


def _inside(visitor) -> bool:
    return visitor.get(reverse("own-account")).status_code == 200


def _key(visitor) -> str:
    return visitor.cookies["sessionid"].value


def _row(visitor) -> Session:
    return Session.objects.get(key=sessions.digest(_key(visitor)))


def _age(visitor, **columns) -> None:
    """Let a session have been made, or used, some time ago."""
    ago = {name: timezone.now() - passed for name, passed in columns.items()}
    Session.objects.filter(pk=_row(visitor).pk).update(**ago)


def _cells():
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            yield from (str(cell) for row in cursor.fetchall() for cell in row)


def test_whoever_reads_the_database_can_sign_in_with_nothing_in_it(lin):
    visitor = _signed_in(lin)
    found = {word for cell in _cells() for word in re.findall(r"[\w.:-]{20,}", cell)}

    assert _inside(visitor)
    assert found >= {sessions.digest(_key(visitor))}
    for word in found:
        thief = Client()
        thief.cookies["sessionid"] = word
        assert not _inside(thief), word


def test_no_key_stands_in_any_page_of_the_file(lin):
    if connection.vendor != "sqlite":
        pytest.skip("the file of SQLite")
    visitor = _signed_in(lin)
    visitor.post(reverse("sign-out"))
    visitor = _signed_in(lin)
    body = connection.connection.serialize()

    assert sessions.digest(_key(visitor)).encode() in body
    assert _key(visitor).encode() not in body


def test_what_a_session_holds_is_sealed_under_its_key(lin):
    visitor = _signed_in(lin)
    visitor.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = visitor.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page).group(1)
    row = _row(visitor)

    assert secret in str(sessions.SessionStore(_key(visitor)).load())
    assert sessions.SessionStore("another key altogether").decode(row.data) == {}


def test_a_row_that_somebody_changed_opens_nothing(lin):
    visitor, stranger = _signed_in(lin), Client()
    stranger.post(reverse("sign-in"), {"login": "nobody", "password": "wrong"})
    stolen = sessions.digest("my own cookie")
    Session.objects.filter(pk=_row(visitor).pk).update(key=stolen)
    stranger.cookies["sessionid"] = "my own cookie"

    assert not _inside(stranger)


@pytest.mark.parametrize("told", ["", "short", "x" * 5000, "a\x00bcdefgh", "钥匙钥匙钥匙钥匙"])
def test_a_cookie_that_is_none_is_no_fault(told):
    assert sessions.SessionStore(told).load() == {}


def test_a_session_ends_after_two_hours_without_use(lin):
    visitor = _signed_in(lin)
    _age(visitor, used=timedelta(hours=2))
    assert _inside(visitor)
    _age(visitor, used=timedelta(hours=2, minutes=3))
    assert not _inside(visitor)


def test_a_session_ends_after_fourteen_hours_however_much_it_is_used(lin):
    visitor = _signed_in(lin)
    _age(visitor, created=timedelta(hours=13, minutes=55))
    assert _inside(visitor)
    _age(visitor, created=timedelta(hours=14, minutes=1))
    assert not _inside(visitor)


def test_use_is_noted_and_written_down_later(lin):
    visitor = _signed_in(lin)
    _age(visitor, used=timedelta(hours=1))
    before = _row(visitor).used
    visitor.get("/")
    assert _row(visitor).used == before
    sessions.write_noted()

    assert timezone.now() - _row(visitor).used < timedelta(minutes=2)
    assert _row(visitor).used.second == 0


@pytest.mark.parametrize("address", ["/v/ABCDEFGHJKMNPQ", "/v/ABCDEFGHJKMNPQ/which", "/b/ABCDEFGHJKMNPQ/"])
def test_that_somebody_looked_at_a_ballot_is_not_kept(lin, address):
    visitor = _signed_in(lin)
    sessions.write_noted()
    _age(visitor, used=timedelta(hours=1))
    before = _row(visitor).used
    visitor.get(address)
    sessions.write_noted()

    assert _row(visitor).used == before


def test_a_live_page_of_somebody_who_was_signed_out_loads_itself_anew(lin):
    visitor = _signed_in(lin)
    sessions.end(lin)
    part = visitor.get("/", headers={"hx-request": "true"})

    assert (part.status_code, part.headers["HX-Refresh"]) == (200, "true")
    assert visitor.get("/").headers["Location"].startswith("/sign-in/")


def test_what_is_over_is_deleted(lin):
    old, new = _signed_in(lin), _signed_in(lin)
    _age(old, used=timedelta(hours=3))
    sessions.SessionStore.clear_expired()

    assert [row.key for row in Session.objects.filter(person=lin)] == [sessions.digest(_key(new))]


def test_whoever_only_knocks_fills_no_disk(monkeypatch, lin):
    monkeypatch.setattr(sessions, "MOST_ON_THE_WAY", 3)
    visitor = _signed_in(lin)
    for _time in range(6):
        Client(headers={"accept": "application/json"}).get(reverse("mfa_login_webauthn"))
    last = Session.objects.filter(signed_in=False).order_by("-pk").values_list("pk", flat=True)
    kept = list(last[:3])
    sessions.tidy()

    assert list(Session.objects.filter(signed_in=False).order_by("-pk").values_list("pk", flat=True)) == kept
    assert _inside(visitor)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (CHROME, "Chrome or Chromium on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) … Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) … Version/18.0 Mobile Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 15; …) … Chrome/130 Mobile MicroMessenger/8.0", "WeChat on Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("", "another browser on another system"),
    ],
)
def test_a_browser_is_told_in_words(told, words):
    assert browsers.words(*browsers.kind_of(told)) == words


def test_somebody_sees_where_they_are_signed_in_and_ends_one(lin):
    here, there = _signed_in(lin), _signed_in(lin, "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    page = here.get(reverse("own-account")).content.decode()

    assert "Chrome or Chromium on Linux <span" in page
    assert "Firefox on Windows" in page
    assert page.count("Sign out there") == 1
    here.post(reverse("end-session"), {"number": _row(there).pk})
    assert (_inside(here), _inside(there)) == (True, False)


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "other"])
def test_nobody_ends_somebody_else_s_session(lin, number):
    other = client_for(make_person("zhou"))
    here = _signed_in(lin)
    answer = here.post(reverse("end-session"), {"number": _row(other).pk if number == "other" else number})

    assert answer.status_code == 302
    assert (_inside(here), _inside(other)) == (True, True)


def test_somebody_leaves_everywhere(lin):
    here, there, other = _signed_in(lin), _signed_in(lin), client_for(make_person("zhou"))
    answer = here.post(reverse("leave-everywhere"))

    assert answer.headers["Location"] == reverse("sign-in")
    assert [_inside(one) for one in (here, there, other)] == [False, False, True]
    act = Act.objects.get(verb="sign_out_everywhere")
    assert (act.by, act.subject) == (lin, f"person:{lin.pk}")


def test_whoever_is_at_the_second_step_is_sent_back_too(lin):
    TOTP.activate(lin, "JBSWY3DPEHPK3PXP")
    on_the_way = _signed_in(lin)
    assert on_the_way.get(reverse("mfa_authenticate")).status_code == 200
    assert sessions.open_of(lin) == []
    actions.leave_everywhere(lin, now=NOW)

    assert on_the_way.get(reverse("mfa_authenticate")).headers["Location"] == reverse("account_login")


def test_the_secretariat_signs_somebody_out_everywhere():
    world = make_cycle()
    visitor = client_for(world.lin)
    client_for(world.wei).post(reverse("sign-out-account"), {"username": world.lin.username})

    assert not _inside(visitor)
    assert Act.objects.get(verb="sign_out_everywhere").by == world.wei


@pytest.mark.parametrize("name", ["chair", "auditor", "zhou"])
def test_nobody_else_signs_somebody_out(name):
    world = make_cycle()
    visitor = client_for(world.lin)
    answer = client_for(world.people[name]).post(reverse("sign-out-account"), {"username": world.lin.username})

    assert answer.status_code == 404
    assert _inside(visitor)
    with pytest.raises(Refused, match="Another secretariat"):
        actions.sign_out(world.lin, by=world.people[name], now=NOW)


def test_a_new_password_ends_every_other_session(lin):
    here, there = _signed_in(lin), _signed_in(lin)
    new = "a-crane-in-the-reeds"
    given = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post(reverse("own-password"), given).status_code == 302

    assert (_inside(here), _inside(there)) == (True, False)
    assert Session.objects.filter(person=lin).count() == 1


@pytest.mark.parametrize("act", ["reset_password", "deactivate_account"])
def test_what_the_secretariat_does_to_an_account_ends_its_sessions(act):
    world = make_cycle()
    client_for(world.lin)
    getattr(actions, act)(world.lin, by=world.wei, now=NOW)

    assert not Session.objects.filter(person=world.lin).exists()


def test_a_second_factor_that_is_taken_away_ends_every_other_session(lin):
    here, there = _signed_in(lin), _signed_in(lin)
    TOTP.activate(lin, "JBSWY3DPEHPK3PXP")
    here.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = here.post(reverse("mfa_deactivate_totp"), follow=True)

    assert answer.status_code == 200
    assert (_inside(here), _inside(there)) == (True, False)


def _scope(cookie):
    headers = [(b"cookie", f"sessionid={cookie}".encode())] if cookie else []
    query = live.address("quiet-3").partition("?")[2].encode()
    return {"type": "http", "path": live.PATH, "query_string": query, "headers": headers}


async def _watch(cookie, then, app=None):
    """Open a live page with a cookie, let something happen, leave; returns the last thing that was sent."""
    app, viewer = app or Staying(Streams(None)), Viewer()
    stream = asyncio.create_task(app(_scope(cookie), viewer.receive, viewer.send))
    await viewer.until("retry: ")
    await then(app)
    viewer.gone.set()
    await asyncio.wait_for(stream, 5)
    assert app.viewers == set()
    return viewer.sent


@pytest.mark.django_db(transaction=True)
def test_an_open_live_page_is_use(quiet):
    visitor = _signed_in(quiet)
    _age(visitor, used=timedelta(hours=1, minutes=59))

    async def a_minute_passes(app):
        await app.write()
        await app.look()

    asyncio.run(_watch(_key(visitor), a_minute_passes))

    assert timezone.now() - _row(visitor).used < timedelta(minutes=2)


@pytest.mark.django_db(transaction=True)
def test_the_stream_of_somebody_who_was_signed_out_ends(quiet):
    visitor = _signed_in(quiet)

    async def signed_out_elsewhere():
        app, viewer = Staying(Streams(None)), Viewer()
        stream = asyncio.create_task(app(_scope(_key(visitor)), viewer.receive, viewer.send))
        await viewer.until("retry: ")
        await app.look()
        assert not stream.done()
        await sync_to_async(sessions.end)(quiet)
        await app.look()
        await asyncio.wait_for(stream, 5)
        return viewer.sent

    sent = asyncio.run(signed_out_elsewhere())

    assert sent.get_nowait() == {"type": "http.response.body", "body": b"", "more_body": False}


@pytest.mark.parametrize("cookie", ["", "no such session", "sessionid=;;;=="])
@pytest.mark.django_db(transaction=True)
def test_a_stream_needs_no_session(cookie):
    async def look(app):
        await app.look()
        assert app.viewers == set()

    asyncio.run(_watch(cookie, look))


OF_THE_LAST_RELEASE = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", "shuping", "0010", verbosity=0)
call_command("migrate", "sessions", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("INSERT INTO shuping_person (password, username, name_zh, name_en, language, is_active, administers,"
                   " must_change_password) VALUES ('x', 'lin', '林', 'Lin', '', true, false, false)")
    cursor.execute("INSERT INTO django_session VALUES ('a key of the last release', 'data', '2099-01-01')")
call_command("migrate", verbosity=0)
from shuping.organisations.models import Person
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM django_session")
    print(cursor.fetchone()[0], Person.objects.get().device_round, Person.objects.get().sessions.count())
"""


def test_the_sessions_of_the_last_release_are_ended(tmp_path):
    clean = {name: value for name, value in os.environ.items() if name != "SHUPING_DATABASE_URL"}
    environment = {**clean, "SHUPING_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "shuping.settings"}
    done = subprocess.run(
        [sys.executable, "-c", OF_THE_LAST_RELEASE], env=environment, capture_output=True, text=True, check=False
    )

    assert done.stdout == "0 0 0\n", done.stderr
    assert b"a key of the last release" not in (tmp_path / "shuping.sqlite3").read_bytes()
