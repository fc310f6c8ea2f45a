"""Signing in at the office's own OpenID Connect provider: a real one on loopback, as small as the protocol allows."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from shuping.core import datafolder, knocks
from shuping.organisations import actions
from shuping.organisations.models import Person
from tests.builders import NOW, client_for, make_cycle, make_person

pytestmark = pytest.mark.django_db


class Provider(BaseHTTPRequestHandler):
    """Answers as a provider; `claims` is whom it tells about, `asked` what it was asked for a token."""

    claims: dict[str, str]
    asked: dict[str, list[str]]

    def do_GET(self):
        base = f"http://127.0.0.1:{self.server.server_port}"
        about = {
            "issuer": base,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "userinfo_endpoint": f"{base}/userinfo",
            "jwks_uri": f"{base}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
        self._tell(Provider.claims if self.path == "/userinfo" else about)

    def do_POST(self):
        Provider.asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._tell({"access_token": "a token", "token_type": "Bearer"})

    def _tell(self, told):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_told):
        pass


@pytest.fixture
def provider(settings):
    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        given = {"SHUPING_OIDC_URL": address, "SHUPING_OIDC_CLIENT": "shuping", "SHUPING_OIDC_SECRET": "s"}
        settings.SOCIALACCOUNT_PROVIDERS = datafolder.openid_connect(given)
        yield Provider
        server.shutdown()


def _come_back(visitor):
    """Go to the provider and come back with its code."""
    leaving = urlsplit(visitor.get(reverse("openid_connect_login")).headers["Location"])
    asked = parse_qs(leaving.query)
    given = {"code": "a code", "state": asked["state"][0]}
    return leaving, asked, visitor.get(reverse("openid_connect_callback"), given)


def test_somebody_known_by_username_is_signed_in(provider):
    lin = make_person("lin")
    provider.claims = {"sub": "42", "preferred_username": lin.username, "name": "Lin"}
    visitor = Client()
    leaving, asked, back = _come_back(visitor)

    assert leaving.path == "/authorize"
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/sign-in/elsewhere/back"]
    assert provider.asked["code_verifier"]
    assert back.headers["Location"] == "/"
    assert visitor.get("/").status_code == 200
    assert SocialAccount.objects.get(uid="42").user == lin


def test_the_next_time_the_providers_number_counts_not_the_name(provider):
    lin = make_person("lin")
    provider.claims = {"sub": "42", "preferred_username": lin.username}
    _come_back(Client())
    provider.claims = {"sub": "42", "preferred_username": "renamed"}
    visitor = Client()
    _come_back(visitor)

    assert visitor.get("/").context["user"] == lin


def test_somebody_unknown_gets_no_account(provider):
    provider.claims = {"sub": "43", "preferred_username": "nobody", "email": "nobody@office.example"}
    people = Person.objects.count()
    visitor = Client(headers={"accept-language": "en"})
    _leaving, _asked, back = _come_back(visitor)

    assert "Nobody here has the name" in back.content.decode()
    assert Person.objects.count() == people
    assert visitor.get("/").status_code == 302


def test_an_answer_that_nobody_asked_for_opens_nothing(provider):
    provider.claims = {"sub": "42", "preferred_username": make_person("lin").username}
    visitor = Client(headers={"accept-language": "en"})
    answer = visitor.get(reverse("openid_connect_callback"), {"code": "a code", "state": "made-up"})

    assert "The sign-in elsewhere failed" in answer.content.decode()
    assert visitor.get("/").status_code == 302


def test_another_number_that_claims_the_same_name_is_refused(provider):
    lin = make_person("lin")
    provider.claims = {"sub": "42", "preferred_username": lin.username}
    _come_back(Client())
    provider.claims = {"sub": "666", "preferred_username": lin.username}
    visitor = Client(headers={"accept-language": "en"})
    _leaving, _asked, back = _come_back(visitor)

    assert back.status_code == 403
    assert f"The account {lin.username} is connected with somebody else" in back.content.decode()
    assert visitor.get("/").status_code == 302
    assert list(SocialAccount.objects.values_list("uid", flat=True)) == ["42"]
    assert [knock.kind for knock in knocks.of([lin], most=9)] == ["other_elsewhere", "signed_in", "connected"]


def test_it_is_refused_in_chinese_too(provider):
    lin = make_person("lin")
    SocialAccount.objects.create(user=lin, provider="office", uid="42")
    provider.claims = {"sub": "666", "preferred_username": lin.username}
    _leaving, _asked, back = _come_back(Client(headers={"accept-language": "zh-hans"}))

    assert f"账号 {lin.username} 已与统一身份认证中的另一人绑定" in back.content.decode()


def test_a_number_that_is_known_stays_with_its_owner_whomever_it_claims_to_be(provider):
    lin, chair = make_person("lin"), make_person("chair")
    provider.claims = {"sub": "42", "preferred_username": lin.username}
    _come_back(Client())
    provider.claims = {"sub": "42", "preferred_username": chair.username}
    visitor = Client()
    _come_back(visitor)

    assert visitor.get("/").context["user"] == lin
    assert not SocialAccount.objects.filter(user=chair).exists()


def test_nobody_connects_a_second_number_by_asking_for_it(provider):
    lin = make_person("lin")
    visitor = client_for(lin)
    provider.claims = {"sub": "666", "preferred_username": "whoever"}
    leaving = urlsplit(visitor.get(reverse("openid_connect_login"), {"process": "connect"}).headers["Location"])
    given = {"code": "a code", "state": parse_qs(leaving.query)["state"][0]}
    answer = visitor.get(reverse("openid_connect_callback"), given)

    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()


def test_a_connection_that_was_undone_is_made_anew(provider):
    world = make_cycle()
    provider.claims = {"sub": "42", "preferred_username": world.lin.username}
    _come_back(Client())
    actions.reset_password(world.lin, by=world.wei, now=NOW, factors=True)
    provider.claims = {"sub": "43", "preferred_username": world.lin.username}
    _come_back(Client())

    assert SocialAccount.objects.get().uid == "43"


def test_a_connection_stays_when_only_the_password_is_new(provider):
    world = make_cycle()
    SocialAccount.objects.create(user=world.lin, provider="office", uid="42")
    actions.reset_password(world.lin, by=world.wei, now=NOW)

    assert SocialAccount.objects.filter(user=world.lin).exists()


@pytest.mark.parametrize("claims", [{"sub": "42"}, {"sub": "42", "preferred_username": ""}])
def test_whoever_is_named_by_no_claim_is_nobody_here(provider, claims):
    make_person("lin")
    provider.claims = claims
    visitor = Client(headers={"accept-language": "en"})
    _leaving, _asked, back = _come_back(visitor)

    assert "Nobody here has the name" in back.content.decode()
    assert not SocialAccount.objects.exists()


def test_a_closed_account_is_not_opened_from_elsewhere(provider):
    lin = make_person("lin")
    Person.objects.filter(pk=lin.pk).update(is_active=False)
    provider.claims = {"sub": "42", "preferred_username": lin.username}
    visitor = Client()
    _come_back(visitor)

    assert not SocialAccount.objects.exists()
    assert visitor.get("/").status_code == 302
