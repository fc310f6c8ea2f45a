"""Wrong passwords and codes: nobody guesses for long, and nobody can keep somebody else out by guessing."""

import logging
import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shuping.core import attempts, devices, knocks, limits
from shuping.core.models import Act, Knock, WrongTry
from shuping.core.refusals import Refused
from shuping.organisations import actions
from shuping.organisations.models import Person
from tests.builders import NOW, client_for, make_cycle, make_person

pytestmark = pytest.mark.django_db
PASSWORD = "bamboo-on-the-hill"
SECRET = "JBSWY3DPEHPK3PXP"
WAIT = "Too many wrong passwords for this name from here"


@pytest.fixture
def lin():
    person = make_person("lin")
    person.set_password(PASSWORD)
    person.save()
    return person


def _at(place="192.0.2.1", language="en"):
    """A browser at an address."""
    return Client(headers={"accept-language": language}, REMOTE_ADDR=place)


def _try(username, password, visitor=None):
    return (visitor or _at()).post(reverse("sign-in"), {"login": username, "password": password})


def _said(answer):
    """What a page says, without what differs every time and the name that was typed."""
    page = re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", answer.content.decode())
    return answer.status_code, page


def _code():
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(SECRET, counter))


def _later(passed):
    """Let some time go by since every try."""
    for one in WrongTry.objects.all():
        WrongTry.objects.filter(pk=one.pk).update(at=one.at - passed)


def _guess(person, times, *, kind="password", hours=0.5):
    """Wrong tries at a name, each from a place of its own."""
    source = limits.Source.at(kind, person.username, "", "", person)
    at = timezone.now() - timedelta(hours=hours)
    WrongTry.objects.bulk_create(
        WrongTry(kind=kind, name=source.name, place=f"place {number}", person=person, at=at) for number in range(times)
    )


@pytest.mark.parametrize("name", ["lin", "nobody"])
def test_five_wrong_passwords_and_the_place_waits_whether_the_name_exists_or_not(lin, name):
    username = lin.username if name == "lin" else name
    answers = [_said(_try(username, "wrong")) for _attempt in range(7)]

    assert len(set(answers[:5])) == 1
    assert WAIT in answers[5][1]
    assert answers[6] == answers[5]


def test_the_page_of_a_place_that_waits_is_one_for_every_name(lin):
    closed = make_person("closed")
    Person.objects.filter(pk=closed.pk).update(is_active=False)
    TOTP.activate(closed, SECRET)
    pages = []
    for number, name in enumerate((lin.username, closed.username, "nobody", "没有此人")):
        visitor = _at(f"192.0.2.{number + 10}")
        pages.append([_said(_try(name, "wrong", visitor)) for _attempt in range(6)])

    assert pages[1:] == pages[:1] * 3


def test_a_place_that_waits_does_not_evaluate_even_the_right_password(lin):
    for _attempt in range(5):
        _try(lin.username, "wrong")

    assert WAIT in _try(lin.username, PASSWORD).content.decode()


def test_in_chinese_too(lin):
    answers = [_try(lin.username, "wrong", _at(language="zh-hans")) for _attempt in range(6)]

    assert "此处对该用户名输错密码次数过多" in answers[5].content.decode()


def test_nobody_is_kept_out_by_a_stranger_elsewhere(lin):
    for _attempt in range(20):
        _try(lin.username, "wrong", _at("203.0.113.9"))

    assert _try(lin.username, PASSWORD, _at("192.0.2.1")).status_code == 302


def test_a_name_in_other_letters_is_the_same_name(lin):
    for name in (lin.username, lin.username.upper(), f" {lin.username} ", lin.username.title(), lin.username):
        _try(name, "wrong")

    assert WAIT in _try(lin.username, PASSWORD).content.decode()


def test_a_place_that_waits_for_one_name_is_open_to_another(lin):
    for _attempt in range(6):
        _try("nobody", "wrong")

    assert _try(lin.username, PASSWORD).status_code == 302


def test_the_wait_is_over_after_five_minutes(lin):
    for _attempt in range(6):
        _try(lin.username, "wrong")
    _later(timedelta(minutes=5, seconds=1))

    assert _try(lin.username, PASSWORD).status_code == 302


def test_right_passwords_do_not_count(lin):
    for _time in range(8):
        assert _try(lin.username, PASSWORD).status_code == 302
    for _attempt in range(4):
        _try(lin.username, "wrong")

    assert _try(lin.username, PASSWORD).status_code == 302


def test_after_a_hundred_wrong_from_everywhere_each_place_has_one_try(lin):
    _guess(lin, limits.OF_A_NAME)
    stranger = _at("203.0.113.9")

    assert "are not correct" in _try(lin.username, "wrong", stranger).content.decode()
    assert WAIT in _try(lin.username, "wrong again", stranger).content.decode()
    assert _try(lin.username, PASSWORD, _at("192.0.2.1")).status_code == 302


