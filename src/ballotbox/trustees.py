"""The trustees of an election: keys that stand alone (Single) and keys of which some suffice (Pedersen)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from ballotbox.encoding import JSON, canonical, canonical_json, fields, items
from ballotbox.errors import BadTrustees, WrongShape
from ballotbox.groups import Element, Group, group
from ballotbox.pedersen import Pedersen, parse_pedersen
from ballotbox.proofs import Proof, knows, parse_proof, prove_knowledge

_LIMIT = 4_000_000  # bytes of a list of trustees
_MOST = 100


@dataclass(frozen=True)
class Single:
    """A trustee without whom nothing can be decrypted."""

    public_key: Element
    pok: Proof

    def verify(self, g: Group, *, where: str) -> None:
        """Raise BadTrustees unless the key was made by somebody who knows its private half."""
        g.check_member(self.public_key, where=where)
        if not knows(g, self.public_key, self.pok, f"pok|{g.name}|{self.public_key}|"):
            raise BadTrustees("The proof that comes with this key does not hold.", where=where)


@dataclass(frozen=True)
class SingleKey:
    """A key that stands alone: the private half, and the item for the list of trustees."""

    private: int
    public: list[JSON]


@dataclass(frozen=True)
class Owner:
    """One who can give a partial decryption. `group_index` is the item in the list, `index` counts within it."""

    public_key: Element
    item: int
    index: int


@dataclass(frozen=True)
class Trustees:
    """Use `parse` or `build`, then `verify`."""

    raw: bytes
    group: Group
    members: tuple[Single | Pedersen, ...]
    public_key: Element

    @property
    def owners(self) -> list[Owner]:
        """The list flattened; the owner that a record names "1" is the first."""
        flat = []
        for item, member in enumerate(self.members):
            keys = [member.public_key] if isinstance(member, Single) else member.keys
            flat += [Owner(key, item, index) for index, key in enumerate(keys, start=1)]
        return flat

    @classmethod
    def parse(cls, raw: bytes, g: Group | None = None) -> Self:
        """Read a list of trustees; the group is told by how a key is written when it is not given.

        Raises NotCanonical, WrongShape, BadPoint, BadTrustees, TooLarge.
        """
        listed = items(canonical_json(raw, where="trustees", limit=_LIMIT), None, where="trustees")
        if not 0 < len(listed) <= _MOST:
            raise WrongShape(f"There must be 1 to {_MOST} items.", where="trustees")
        g = g or _group_of(listed[0])
        members = tuple(_member(g, item, where=f"trustees[{i}]") for i, item in enumerate(listed))
        key = g.identity
        for member in members:
            key = g.multiply(key, member.public_key)
        return cls(raw, g, members, key)

    @classmethod
    def build(cls, listed: Sequence[JSON], g: Group | None = None) -> Self:
        """From items as `make_single_key` and `ceremony` make them. Raises as `parse`."""
        return cls.parse(canonical([_with_kind(item) for item in listed]), g)

    def verify(self) -> None:
        """Raise BadTrustees (or BadPoint) unless every key is proven and every part fits the others."""
        for i, member in enumerate(self.members):
            member.verify(self.group, where=f"trustees[{i}]")
        self.group.check_member(self.public_key, where="trustees")


def make_single_key(g: Group) -> SingleKey:
    """A new key that stands alone, with its proof of knowledge."""
    private = g.random_scalar()
    public = g.generate(private)
    pok = prove_knowledge(g, private, f"pok|{g.name}|{public}|")
    return SingleKey(private, ["Single", {"pok": pok.json(), "public_key": public}])


def _with_kind(item: JSON) -> JSON:
    """The kind may be left out: ["Pedersen", {...}] or only {...}."""
    if isinstance(item, dict):
        return ["Pedersen" if "threshold" in item else "Single", item]
    return item


def _member(g: Group, value: JSON, *, where: str) -> Single | Pedersen:
    kind, content = items(value, 2, where=where)
    if kind == "Single":
        single = fields(content, ("pok", "public_key"), where=where)
        return Single(g.element(single["public_key"], where=where), parse_proof(g, single["pok"], where=where))
    if kind == "Pedersen":
        return parse_pedersen(g, content, where=where)
    raise WrongShape("An item is either Single or Pedersen.", where=where)


def _group_of(item: JSON) -> Group:
    try:
        content = item[1]
        key = content["public_key"] if item[0] == "Single" else content["verification_keys"][0]["public_key"]
    except (TypeError, LookupError):
        raise WrongShape("An item is either Single or Pedersen, with its keys.", where="trustees[0]") from None
    is_point = isinstance(key, str) and len(key) == 64
    return group("Ed25519" if is_point else "BELENIOS-2048")
