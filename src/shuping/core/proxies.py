"""Who is at the other end when proxies stand in front. They are believed only when told so, and only as many as told:
what comes before their own entries in a header was written by whoever sent the request.
"""

import ipaddress
from collections.abc import Callable, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from shuping.core.configured import Network

HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO")


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
