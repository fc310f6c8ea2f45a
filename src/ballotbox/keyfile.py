"""A trustee's key file: what a trustee keeps on a stick, and what the command line and the trustee's page read."""

from dataclasses import dataclass

from ballotbox.encoding import JSON, fields, integer, scalar, strict_json
from ballotbox.errors import BadKeyFile, BallotboxError
from ballotbox.groups import Element, Group, group

_FIELDS = ("shuping", "version", "group", "index", "threshold", "trustees", "verification_key", "decryption_key")
_LIMIT = 10_000


@dataclass(frozen=True)
class KeyFile:
    """The decryption key of trustee `index` of `trustees`, of whom `threshold` suffice. Secret."""

    group: Group
    index: int
    threshold: int
    trustees: int
    verification_key: Element
    decryption_key: int

    def json(self) -> dict[str, JSON]:
        return {
            "shuping": "trustee-key",
            "version": 1,
            "group": self.group.name,
            "index": self.index,
            "threshold": self.threshold,
            "trustees": self.trustees,
            "verification_key": self.verification_key,
            "decryption_key": str(self.decryption_key),
        }


def read_key_file(raw: bytes) -> KeyFile:
    """Read a key file, written by any program and in any layout. Raises BadKeyFile."""
    try:
        key = _parse(strict_json(raw, where="key file", limit=_LIMIT))
    except BallotboxError as refusal:
        raise BadKeyFile(refusal.sentence, where="key file") from None
    if key.group.generate(key.decryption_key) != key.verification_key:
        raise BadKeyFile("The two halves of this key do not belong together.", where="key file")
    return key


def _parse(value: JSON) -> KeyFile:
    if not isinstance(value, dict) or value.get("shuping") != "trustee-key" or value.get("version") != 1:
        raise BadKeyFile("This is not a trustee's key file of version 1.")
    where = "key file"
    value = fields({name: value[name] for name in _FIELDS if name in value}, _FIELDS, where=where)
    g = group(str(value["group"]))
    trustees = integer(value["trustees"], where=where, low=1)
    return KeyFile(
        group=g,
        index=integer(value["index"], where=where, low=1, high=trustees),
        threshold=integer(value["threshold"], where=where, low=1, high=trustees),
        trustees=trustees,
        verification_key=g.element(value["verification_key"], where=where),
        decryption_key=scalar(value["decryption_key"], g.order, where=where),
    )
