"""Proxies are believed when told so, as many as told, and only where they may come from."""

import pytest
from django.conf import settings as real
from django.http import HttpResponse
from django.test import RequestFactory

from shuping.core import configured, places, proxies

LOOPBACK = configured.LOOPBACK


def from_(told):
    return configured.read({"SHUPING_PROXY_FROM": told}).networks


@pytest.mark.parametrize(
    ("forwarded", "number", "client"),
    [
        ("192.0.2.9", 0, "127.0.0.1"),
        ("192.0.2.9", 1, "192.0.2.9"),
        ("203.0.113.1, 192.0.2.9", 1, "192.0.2.9"),
        ("203.0.113.1, 192.0.2.9, 10.0.0.1", 2, "192.0.2.9"),
        ("192.0.2.9", 2, "127.0.0.1"),
        ("", 1, "127.0.0.1"),
        ("unknown", 1, "127.0.0.1"),
        ("192.0.2.9, ", 1, "127.0.0.1"),
        ("2001:db8::1", 1, "2001:db8::1"),
        ("1.2.3.4:55", 1, "127.0.0.1"),
    ],
)
def test_the_client_is_the_entry_of_the_outermost_trusted_proxy(forwarded, number, client):
    assert proxies.client("127.0.0.1", forwarded, proxies=number) == client


@pytest.mark.parametrize(
    ("forwarded", "number", "scheme"),
    [
        ("https", 0, "http"),
        ("https", 1, "https"),
        ("https, http", 1, "http"),
        ("https, http", 2, "https"),
        ("HTTPS", 1, "https"),
        ("https", 2, "https"),
        ("", 1, "http"),
        ("ftp", 1, "http"),
    ],
)
def test_the_scheme_is_the_one_that_it_tells(forwarded, number, scheme):
    assert proxies.scheme("http", forwarded, proxies=number) == scheme


@pytest.mark.parametrize(
    ("peer", "known"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("192.0.2.16", True), ("192.0.2.1", False), ("", False)],
)
def test_where_proxies_may_come_from(peer, known):
    assert proxies.is_proxy(peer, from_("192.0.2.16/28, 2001:db8::/32")) == known


def _seen(settings, peer, number, among=LOOPBACK):
    settings.TRUSTED_PROXIES, settings.PROXY_NETWORKS = number, among
    headers = {"x-forwarded-for": "203.0.113.1, 192.0.2.9", "x-forwarded-proto": "https"}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)
    proxies.Forwarded(lambda _request: HttpResponse())(request)
    assert not any(name in request.META for name in proxies.HEADERS)
    return request.META["REMOTE_ADDR"], request.is_secure()


def test_nobody_is_believed_unless_told(settings):
    assert _seen(settings, "127.0.0.1", 0) == ("127.0.0.1", False)


def test_one_proxy_on_this_machine_is_believed_when_told(settings):
    assert _seen(settings, "127.0.0.1", 1) == ("192.0.2.9", True)


def test_whoever_comes_past_the_proxy_is_not_believed(settings):
    assert _seen(settings, "192.0.2.77", 1) == ("192.0.2.77", False)
    assert _seen(settings, "192.0.2.77", 1, from_("192.0.2.77")) == ("192.0.2.9", True)


def test_nothing_else_reads_the_headers():
    assert real.SECURE_PROXY_SSL_HEADER is None
    assert not hasattr(real, "ALLAUTH_TRUSTED_PROXY_COUNT")
    assert real.MIDDLEWARE[0] == "shuping.core.proxies.Forwarded"


def test_an_address_is_a_place_and_one_line_is_one():
    told = [
        places.of(RequestFactory().get("/", REMOTE_ADDR=address))
        for address in ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2", "", "unix:")
    ]

    assert told[0] == told[1]
    assert told[3] == told[4]
    assert len(set(told)) == 3
