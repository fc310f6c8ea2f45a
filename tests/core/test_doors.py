"""What stands at every door: headers, refusals as pages, demo sign-in in an example only."""

import json

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from shuping import urls
from shuping.core.refusals import NotYours, refuse
from tests.builders import client_for, make_person

pytestmark = pytest.mark.django_db


def _refused(_request):
    raise refuse("too_early", "The box is closed. Open it first.")


def _not_yours(_request):
    raise NotYours


def _fine(_request):
    return HttpResponse("fine")


urlpatterns = [*urls.urlpatterns, path("refused", _refused), path("not-yours", _not_yours), path("fine", _fine)]
handler404 = urls.handler404


@pytest.fixture
def visitor(settings):
    settings.ROOT_URLCONF = __name__
    return Client(headers={"accept-language": "en"})


def _policy(answer) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {name: sources for name, _, sources in (part.partition(" ") for part in parts)}


@pytest.mark.parametrize("address", ["/health", "/sign-in/", "/nowhere", "/refused", "/not-yours", "/"])
def test_every_answer_forbids_inline_code_and_frames(visitor, address):
    answer = visitor.get(address)
    policy = _policy(answer)

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_what_somebody_signed_in_sees_is_never_stored(settings):
    settings.ROOT_URLCONF = __name__

    assert client_for(make_person("wei")).get("/fine").headers["Cache-Control"] == "no-store"


def test_a_refusal_is_a_page_with_its_sentence(visitor):
    answer = visitor.get("/refused")

    assert answer.status_code == 409
    assert "The box is closed. Open it first." in answer.content.decode()
    assert 'data-code="too_early"' in answer.content.decode()


def test_what_is_not_yours_looks_like_what_is_not_there(visitor):
    foreign, missing = visitor.get("/not-yours"), visitor.get("/nowhere")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert "There is nothing here for you" in foreign.content.decode()
    assert "There is nothing here for you" in missing.content.decode()


def test_somebody_unknown_is_sent_to_the_sign_in(visitor):
    assert visitor.get("/").headers["Location"].startswith("/sign-in/")


@pytest.fixture
def demo_folder(settings, tmp_path):
    person = make_person("wei")
    (tmp_path / "demo").mkdir()
    link = {"token": "open-sesame", "username": person.username, "zh": "秘书", "en": "Secretary", "bar": True}
    (tmp_path / "demo" / "links.json").write_text(json.dumps([link]), "utf-8")
    settings.DATA = tmp_path
    return settings


def test_the_demo_link_signs_in_where_the_folder_is_an_example(demo_folder, visitor):
    demo_folder.EXAMPLE = True

    assert visitor.get("/demo/open-sesame").status_code == 302
    assert visitor.get("/").status_code == 200
    assert visitor.get("/demo/other").status_code == 404


def test_there_is_no_demo_sign_in_outside_an_example(demo_folder, visitor):
    demo_folder.EXAMPLE = False

    assert visitor.get("/demo/open-sesame").status_code == 404
    assert "sessionid" not in visitor.cookies


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_the_demo_link_leads_nowhere_else(demo_folder, visitor, target):
    demo_folder.EXAMPLE = True

    assert visitor.get("/demo/open-sesame", {"next": target}).headers["Location"] == "/"


def test_a_post_without_its_token_is_refused():
    visitor = Client(enforce_csrf_checks=True)

    assert visitor.post("/sign-in/", {"username": "wei", "password": "x"}).status_code == 403
