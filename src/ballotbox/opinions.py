"""Opinions in free text, sealed to the trustees and opened together after closing (docs/spec/opinions.md).

An opinion is padded to one size and encrypted with a key that only the election's private key gives again: g^r stands
beside it, the key is drawn from y^r. Whoever sends it proves to know r: otherwise the server could hand the g^r of
somebody's ballot to the trustees as an "opinion" and have that ballot opened.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nacl.bindings import (
    crypto_aead_chacha20poly1305_ietf_decrypt as open_box,
)
from nacl.bindings import (
    crypto_aead_chacha20poly1305_ietf_encrypt as seal_box,
)
from nacl.exceptions import CryptoError

from ballotbox.election import Election
from ballotbox.encoding import canonical, canonical_json, decoded, fields, items, string
from ballotbox.errors import BadPartialDecryption, BadPoint, BadProof, BallotboxError, FloorNotReached, WrongElection
from ballotbox.groups import Element, Group
from ballotbox.proofs import Proof, decrypts, knows, parse_proof, prove_decryption, prove_knowledge
from ballotbox.tally import _combined_factor, require_enough
from ballotbox.trustees import Trustees

SIZE: Final = 1024  # bytes of every padded opinion
LONGEST: Final = SIZE - 2 - 8  # bytes of text: two for its length, eight for the entry
LEAST: Final = 10  # opinions below which none is opened
_LARGEST: Final = 4000  # bytes of a sealed opinion in either group
_NONCE: Final = bytes(12)  # every key is used once
_FIELDS: Final = ("election_hash", "alpha", "sealed", "proof")


class BadOpinion(BallotboxError):
    """An opinion that cannot be sealed, or does not open."""

    code = "bad_opinion"


@dataclass(frozen=True)
class SealedOpinion:
    """An opinion of which nothing but its size can be read. `digest` is the SHA-256 of its bytes."""

    raw: bytes
    alpha: Element
    box: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True)
class Opinion:
    """What stood in a sealed opinion."""

    entry: str
    text: str


def seal(election: Election, entry: str, text: str) -> bytes:
    """The sealed opinion on an entry. Raises BadOpinion when it is empty or too long."""
    g = election.group
    r = g.random_scalar()
    alpha = g.generate(r)
    box = seal_box(_padded(entry, text), _aad(election, alpha), _NONCE, _key(election, alpha, g.power(_y(election), r)))
    sealed = base64.b64encode(box).decode()
    proof = prove_knowledge(g, r, _context(election, alpha, sealed))
    return canonical({"election_hash": election.fingerprint, "alpha": alpha, "sealed": sealed, "proof": proof.json()})


def _y(election: Election) -> Element:
    return election.public_key


def _context(election: Election, alpha: Element, sealed: str) -> str:
    return f"opinion|{election.fingerprint}|{alpha}|{hashlib.sha256(sealed.encode()).hexdigest()}|"


def _aad(election: Election, alpha: Element) -> bytes:
    return f"opinion|{election.fingerprint}|{alpha}".encode()


def _key(election: Election, alpha: Element, shared: Element) -> bytes:
    """HKDF-SHA256 (RFC 5869) of y^r, one block, bound to the election and to g^r."""
    drawn = hmac.digest(election.fingerprint.encode(), shared.encode(), "sha256")
    return hmac.digest(drawn, b"opinion|" + alpha.encode() + b"\x01", "sha256")


def _padded(entry: str, text: str) -> bytes:
    name, body = entry.encode(), text.strip().encode()
    if not body:
        raise BadOpinion("There is nothing in this opinion.", where="text")
    if len(body) > LONGEST:
        raise BadOpinion(f"An opinion has at most {LONGEST} bytes, this one has {len(body)}.", where="text")
    if not 0 < len(name) <= 8:
        raise BadOpinion("The number of the entry has from one to eight bytes.", where="entry")
    return (name.ljust(8, b"\0") + len(body).to_bytes(2) + body).ljust(SIZE, b"\0")


def parse(election: Election, raw: bytes) -> SealedOpinion:
    """A sealed opinion as it arrived. Raises TooLarge, NotCanonical, WrongShape, WrongElection, BadPoint, BadProof,
    BadOpinion.
    """
    where = "opinion"
    body = fields(canonical_json(raw, where=where, limit=_LARGEST), _FIELDS, where=where)
    if string(body["election_hash"], where=where) != election.fingerprint:
        raise WrongElection("This opinion was sealed for another election.", where=where)
    g = election.group
    alpha = g.element(body["alpha"], where=f"{where}.alpha")
    if alpha == g.identity:
        raise BadPoint("The neutral element is no encryption.", where=f"{where}.alpha")
    g.check_member(alpha, where=f"{where}.alpha")
    sealed = string(body["sealed"], where=where)
    proof = parse_proof(g, body["proof"], where=f"{where}.proof")
    if not knows(g, alpha, proof, _context(election, alpha, sealed)):
        raise BadProof("Whoever sent this does not know what is in it.", where=f"{where}.proof")
    return SealedOpinion(raw, alpha, _box(sealed))


def _box(sealed: str) -> bytes:
    box = decoded(sealed, SIZE + 16)
    if box is None:
        raise BadOpinion("An opinion has one size, in Base64.", where="opinion.sealed")
    return box


def in_order(opinions: Sequence[SealedOpinion]) -> list[SealedOpinion]:
    """Sorted by hash, each once: nothing is left of the order in which they came."""
    return sorted({opinion.digest: opinion for opinion in opinions}.values(), key=lambda opinion: opinion.digest)


# --- opening ------------------------------------------------------------------------------------------------------


def partial_opening(election: Election, sealed: Sequence[bytes], private_key: int, *, least: int = LEAST) -> bytes:
    """One trustee's part of opening all opinions at once, after checking every one of them.

    Raises FloorNotReached below `least` (never below ten), and what `parse` raises.
    """
    opinions = _enough(election, sealed, least)
    g = election.group
    prefix = _opening_prefix(election, g.generate(private_key))
    return canonical(
        {
            "decryption_factors": [g.power(opinion.alpha, private_key) for opinion in opinions],
            "decryption_proofs": [
                prove_decryption(g, private_key, opinion.alpha, prefix).json() for opinion in opinions
            ],
        }
    )


def _opening_prefix(election: Election, public: Element) -> str:
    return f"open_opinion|{election.fingerprint}|{public}|"


def _enough(election: Election, sealed: Sequence[bytes], least: int) -> list[SealedOpinion]:
    opinions = in_order([parse(election, raw) for raw in sealed])
    needed = max(least, LEAST)
    if len(opinions) < needed:
        raise FloorNotReached(f"{len(opinions)} opinions; below {needed} none is opened.")
    return opinions


def check_partial_opening(
    election: Election, trustees: Trustees, sealed: Sequence[bytes], owner: int, raw: bytes
) -> None:
    """Raise BadPartialDecryption (or NotCanonical, WrongShape, BadPoint) unless every factor is proven."""
    _factors(election, trustees, _enough(election, sealed, LEAST), owner, raw)


def _factors(
    election: Election, trustees: Trustees, opinions: Sequence[SealedOpinion], owner: int, raw: bytes
) -> list[Element]:
    where = f"partial_opening[{owner}]"
    owners = trustees.owners
    if not 1 <= owner <= len(owners):
        raise BadPartialDecryption(f"There is no trustee number {owner}; there are {len(owners)}.", where=where)
    g, public = election.group, owners[owner - 1].public_key
    limit = 200 + len(opinions) * (g.element_length + 220)
    names = ("decryption_factors", "decryption_proofs")
    body = fields(canonical_json(raw, where=where, limit=limit), names, where=where)
    factors = [g.element(one, where=where) for one in items(body[names[0]], len(opinions), where=where)]
    proofs = [parse_proof(g, one, where=where) for one in items(body[names[1]], len(opinions), where=where)]
    prefix = _opening_prefix(election, public)
    for opinion, factor, proof in zip(opinions, factors, proofs, strict=True):
        _check_factor(g, public, opinion, factor, proof=proof, prefix=prefix, where=where)
    return factors


def _check_factor(
    g: Group, public: Element, opinion: SealedOpinion, factor: Element, *, proof: Proof, prefix: str, where: str
) -> None:
    if factor == g.identity:
        raise BadPoint("The neutral element is no decryption factor.", where=where)
    g.check_member(factor, where=where)
    if not decrypts(g, public=public, alpha=opinion.alpha, factor=factor, proof=proof, prefix=prefix):
        raise BadPartialDecryption("The proof of decryption does not hold for this opinion.", where=where)


def open_all(
    election: Election, trustees: Trustees, sealed: Sequence[bytes], partials: Mapping[int, bytes]
) -> tuple[list[Opinion], int]:
    """The opinions, sorted by the hash of their text, and how many did not open (garbage sealed on purpose).

    Raises FloorNotReached, MissingPartialDecryption, BadPartialDecryption.
    """
    opinions = _enough(election, sealed, LEAST)
    require_enough(trustees, partials)
    checked = {owner: _factors(election, trustees, opinions, owner, raw) for owner, raw in partials.items()}
    found, broken = [], 0
    for place, opinion in enumerate(opinions):
        shared = _combined_factor(election.group, trustees, {owner: row[place] for owner, row in checked.items()})
        try:
            found.append(_opened(election, opinion, shared))
        except BadOpinion:
            broken += 1
    return sorted(found, key=lambda one: hashlib.sha256(f"{one.text}|{one.entry}".encode()).digest()), broken


def _opened(election: Election, opinion: SealedOpinion, shared: Element) -> Opinion:
    try:
        plain = open_box(opinion.box, _aad(election, opinion.alpha), _NONCE, _key(election, opinion.alpha, shared))
        length = int.from_bytes(plain[8:10])
        entry, text = plain[:8].rstrip(b"\0").decode(), plain[10 : 10 + length].decode()
    except (CryptoError, UnicodeDecodeError) as error:
        raise BadOpinion("This opinion does not open.") from error
    if _padded(entry, text) != plain:
        raise BadOpinion("This opinion is not padded as it has to be.")
    return Opinion(entry, text)
