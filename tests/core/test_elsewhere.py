"""Signing in at the office's own OpenID Connect provider: a real one on loopback, as small as the protocol allows."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from shuping.core import datafolder
from shuping.organisations.models import Person
from tests.builders import make_person

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
