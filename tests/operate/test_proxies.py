"""The proxy examples of the documentation, run: pages, forms, streams, files, ballots come through, no trace stays."""

import json
import re
import shutil
import time

import pytest

import ballotbox
from shuping.rehearsal.voting import Voter
from tests.operate import proxies, sites

FILE = 24_000_000  # bytes: just below what the site takes


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    folder = tmp_path_factory.mktemp("proxied") / "data"
    return folder, sites.make_hall(folder)


@pytest.fixture(scope="module", params=sorted(proxies.PROXIES))
def front(request, hall, tmp_path_factory):
    if why := proxies.missing(request.param):
        pytest.skip(why)
    folder, own = tmp_path_factory.mktemp(request.param), tmp_path_factory.mktemp("own") / "data"
    shutil.copytree(hall[0], own)  # who has to wait behind one proxy has not behind the other
    with proxies.in_front(folder, request.param, own, SHUPING_HSTS="1") as found:
        yield found


@pytest.fixture
def visitor(front):
    with front.client(headers={"accept-language": "en"}) as client:
        yield client


def token(page):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]


def sign_in(visitor, front, name="nobody", **more):
    page = visitor.get("/sign-in/")
    words = {"login": name, "password": "wrong-password", "csrfmiddlewaretoken": token(page)}
    return visitor.post("/sign-in/", data=words, headers={"referer": f"{front.address}/sign-in/", **more})


def test_forms_are_taken_and_cookies_belong_to_this_host(visitor, front):
    answer = sign_in(visitor, front)

    assert answer.status_code in (200, 429)
    assert re.search("not correct|Too many", answer.text)
    told = visitor.get("/sign-in/").headers.get_list("set-cookie")
    assert [one.split("=")[0] for one in told] == ["__Host-csrftoken"]
    assert "Secure" in told[0]
    assert "Path=/" in told[0]
    assert "Domain" not in told[0]


def test_browsers_are_told_for_one_day_to_refuse_plain_http(visitor):
    assert visitor.get("/sign-in/").headers["strict-transport-security"] == "max-age=86400"


def test_plain_http_is_led_to_the_sealed_address_with_its_path(front):
    with front.client() as client:
        answer = client.get(f"{front.plain}/v/abc?x=1")

    assert answer.status_code in {301, 308}
    # Caddy leaves the port out, since it is never another one where people are.
    assert answer.headers["location"] in {f"{front.address}/v/abc?x=1", "https://localhost/v/abc?x=1"}


def test_a_stream_speaks_at_once_and_stays(front, hall):
    with front.client() as client:
        page = client.get(f"/b/{hall[1]['identifier']}/")
        stream = re.search(r'sse-connect="([^"]+)"', page.text)[1].replace("&amp;", "&")
        begun = time.monotonic()
        with client.stream("GET", stream) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            first = next(answer.iter_text())

    assert "retry:" in first
    assert time.monotonic() - begun < 5


def test_a_large_file_reaches_the_site(visitor, front):
    page = visitor.get("/sign-in/")
    words = {"login": "nobody", "password": "wrong", "csrfmiddlewaretoken": token(page)}
    files = {"file": ("report.docx", b"\0" * FILE)}

    answer = visitor.post("/sign-in/", data=words, files=files, headers={"referer": f"{front.address}/sign-in/"})

    assert answer.status_code in (200, 429)  # the second where somebody has tried too many names before


def test_a_ballot_is_taken_and_nothing_of_it_is_written_down(front, hall):
    identifier, slips = hall[1]["identifier"], hall[1]["slips"]
    voter = Voter(front.address, identifier, slips[0 if "nginx" in str(front.folder) else 1])
    voter.http = front.client()
    election = ballotbox.Election.parse(voter.enter(sites.GROUP)["election"].encode())

    answer = voter.cast(election, [0, 1])
    voter.http.get(f"/b/{identifier}/")
    voter.http.close()

    assert answer.status_code == 201, answer.text
    assert identifier not in front.written()
    assert answer.json()["tracker"] not in front.written()


def test_what_a_browser_claims_of_itself_is_not_believed(visitor, front):
    # Sixty wrong passwords a minute from one place: whoever could name another place each time would have no limit.
    claims = [{"x-forwarded-for": f"10.0.0.{number}", "x-forwarded-proto": "http"} for number in range(70)]

    answers = [sign_in(visitor, front, f"nobody-{number}", **claim) for number, claim in enumerate(claims)]

    assert "Too many" in answers[-1].text


def test_the_site_itself_answers_json_behind_it(front, hall):
    with front.client() as client:
        answer = client.post(f"/v/{hall[1]['identifier']}/which", content=json.dumps({"credential": "0"}))

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_credential"
