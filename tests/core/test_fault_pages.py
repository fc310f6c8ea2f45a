"""Pages on which nothing can be done: each says what happened, in the reader's language, and has a way on."""

import re
from contextlib import ExitStack
from urllib.parse import unquote

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, path, reverse

from shuping import urls
from shuping.core import ways
from shuping.core.refusals import refuse
from tests.builders import client_for, make_cycle, make_person
from tests.core.test_sign_in import PASSWORD
from tests.house.test_strangers import VALUES

pytestmark = pytest.mark.django_db

VALUES = {
    **VALUES,
    "cycle": 1,
    "identifier": "nothing",
    "meeting": 1,
    "token": "nobody",
    "pk": 1,
    "organiser": 1,
    "job": 1,
}


BROKEN_FROM_NOW = []


def _wrong(_request):
    while BROKEN_FROM_NOW:
        BROKEN_FROM_NOW.pop()()
    raise ZeroDivisionError


def _away(_request):
    raise OperationalError("could not connect to server")


def _too_early(_request):
    raise refuse("too_early", "The box is closed. Open it first.")


def _read(request):
    return HttpResponse(str(len(request.POST)))


urlpatterns = [
    *urls.urlpatterns,
    path("wrong", _wrong),
    path("away", _away),
    path("too-early", _too_early),
    path("read", _read),
]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@pytest.fixture
def here(settings):
    settings.ROOT_URLCONF = __name__


def _client(language="en", **more):
    return Client(headers={"accept-language": language, "accept": "text/html"}, raise_request_exception=False, **more)


def _links(answer):
    main = answer.content.decode().partition("<main")[2]
    return [link.replace("&amp;", "&") for link in re.findall(r'<a [^>]*href="([^"]+)"', main)]


def _code(answer):
    return re.search(r'id="refusal" data-code="([^"]+)"', answer.content.decode())[1]


# --- addresses that only take forms --------------------------------------------------------------------------------


def _addresses():
    for room in get_resolver(urls.__name__).url_patterns:
        for pattern in room.url_patterns:
            parts = {name: VALUES[name] for name in pattern.pattern.converters}
            yield pattern.name, reverse(pattern.name, kwargs=parts, urlconf=urls.__name__)


ADDRESSES = dict(_addresses())


def test_every_address_is_known_as_what_it_is():
    """What is said to open does not answer 405, and what is said to take forms only does."""
    stranger = client_for(make_person("zhou"))

    said = {name: ways.can_be_opened(address) for name, address in ADDRESSES.items()}
    found = {name: stranger.get(address).status_code != 405 for name, address in ADDRESSES.items() if name != "demo"}

    assert {name for name, opens in found.items() if opens != said[name]} == set()
    assert sum(not opens for opens in found.values()) > 60


@pytest.mark.parametrize("name", sorted(name for name, address in ADDRESSES.items() if not ways.can_be_opened(address)))
def test_an_address_that_takes_forms_leads_back_to_a_page(name):
    answer = client_for(make_person("zhou")).get(ADDRESSES[name])

    assert answer.status_code == 405
    assert "GET" not in answer.headers["Allow"]
    assert _code(answer) == "only_forms"
    assert all(ways.can_be_opened(link) for link in _links(answer))


# --- a session that has ended --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(name for name in ADDRESSES if "cycle" in ADDRESSES[name] or name[0] in "ad"))
def test_the_way_back_from_the_sign_in_always_opens(name):
    answer = _client().post(ADDRESSES[name])

    if answer.status_code == 302 and "next=" in answer.url:
        assert ways.can_be_opened(unquote(re.search(r"next=([^&]*)", answer.url)[1]))
        assert "out=form" in answer.url


def test_one_lands_on_the_page_that_held_the_form():
    world = make_cycle("draft")
    world.wei.set_password(PASSWORD)
    world.wei.save()
    page, form = (reverse(name, args=[world.cycle.pk]) for name in ("plan", "set-calendar"))
    browser = _client()

    sent_off = browser.post(form, {"meeting_on": "x"}, headers={"referer": f"http://testserver{page}?part=2"})
    shown = browser.get(sent_off.url)
    back = browser.post(sent_off.url, {"login": world.wei.username, "password": PASSWORD})

    assert "what you sent was not taken" in shown.content.decode()
    assert back.url == f"{page}?part=2"
    assert browser.get(back.url).status_code == 200


@pytest.mark.parametrize(
    "told", ["http://evil.example/c/1/plan/", "//evil.example/", "http://testserver/sign-in/?next=/", "nonsense", ""]
)
def test_another_site_is_no_way_back(told):
    world = make_cycle("draft")
    form = reverse("set-calendar", args=[world.cycle.pk])

    answer = _client().post(form, headers={"referer": told})

    assert f"next=%2Fc%2F{world.cycle.pk}%2Fplan%2F&" in answer.url


def test_a_page_sends_its_own_form_back_to_itself():
    world = make_cycle("reporting")
    page = reverse("duties", args=[world.cycle.pk])

    answer = _client().post(page, {"text": "x"})

    assert f"next=%2Fc%2F{world.cycle.pk}%2Fduties%2F&" in answer.url


def test_who_had_a_session_is_told_that_it_has_ended():
    browser, stranger = _client(), _client()
    browser.cookies["sessionid"] = "of-yesterday"

    assert "out=page" in browser.get("/c/1/").url
    assert "You were signed out." in browser.get("/sign-in/?next=/c/1/&out=page").content.decode()
    assert "out=" not in stranger.get("/c/1/").url


