"""Where somebody comes from: never an address, only a keyed digest of it, by which two tries can be told to come from
the same place.
"""

import hashlib
import ipaddress

from django.conf import settings
from django.http import HttpRequest

NETWORK_OF_ONE = 64  # bits: whoever has an IPv6 line has all the addresses below


def of(request: HttpRequest) -> str:
    """The place from which a request comes."""
    return digest(_network(str(request.META.get("REMOTE_ADDR", ""))))


def _network(told: str) -> str:
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, NETWORK_OF_ONE), strict=False))
    return told


def digest(text: str, size: int = 16) -> str:
    """A keyed digest: the same each time on this site, and worth nothing to whoever lacks the site's secret."""
    return hashlib.blake2b(text.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=size).hexdigest()