def test_ninety_nine_slow_nobody_down(lin):
    _guess(lin, limits.OF_A_NAME - 2)
    answers = [_try(lin.username, "wrong").content.decode() for _attempt in range(2)]

    assert all("are not correct" in answer for answer in answers)


def _known(person, place="192.0.2.1"):
    """A browser in which the person was signed in before."""
    visitor = _at(place)
    _try(person.username, PASSWORD, visitor)
    visitor.post(reverse("sign-out"))
    return visitor


def test_a_device_that_was_signed_in_before_is_never_kept_out(lin, monkeypatch):
    monkeypatch.setattr(limits, "OF_A_PLACE", 6)
    visitor, stranger = _known(lin), _at("192.0.2.1")
    _guess(lin, limits.OF_A_NAME)
    for number in range(14):
        _try(lin.username if number < 7 else f"name-{number}", "wrong", stranger)

    assert _try("anybody", "wrong", stranger).status_code == 429
    for _typo in range(8):
        _try(lin.username, "a slip of the finger", visitor)
    assert _try(lin.username, PASSWORD, visitor).status_code == 302


def test_a_known_device_is_not_a_place_to_guess_from(lin):
    visitor = _known(lin)
    answers = [_try(lin.username, f"guess {number}", visitor).content.decode() for number in range(32)]

    assert WAIT not in "".join(answers[:30])
    assert WAIT in answers[30]


def test_a_device_is_known_for_its_own_people_only(lin):
    visitor, other = _known(lin), make_person("zhou")
    answers = [_try(other.username, "wrong", visitor).content.decode() for _attempt in range(6)]

    assert WAIT in answers[5]


def test_the_cookie_of_a_device_opens_nothing_and_is_kept_from_scripts(lin):
    cookie = _known(lin).cookies["devices"]
    thief = _at()
    thief.cookies["devices"] = cookie.value

    assert thief.get("/").status_code == 302
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert lin.username not in cookie.value
    assert int(cookie["max-age"]) == devices.AGE


@pytest.mark.parametrize("what", ["leave_everywhere", "change_password", "reset_password"])
def test_a_device_is_forgotten(what):
    world = make_cycle()
    actions.change_password(world.lin, PASSWORD, now=NOW)
    visitor = _known(world.lin)
    given = {
        "leave_everywhere": {},
        "change_password": {"password": "a-crane-in-the-reeds"},
        "reset_password": {"by": world.wei},
    }[what]
    getattr(actions, what)(world.lin, now=NOW, **given)
    answers = [_try(world.lin.username, "wrong", visitor).content.decode() for _attempt in range(6)]

    assert WAIT in answers[5]


def test_the_browser_in_which_the_password_was_changed_stays_known(lin):
    visitor, new = _at(), "a-crane-in-the-reeds"
    _try(lin.username, PASSWORD, visitor)
    given = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    visitor.post(reverse("own-password"), given)
    visitor.post(reverse("sign-out"))
    for _typo in range(6):
        _try(lin.username, "wrong", visitor)

    assert _try(lin.username, new, visitor).status_code == 302


@pytest.mark.parametrize("told", ["x", "made:up:cookie", "y" * 5000])
def test_a_made_up_device_is_none(lin, told):
    visitor = _at()
    visitor.cookies["devices"] = told
    answers = [_try(lin.username, "wrong", visitor).content.decode() for _attempt in range(6)]

    assert WAIT in answers[5]


def test_many_people_share_a_device(lin):
    visitor = _at()
    people = [make_person("shared") for _number in range(devices.MOST + 5)]
    for person in people:
        person.set_password(PASSWORD)
        person.save()
        _try(person.username, PASSWORD, visitor)
        visitor.post(reverse("sign-out"))

    assert len(visitor.cookies["devices"].value) < devices.LARGEST
    for _typo in range(6):
        _try(people[-1].username, "wrong", visitor)
    assert _try(people[-1].username, PASSWORD, visitor).status_code == 302


