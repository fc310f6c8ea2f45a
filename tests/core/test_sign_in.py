"""The sign-in: no word on whether an account exists, limits, second factors, OpenID Connect, nobody signs up."""

import re
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings as real
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from shuping.core import datafolder, door
from shuping.organisations.models import Person
from tests.builders import client_for, make_person

pytestmark = pytest.mark.django_db
PASSWORD = "bamboo-on-the-hill"


@pytest.fixture
def lin():
    person = make_person("lin")
    person.set_password(PASSWORD)
    person.save()
    return person


def _try(username, password, visitor=None):
    visitor = visitor or Client(headers={"accept-language": "en"})
    return visitor.post(reverse("sign-in"), {"login": username, "password": password})


def _said(answer):
    """What a page says, without what differs every time and the name that was typed."""
    page = re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", answer.content.decode())
    return answer.status_code, page


def test_name_and_password_open_the_site(lin):
    visitor = Client()

    assert _try(lin.username, PASSWORD, visitor).headers["Location"] == "/"
    assert visitor.get("/").status_code == 200


def test_the_way_back_survives_the_sign_in(lin):
    visitor = Client()
    answer = visitor.post("/sign-in/?next=/styleguide/", {"login": lin.username, "password": PASSWORD})

    assert answer.headers["Location"] == "/styleguide/"


def test_the_way_back_leads_nowhere_else(lin):
    answer = Client().post("/sign-in/?next=https://evil.example/", {"login": lin.username, "password": PASSWORD})

    assert answer.headers["Location"] == "/"


@pytest.fixture
def without_password():
    return make_person("zhou")


def test_an_unknown_name_a_wrong_password_and_a_closed_account_get_one_answer(lin, without_password):
    closed = make_person("closed")
    closed.is_active = False
    closed.save()
    wrong = _said(_try(lin.username, "wrong"))

    assert "are not correct" in wrong[1]
    assert [_said(_try(name, "wrong")) for name in ("nobody", without_password.username, closed.username)] == [
        wrong
    ] * 3


@pytest.mark.parametrize("who", ["known", "unknown", "without a password"])
def test_every_wrong_answer_costs_one_hash(lin, without_password, settings, monkeypatch, who):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    lin.set_password(PASSWORD)
    lin.save()
    names = {"known": lin.username, "unknown": "nobody", "without a password": without_password.username}
    costs = []
    for name in ("encode", "verify"):
        original = getattr(Argon2PasswordHasher, name)
        monkeypatch.setattr(
            Argon2PasswordHasher, name, lambda *given, original=original: (costs.append(1), original(*given))[1]
        )
    _try(names[who], "wrong")

    assert len(costs) == 1


@pytest.mark.parametrize("name", ["lin", "nobody"])
def test_five_wrong_passwords_shut_a_name_whether_it_exists_or_not(lin, name):
    username = lin.username if name == "lin" else name
    answers = [_said(_try(username, "wrong")) for _attempt in range(6)]

    assert len(set(answers[:5])) == 1
    assert "Too many failed login attempts" in answers[5][1]
    if name == "lin":
        assert _try(username, PASSWORD).status_code == 200


def test_a_right_password_begins_anew(lin):
    for _attempt in range(4):
        _try(lin.username, "wrong")

    assert _try(lin.username, PASSWORD).status_code == 302


