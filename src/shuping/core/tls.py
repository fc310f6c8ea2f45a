"""The wire between the phones and the site: what cookies are called when it is sealed, and a word when it is not."""

import ipaddress
from urllib.parse import urlsplit

DAY = 24 * 60 * 60  # seconds
WARNING = (
    "Warning: {address} is not sealed. Somebody in the network can read and change the pages on their way, and with "
    "them every vote. Put a proxy with a certificate in front: docs/operate/tls-in-a-hall.md."
)


def is_sealed(address: str) -> bool:
    """Whether the site is reached by TLS."""
    return urlsplit(address).scheme == "https"


def is_exposed(address: str) -> bool:
    """Whether what is sent to and from `address` can be read and changed on its way: plain http over a network."""
    return not is_sealed(address) and not _is_loopback(urlsplit(address).hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def warning(address: str) -> str:
    """A sentence for whoever starts or checks the site; empty when there is nothing to warn of."""
    return WARNING.format(address=address) if is_exposed(address) else ""


def cookie_name(name: str, address: str) -> str:
    """`__Host-` before the name where browsers hold to it: such a cookie comes over TLS, from this host, and cannot be
    set by a neighbour of the same domain.
    """
    return f"__Host-{name}" if is_sealed(address) else name


def hsts_seconds(days: int, address: str) -> int:
    """For how many seconds browsers are told to refuse plain http; 0, and so not at all, where that is impossible."""
    return days * DAY if is_sealed(address) else 0
