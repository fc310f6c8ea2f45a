"""The demo for telephones in the same network: this machine's address there, and a QR code for the terminal."""

import io
import socket

import segno

PORT = 8000
# An address kept for documents (RFC 5737). Connecting a datagram socket sends nothing: it only chooses the way out.
ANYWHERE = ("192.0.2.1", 9)


class NoNetwork(Exception):
    """This machine has no address that another one could reach."""


def address(port: int = PORT) -> str:
    """The site's address for others in the network, such as "http://192.168.1.20:8000".

    Raises NoNetwork with a sentence when this machine has none.
    """
    host = _own_host()
    if not host or host.startswith(("127.", "0.")):
        raise NoNetwork(
            "This machine has no address in a network, so no telephone could reach the demo. Join a network, "
            "or start it without LAN=1 for this machine alone."
        )
    return f"http://{host}:{port}"


def _own_host() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ANYWHERE)
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def qr_code(text: str) -> str:
    """A QR code in half blocks, two rows of the code to a line of the terminal."""
    out = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(out, border=2, compact=True)
    return out.getvalue()