def test_one_address_gets_so_many_attempts(settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    answers = [_try(f"name-{number}", "wrong") for number in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "Wait five minutes" in answers[3].content.decode()


def test_attempts_are_counted_where_every_process_sees_them(lin):
    _try(lin.username, "wrong")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM shuping_attempts")
        kept = str(cursor.fetchall())

    assert issubclass(import_string(real.CACHES["default"]["BACKEND"]), DatabaseCache)
    assert "login_failed" in kept
    assert "127.0.0.1" not in kept
    assert lin.username not in kept


def test_an_address_is_counted_as_a_digest_and_one_line_as_one():
    adapter = door.Accounts()
    told = [
        adapter.get_client_ip(RequestFactory().get("/", REMOTE_ADDR=address))
        for address in ("192.0.2.1", "192.0.2.2", "2001:db8:1:2::3", "2001:db8:1:2::4", "2001:db8:1:3::4")
    ]

    assert len(set(told)) == 4
    assert told[2] == told[3]
    assert {len(digest) for digest in told} == {32}


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password", "account_email", "socialaccount_signup"])
def test_nobody_signs_up_and_nothing_goes_by_mail(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_the_sign_in_page_has_no_inline_code():
    page = Client(headers={"accept-language": "en"}).get("/sign-in/").content.decode()

    assert not re.findall(r"<script(?![^>]*src=)", page)
    assert "Sign in with a passkey" in page
    assert "sign-in-elsewhere" not in page


def _known_again(person, language="en"):
    """A browser in which somebody signed in and gave the password once more."""
    visitor = Client(headers={"accept-language": language})
    _try(person.username, PASSWORD, visitor)
    visitor.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return visitor


def _code(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


@pytest.fixture
def secret(lin):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(lin, secret)
    return secret


def test_an_app_is_set_up_with_its_code_and_gives_recovery_codes(lin):
    visitor = _known_again(lin)
    page = visitor.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page).group(1)
    answer = visitor.post(reverse("mfa_activate_totp"), {"code": _code(secret)}, follow=True)

    assert answer.redirect_chain == [(reverse("mfa_view_recovery_codes"), 302)]
    assert len(re.findall(r"<li><code>", answer.content.decode())) == 10
    assert "Each sign-in asks for a code" in visitor.get(reverse("own-account")).content.decode()


def test_the_secret_of_an_app_is_sealed(lin, secret):
    kept = str(Authenticator.objects.get(user=lin, type="totp").data)

    assert secret not in kept
    assert Authenticator.objects.get(user=lin, type="totp").wrap().validate_code(_code(secret))
    assert (real.DATA / "keys" / "second-factors").stat().st_mode & 0o777 == 0o600


def test_with_an_app_a_password_alone_opens_nothing(lin, secret):
    visitor = Client(headers={"accept-language": "en"})

    assert _try(lin.username, PASSWORD, visitor).headers["Location"] == reverse("mfa_authenticate")
    assert visitor.get("/").headers["Location"].startswith("/sign-in/")
    assert "Incorrect code" in visitor.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    assert visitor.post(reverse("mfa_authenticate"), {"code": _code(secret)}).headers["Location"] == "/"
    assert visitor.get("/").status_code == 200


def test_a_code_opens_once(lin, secret):
    code = _code(secret)
    answers = []
    for _time in range(2):
        visitor = Client()
        _try(lin.username, PASSWORD, visitor)
        answers.append(visitor.post(reverse("mfa_authenticate"), {"code": code}).status_code)

    assert answers == [302, 200]


def test_second_factors_change_only_after_the_password_was_given_again(lin, secret):
    visitor = Client()
    _try(lin.username, PASSWORD, visitor)
    visitor.post(reverse("mfa_authenticate"), {"code": _code(secret)})

    answer = visitor.post(reverse("mfa_deactivate_totp"))

    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=lin, type="totp").exists()
    visitor.post(answer.headers["Location"], {"password": PASSWORD})
    assert not Authenticator.objects.filter(user=lin, type="totp").exists()


PAGES = ["own-account", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_activate_totp", "own-password"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_of_an_account_are_ours_in_both_languages(lin, name, language):
    page = _known_again(lin, language).get(reverse(name)).content.decode()

    assert f'lang="{language}"' in page
    assert 'id="form-sign-out"' in page
    assert not re.findall(r"<script(?![^>]*(?:src=|application/json))", page)


@pytest.mark.parametrize("name", PAGES)
def test_nobody_sees_them_without_a_sign_in(name):
    assert Client().get(reverse(name)).headers["Location"].startswith("/sign-in/")


def test_a_passkey_is_asked_for_without_telling_who_has_one():
    answer = Client(headers={"accept": "application/json"}).get(reverse("mfa_login_webauthn"))

    assert not answer.json()["request_options"]["publicKey"].get("allowCredentials")


OFFICE = {
    "SHUPING_OIDC_URL": "https://id.office.example",
    "SHUPING_OIDC_CLIENT": "shuping",
    "SHUPING_OIDC_SECRET": "secret",
    "SHUPING_OIDC_NAME": "the office's sign-in",
}


def test_openid_connect_is_off_until_it_has_an_address():
    assert datafolder.openid_connect({}) == {}
    assert Client().get(reverse("openid_connect_login")).status_code == 404


def test_openid_connect_is_a_link_on_the_sign_in_page(settings):
    settings.SOCIALACCOUNT_PROVIDERS = datafolder.openid_connect(OFFICE)
    page = Client(headers={"accept-language": "en"}).get("/sign-in/").content.decode()

    assert "Sign in with the office&#x27;s sign-in" in page
    assert f'href="{reverse("openid_connect_login")}' in page


class Told:
    """A sign-in elsewhere, as allauth hands it to the adapter."""

    is_existing = False

    def __init__(self, **claims):
        self.connected = None
        self.account = SimpleNamespace(get_provider_account=lambda: SimpleNamespace(get_user_data=lambda: claims))

    def connect(self, _request, person):
        self.connected = person


def test_whoever_signs_in_elsewhere_is_known_by_username(lin):
    told, stranger, nameless = Told(preferred_username=lin.username), Told(preferred_username="nobody"), Told(sub="1")
    for one in (told, stranger, nameless):
        door.Elsewhere().pre_social_login(None, one)

    assert (told.connected, stranger.connected, nameless.connected) == (lin, None, None)
    assert not door.Elsewhere().is_open_for_signup(None, stranger)


def test_a_closed_account_is_not_opened_from_elsewhere(lin):
    Person.objects.filter(pk=lin.pk).update(is_active=False)
    told = Told(preferred_username=lin.username)
    door.Elsewhere().pre_social_login(None, told)

    assert told.connected is None


def test_signing_out_is_a_form(lin):
    visitor = client_for(lin)

    assert visitor.get(reverse("sign-out")).status_code == 405
    assert visitor.post(reverse("sign-out")).status_code == 302
    assert visitor.get("/").status_code == 302


def test_the_table_of_attempts_is_there():
    cache.set("one", 1)

    assert cache.get("one") == 1
