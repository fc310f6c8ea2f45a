"""Who is at the other end when proxies stand in front. They are believed only when told so, and only as many as told:
what comes before their own entries in a header was written by whoever sent the request.
"""

import ipaddress
from collections.abc import Callable, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO")
NONE, ONE = frozenset({"", "0", "no", "off", "false"}), frozenset({"yes", "on", "true"})
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK = ("127.0.0.0/8", "::1/128")


def how_many(told: str) -> int:
    """How many proxies `SHUPING_TRUSTED_PROXY` tells of. Raises ValueError with a sentence."""
    plain = told.strip().lower()
    if plain in NONE | ONE:
        return int(plain in ONE)
    if not (plain.isascii() and plain.isdigit() and int(plain) < 10):
        raise ValueError(f"SHUPING_TRUSTED_PROXY={told}: write how many proxies stand in front of the site, 0 to 9.")
    return int(plain)


def networks(told: str) -> tuple[Network, ...]:
    """From where proxies may come: this machine, and the addresses or networks that `SHUPING_PROXY_FROM` names, with
    commas between. Raises ValueError with a sentence.
    """
    try:
        return tuple(ipaddress.ip_network(one.strip()) for one in (*LOOPBACK, *filter(None, told.split(","))))
    except ValueError as error:
        sentence = "write addresses or networks with commas between, such as 192.0.2.7,192.0.2.16/28"
        raise ValueError(f"SHUPING_PROXY_FROM={told}: {sentence}.") from error


def client(peer: str, forwarded: str, *, proxies: int) -> str:
    """The address of the client: the n-th entry from the right when n proxies have each added one; the peer when
    there are fewer, or when it is no address.
    """
    entries = [entry.strip() for entry in forwarded.split(",")]
    told = entries[-proxies] if 0 < proxies <= len(entries) else ""
    try:
        return str(ipaddress.ip_address(told))
    except ValueError:
        return peer


def scheme(own: str, forwarded: str, *, proxies: int) -> str:
    """The scheme at the outermost proxy that is trusted: it says so, or it is the one that reached us."""
    entries = [entry.strip().lower() for entry in forwarded.split(",")]
    told = entries[-min(proxies, len(entries))] if proxies else ""
    return told if told in ("http", "https") else own


def is_proxy(peer: str, among: Sequence[Network]) -> bool:
    """Whether a connection comes from where proxies may come from."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(address in network for network in among)


class Forwarded:
    """Puts the client's address and scheme where everything else looks for them, and takes the headers away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request as from its client."""
        forwarded, proto = (str(request.META.pop(name, "")) for name in HEADERS)
        peer, trusted = str(request.META.get("REMOTE_ADDR", "")), settings.TRUSTED_PROXIES
        if trusted and is_proxy(peer, settings.PROXY_NETWORKS):
            request.META["REMOTE_ADDR"] = client(peer, forwarded, proxies=trusted)
            own = str(request.META.get("wsgi.url_scheme", "http"))
            request.META["wsgi.url_scheme"] = scheme(own, proto, proxies=trusted)
        return self.get_response(request)