def test_the_program_of_a_page_is_told_in_both_languages():
    answer = _client().post("/t/nothing/share", headers={"accept": "application/json"})

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "signed_out"
    assert "重新登录" in answer.json()["error"]["zh"]
    assert "Sign in again" in answer.json()["error"]["en"]


# --- what Django and the site say no to ----------------------------------------------------------------------------


def test_a_form_that_is_too_old_leads_back_to_its_page():
    world = make_cycle("draft")
    browser = _client(enforce_csrf_checks=True)
    browser.force_login(world.wei)
    page, form = (reverse(name, args=[world.cycle.pk]) for name in ("plan", "set-calendar"))

    answer = browser.post(form, headers={"referer": f"http://testserver{page}"})

    assert (answer.status_code, _code(answer)) == (403, "old_form")
    assert page in _links(answer)
    assert "Nothing was changed." in answer.content.decode()
    assert "DEBUG" not in answer.content.decode()


def test_a_form_of_another_site_is_told_apart_from_an_old_one():
    answer = _client(enforce_csrf_checks=True).post("/sign-in/", headers={"origin": "http://evil.example"})

    assert (answer.status_code, _code(answer)) == (403, "form_from_elsewhere")


def test_a_program_with_an_old_form_gets_json():
    answer = _client(enforce_csrf_checks=True).post("/t/nothing/share", headers={"accept": "application/json"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "old_form")


def test_what_is_not_there_leads_home_and_to_the_year():
    world = make_cycle("reporting")
    address = f"/c/{world.cycle.pk}/nothing-here"

    own, foreign, nobody = client_for(world.wei).get(address), client_for(world.zhou).get(address), _client().get("/x")

    assert _links(own) == [reverse("cycle", args=[world.cycle.pk]), "/"]
    assert _links(foreign) == ["/"]
    assert world.cycle.title_en not in foreign.content.decode()
    assert _links(nobody) == ["/sign-in/?next=%2F"]
    assert {answer.status_code for answer in (own, foreign, nobody)} == {404}


def test_a_refusal_of_a_form_leads_back_and_of_a_page_says_nothing_of_changes(here):
    person = client_for(make_person("lin"))

    sent = person.post("/too-early", headers={"referer": "http://testserver/styleguide/"})
    asked = person.get("/too-early", headers={"referer": "http://testserver/styleguide/"})

    assert (sent.status_code, asked.status_code) == (409, 409)
    assert _links(sent)[0] == _links(asked)[0] == "/styleguide/"
    assert 'data-sent-from="/styleguide/"' in sent.content.decode()
    assert "Nothing was changed." in sent.content.decode()
    assert "Nothing was changed." not in asked.content.decode()
    assert "data-sent-from" not in asked.content.decode()


def test_the_language_is_changed_on_a_page_that_opens(here):
    page = client_for(make_person("lin")).post("/too-early", headers={"referer": "http://testserver/styleguide/"})

    assert re.findall(r'name="next" value="([^"]*)"', page.content.decode()) == ["/styleguide/"]


def test_more_than_is_taken(here, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    answer = _client().post("/read", {"text": "x" * 2000}, content_type="application/x-www-form-urlencoded")
    fields = _client().post(
        "/read", "&".join(f"a{n}=1" for n in range(5000))[:900], content_type="application/x-www-form-urlencoded"
    )
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    many = _client().post(
        "/read", "&".join(f"a{n}=1" for n in range(50)), content_type="application/x-www-form-urlencoded"
    )

    assert (answer.status_code, _code(answer)) == (413, "too_large")
    assert fields.status_code == 200
    assert (many.status_code, _code(many)) == (413, "too_large")


def test_a_wrong_host_is_answered_without_asking_for_the_host(settings):
    settings.ALLOWED_HOSTS = ["shuping.example"]

    answer = _client().get("/sign-in/", headers={"host": "other.example"})

    assert (answer.status_code, _code(answer)) == (400, "damaged")


def _gone(*_asked):
    raise OperationalError("the server has gone away")


def test_a_fault_of_the_site_is_told_without_the_database(here):
    browser = _client()
    browser.force_login(make_person("lin"))

    with ExitStack() as stack:
        BROKEN_FROM_NOW.append(lambda: stack.enter_context(connection.execute_wrapper(_gone)))
        answer = browser.get("/wrong")

    assert (answer.status_code, _code(answer)) == (500, "broken")
    assert "Traceback" not in answer.content.decode()
    assert "<form" not in answer.content.decode()


def test_a_database_that_is_away_is_not_a_fault(here):
    browser = _client()
    browser.force_login(make_person("lin"))
    with connection.execute_wrapper(_gone):
        answer = browser.get("/")

    assert (answer.status_code, _code(answer)) == (503, "away")
    assert _client().get("/away").status_code == 503


def test_a_program_is_told_of_a_fault_in_json(here):
    answer = _client().get("/wrong", headers={"accept": "application/json"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "broken")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", {"Not found", "No page", "Not possible", "Something went wrong"}),
        ("zh-hans", {"未找到", "此处没有页面", "不能进行此操作", "出错了"}),
    ],
)
def test_each_page_speaks_the_readers_language(here, language, words):
    browser = _client(language)
    browser.force_login(make_person("lin"))
    answers = [browser.get(address) for address in ("/x", "/accounts/open", "/too-early", "/wrong")]

    headings = {re.search(r"<h1>([^<]+)</h1>", answer.content.decode())[1] for answer in answers}

    assert headings == words
    assert all(f'<html lang="{language}"' in answer.content.decode() for answer in answers)
