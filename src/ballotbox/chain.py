"""The chain of events: each names the hash of the one before it, so that the last one fixes everything.

An event is {"parent","height","type","payload"}; the first has no parent, EndBallots has no payload.
"""

from dataclasses import dataclass

from ballotbox.encoding import JSON, canonical, sha256_hex

SETUP = "Setup"
BALLOT = "Ballot"
END_BALLOTS = "EndBallots"
ENCRYPTED_TALLY = "EncryptedTally"
PARTIAL_DECRYPTION = "PartialDecryption"
RESULT = "Result"


@dataclass(frozen=True)
class Event:
    """One link. `hash` is what the next one names as its parent."""

    height: int
    type: str
    payload_hash: str | None
    raw: bytes
    hash: str


def build_event(parent: str | None, height: int, type: str, payload_hash: str | None) -> bytes:  # noqa: A002
    """The canonical bytes of an event (`type` as the format calls it)."""
    event: dict[str, JSON] = {"parent": parent, "height": height, "type": type, "payload": payload_hash}
    return canonical({name: value for name, value in event.items() if value is not None})


class Chain:
    """A chain that grows; give `height` and `head` (of the last event) to go on with a stored one.

    `events` holds what was appended; with keep=False it stays empty, for chains of any length.
    """

    def __init__(self, *, height: int = -1, head: str | None = None, keep: bool = True) -> None:
        if (height < 0) != (head is None):
            raise ValueError("height and head of the last event belong together")
        self.events: list[Event] = []
        self._keep = keep
        self.height = height
        self.head = head

    def append(self, type: str, payload: bytes | None = None) -> Event:  # noqa: A002
        """Add an event about this payload and return it; height and head move on."""
        payload_hash = None if payload is None else sha256_hex(payload)
        raw = build_event(self.head, self.height + 1, type, payload_hash)
        event = Event(self.height + 1, type, payload_hash, raw, sha256_hex(raw))
        if self._keep:
            self.events.append(event)
        self.height, self.head = event.height, event.hash
        return event


def credential_list(credentials: list[str]) -> bytes:
    """The list of public credentials ("ELEMENT" or "ELEMENT,weight") as a record holds it."""
    return canonical(credentials)


def setup_payload(election: bytes, trustees: bytes, credentials: bytes) -> bytes:
    """What the first event is about: the hashes of the three things that are fixed when a ballot opens."""
    return canonical(
        {
            "election": sha256_hex(election),
            "trustees": sha256_hex(trustees),
            "credentials": sha256_hex(credentials),
        }
    )


def owned_payload(owner: int, payload: bytes) -> bytes:
    """What a PartialDecryption event is about: whose it is, and the hash of it."""
    return canonical({"owner": owner, "payload": sha256_hex(payload)})