def test_a_place_that_is_wrong_at_every_name_waits(lin, monkeypatch):
    monkeypatch.setattr(limits, "OF_A_PLACE", 3)
    answers = [_try(f"name-{number}", "wrong") for number in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "Wait five minutes" in answers[3].content.decode()
    assert _try(lin.username, PASSWORD, _at("192.0.2.7")).status_code == 302


def test_a_passkey_is_asked_for_however_much_was_guessed(lin, monkeypatch):
    monkeypatch.setattr(limits, "OF_A_PLACE", 1)
    for _attempt in range(3):
        _try(lin.username, "wrong")
    visitor = Client(headers={"accept": "application/json"}, REMOTE_ADDR="192.0.2.1")

    assert visitor.get(reverse("mfa_login_webauthn")).status_code == 200
    assert visitor.post(reverse("mfa_login_webauthn"), {"credential": "{}"}).status_code != 429


def _at_the_second_step(person, place="192.0.2.1"):
    visitor = _at(place)
    _try(person.username, PASSWORD, visitor)
    return visitor


def _type(code, visitor):
    return visitor.post(reverse("mfa_authenticate"), {"code": code})


def test_five_wrong_codes_and_the_place_waits_in_a_new_browser_too(lin):
    TOTP.activate(lin, SECRET)
    visitor = _at_the_second_step(lin)
    for _attempt in range(5):
        assert "Incorrect code" in _type("000000", visitor).content.decode()

    assert "Too many wrong codes" in _type(_code(), visitor).content.decode()
    assert "Too many wrong codes" in _type(_code(), _at_the_second_step(lin)).content.decode()


def test_wrong_codes_elsewhere_keep_nobody_out(lin):
    TOTP.activate(lin, SECRET)
    thief = _at_the_second_step(lin, "203.0.113.9")
    for _attempt in range(8):
        _type("000000", thief)

    assert _type(_code(), _at_the_second_step(lin)).status_code == 302


def test_a_code_before_something_changes_is_counted_as_well(lin):
    TOTP.activate(lin, SECRET)
    visitor = _at_the_second_step(lin)
    _type(_code(), visitor)
    address = reverse("mfa_reauthenticate")
    answers = [visitor.post(address, {"code": "000000"}).content.decode() for _attempt in range(12)]

    assert "Incorrect code" in answers[9]
    assert "Too many wrong codes" in answers[10]


@pytest.mark.parametrize("where", ["own-password", "account_reauthenticate"])
def test_whoever_found_a_browser_open_does_not_guess_the_password(lin, where):
    visitor = _known(lin)
    _try(lin.username, PASSWORD, visitor)
    given = {"new_password1": "a-crane-in-the-reeds", "new_password2": "a-crane-in-the-reeds"}
    answers = [
        visitor.post(reverse(where), given | {"old_password": f"guess {number}", "password": f"guess {number}"})
        for number in range(32)
    ]

    assert WAIT not in answers[29].content.decode()
    assert WAIT in answers[30].content.decode()


def test_neither_address_nor_name_is_kept_with_a_try(lin):
    _try(lin.username, "wrong")
    _try("a password in the wrong field", "wrong")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shuping_wrongtry")
        tries = str(cursor.fetchall())
        cursor.execute("SELECT * FROM shuping_knock")
        noted = str(cursor.fetchall())

    for kept in (tries, noted):
        assert "192.0.2.1" not in kept
        assert "a password in the wrong field" not in kept


def test_what_counts_no_longer_is_deleted_and_there_is_a_bound(lin, monkeypatch):
    monkeypatch.setattr(limits, "MOST", 3)
    _guess(lin, 2, hours=2)
    limits.tidy()
    assert not WrongTry.objects.exists()
    _guess(lin, 5)
    limits.tidy()

    assert [one.place for one in WrongTry.objects.order_by("pk")] == ["place 2", "place 3", "place 4"]


@pytest.fixture
def world():
    world = make_cycle()
    actions.change_password(world.lin, PASSWORD, now=NOW)
    return world


def test_the_secretariat_sees_who_has_to_wait_and_lets_them_try_again(world):
    for _attempt in range(6):
        _try(world.lin.username, "wrong")
    secretary = client_for(world.wei)
    page = secretary.get(reverse("sign-ins")).content.decode()

    assert f'id="limit-{world.lin.username}-password"' in page
    assert "waits at one place" in page
    assert "192.0.2.1" not in page
    secretary.post(reverse("lift-limits"), {"username": world.lin.username})
    assert f'id="limit-{world.lin.username}-password"' not in secretary.get(reverse("sign-ins")).content.decode()
    assert _try(world.lin.username, PASSWORD).status_code == 302
    assert Act.objects.get(verb="lift_limits").by == world.wei


def test_a_limit_says_how_many_and_until_when(world):
    TOTP.activate(world.lin, SECRET)
    _guess(world.chair, limits.OF_A_NAME + 3)
    visitor = _at_the_second_step(world.lin)
    for _attempt in range(6):
        _type("000000", visitor)
    _guess(world.wei, 4, hours=0)
    told = {limit.person: limit for limit in limits.present([world.lin, world.chair, world.wei])}

    assert set(told) == {world.lin, world.chair}
    assert (told[world.lin].kind, told[world.lin].places, told[world.lin].wrong) == ("code", 1, 5)
    assert (told[world.chair].kind, told[world.chair].places, told[world.chair].wrong) == ("password", None, 103)
    assert timedelta(minutes=4) < told[world.lin].until - timezone.now() < timedelta(minutes=5)
    assert timedelta(minutes=29) < told[world.chair].until - timezone.now() < timedelta(minutes=30)


@pytest.mark.parametrize("name", ["chair", "lin", "zhou", "teller"])
def test_nobody_else_sees_or_lifts(world, name):
    visitor = client_for(world.people[name])

    assert visitor.get(reverse("sign-ins")).status_code == 404
    assert visitor.post(reverse("lift-limits"), {"username": world.lin.username}).status_code == 404
    with pytest.raises(Refused, match="Another secretariat"):
        actions.lift_limits(world.lin, by=world.people[name], now=NOW)


def test_the_auditor_sees_and_lifts_nothing(world):
    for _attempt in range(6):
        _try(world.lin.username, "wrong")
    auditor = client_for(world.auditor)
    page = auditor.get(reverse("sign-ins")).content.decode()

    assert f'id="limit-{world.lin.username}-password"' in page
    assert "Let them try again" not in page
    assert "Sign-ins" in auditor.get(reverse("own-account")).content.decode()
    assert auditor.post(reverse("lift-limits"), {"username": world.lin.username}).status_code == 404


def test_what_happened_at_the_door_is_noted(world):
    zhou = make_person("zhou")
    for name, password in ((world.lin.username, "wrong"), (world.lin.username, PASSWORD), ("nobody", "wrong")):
        _try(name, password)
    _try(zhou.username, "wrong")
    page = client_for(world.wei).get(reverse("sign-ins")).content.decode()
    told = re.findall(r"<tr><td><span[^>]*>[-\d]+</span> [\d:]+</td><td>(.*?)</td><td>(.*?)</td>", page)

    assert [(re.sub(r"<.*?>", "", who), what) for who, what in told[:3]] == [
        ("unknown name", "wrong password"),
        (f"Lin {world.lin.username}", "signed in"),
        (f"Lin {world.lin.username}", "wrong password"),
    ]
    assert zhou.username not in page


STRANGE = ['{"id": "x"}', '{"id": 1, "response": []}', "[1]", "7", '"x"', '{"response": {"userHandle": "!"}}']


@pytest.mark.parametrize("credential", [*STRANGE, "{}", "null", "no json"])
def test_a_passkey_that_is_not_accepted_is_noted_and_opens_nothing(lin, credential):
    visitor = _at()
    visitor.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    visitor.post(reverse("mfa_login_webauthn"), {"credential": credential})

    assert visitor.get("/").status_code == 302
    assert Knock.objects.filter(kind="wrong_passkey", person=None).exists() == (credential in STRANGE)


def test_rows_of_one_place_bear_one_sign(world):
    for place in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        _try(world.lin.username, "wrong", _at(place))
    rows = knocks.of([world.lin], most=9)

    assert sorted(row.times for row in rows if row.kind == "wrong_password") == [1, 2]
    assert len({row.place for row in rows if row.place}) == 2
    assert {row.at.second for row in rows} == {0}


def test_somebody_sees_the_own_sign_ins_and_no_others(world):
    _try(world.lin.username, "wrong")
    _try(world.chair.username, "wrong")
    _try("nobody", "wrong")
    page = client_for(world.lin).get(reverse("own-account")).content.decode()

    assert page.count("wrong password") == 1
    assert "unknown name" not in page


def test_the_log_is_kept_for_a_while_and_has_a_bound(lin, monkeypatch):
    monkeypatch.setattr(knocks, "MOST", 2)
    for days in (91, 89, 2, 1):
        Knock.objects.create(at=timezone.now() - timedelta(days=days), kind="signed_in", person=lin)
    knocks.tidy()

    assert Knock.objects.filter(person=lin).count() == 2
    assert min(Knock.objects.values_list("at", flat=True)) > timezone.now() - timedelta(days=3)


def test_a_wave_writes_few_rows_and_one_line(lin, monkeypatch, caplog):
    monkeypatch.setattr(knocks, "_waves", knocks.Waves())
    with caplog.at_level(logging.WARNING, logger="shuping.door"):
        for number in range(70):
            _try(f"name-{number}", "wrong")

    assert 1 <= len([line for line in caplog.records if line.name == "shuping.door"]) <= 2
    assert Knock.objects.filter(kind="wrong_password").count() <= 2
    assert Knock.objects.filter(kind="limited").count() in (1, 2)


def test_every_kind_has_words(world):
    assert {*knocks.WRONG} == {*attempts.TOO_MANY} == {*limits.AT_A_DEVICE}
    assert {*knocks.WRONG.values()} <= {*knocks.KINDS}
