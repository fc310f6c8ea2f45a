"""What is said of an address that is not sealed, and what changes where it is."""

import pytest
from django.test import Client

from shuping.core import tls
from tests.ballots import halls
from tests.builders import client_for
from tests.meetings.halls import make_meeting


@pytest.mark.parametrize(
    ("address", "exposed"),
    [
        ("http://review.example.org", True),
        ("http://192.168.7.2:8000", True),
        ("http://[fd00::1]:8000", True),
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
        ("http://localhost:8000", False),
        ("http://desk.localhost", False),
        ("https://review.example.org", False),
    ],
)
def test_plain_http_over_a_network_is_warned_of(address, exposed):
    assert tls.is_exposed(address) == exposed
    assert (address in tls.warning(address)) == exposed


def test_cookies_bear_the_host_only_where_a_browser_would_take_them():
    assert tls.cookie_name("sessionid", "https://review.example.org") == "__Host-sessionid"
    assert tls.cookie_name("sessionid", "http://127.0.0.1:8000") == "sessionid"


@pytest.mark.parametrize(
    ("days", "address", "seconds"),
    [(0, "https://a.example", 0), (1, "https://a.example", 86_400), (1, "http://a.example", 0)],
)
def test_plain_http_is_forbidden_only_when_asked_for_and_possible(days, address, seconds):
    assert tls.hsts_seconds(days, address) == seconds


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["http://192.168.7.2:8000", "https://review.example.org"])
@pytest.mark.parametrize(("person", "desk"), [("scrutineer", "/c/{}/ballot/"), ("clerk", "/c/{}/meeting/desk/")])
def test_the_desks_warn(settings, address, person, desk):
    hall = halls.prepare()
    make_meeting(hall.world)
    settings.ADDRESS = address

    page = client_for(hall.world.people[person]).get(desk.format(hall.world.cycle.pk)).content.decode()

    assert ('id="exposed"' in page) == address.startswith("http:")


def test_files_of_the_site_are_not_for_the_pages_of_others():
    assert "access-control-allow-origin" not in Client().get("/static/shuping/site.css").headers
