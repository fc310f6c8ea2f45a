"""How a voter asks for tokens and spends one on an opinion (docs/spec/opinions.md, section 1).

Who asks proves to hold the private half of a slip. The tokens that come back do not show that slip: what was signed was
blinded. Every slip gets the same number of them at a time, so that asking tells nothing about writing.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ballotbox import blind
from ballotbox.encoding import canonical, canonical_json, decoded, fields, items, string
from ballotbox.errors import BadProof
from ballotbox.groups import Element, Group
from ballotbox.proofs import knows, parse_proof, prove_knowledge

LARGEST_OPINION: Final = 8000  # bytes of an opinion with its token


def message(ballot: str) -> bytes:
    """What every token of a ballot says; `ballot` is its identifier."""
    return f"opinion|{ballot}".encode()


def largest_request(key: blind.TokenKey, number: int) -> int:
    """The most bytes of a request for so many tokens, in either group."""
    return 2000 + number * (key.length * 4 // 3 + 8)


@dataclass(frozen=True)
class TokenRequest:
    """A request whose proof holds. `digest` is the SHA-256 of its bytes: sent again it is the same."""

    credential: Element
    blinded: tuple[bytes, ...]
    digest: str


def request(g: Group, ballot: str, secret: int, blinded: Sequence[bytes]) -> bytes:
    """A request for tokens; `secret` is the exponent of the slip's private half."""
    credential = g.generate(secret)
    listed = [base64.b64encode(one).decode() for one in blinded]
    proof = prove_knowledge(g, secret, _context(ballot, credential, listed))
    return canonical({"credential": credential, "blinded": listed, "proof": proof.json()})


def _context(ballot: str, credential: Element, listed: Sequence[str]) -> str:
    return f"tokens|{ballot}|{credential}|{hashlib.sha256(','.join(listed).encode()).hexdigest()}|"


def parse_request(g: Group, ballot: str, key: blind.TokenKey, raw: bytes, *, number: int) -> TokenRequest:
    """A request as it arrived, for `number` tokens, no fewer and no more. Raises TooLarge, NotCanonical, WrongShape,
    BadPoint, BadProof, BadToken.
    """
    where = "request"
    body = fields(
        canonical_json(raw, where=where, limit=largest_request(key, number)),
        ("credential", "blinded", "proof"),
        where=where,
    )
    credential = g.element(body["credential"], where=where)
    g.check_member(credential, where=where)
    listed = [string(one, where=where) for one in items(body["blinded"], number, where=where)]
    proof = parse_proof(g, body["proof"], where=where)
    if not knows(g, credential, proof, _context(ballot, credential, listed)):
        raise BadProof("Whoever asks for tokens does not hold this slip.", where=where)
    return TokenRequest(credential, tuple(_decoded(one, key.length) for one in listed), hashlib.sha256(raw).hexdigest())


def _decoded(text: str, length: int) -> bytes:
    raw = decoded(text, length)
    if raw is None:
        raise blind.BadToken(f"{length} bytes in Base64 are expected here.", where="token")
    return raw


def post(prepared: bytes, signature: bytes, opinion: bytes) -> bytes:
    """A sealed opinion with the token that allows it, as it is sent."""
    token = {"prefix": prepared[: blind.PREFIX], "signature": signature}
    told = {name: base64.b64encode(value).decode() for name, value in token.items()}
    return canonical(told | {"opinion": opinion.decode()})


def parse_post(key: blind.TokenKey, ballot: str, raw: bytes) -> tuple[str, bytes]:
    """(SHA-256 of the token, sealed opinion) of what arrived; the opinion is not looked at yet.

    Raises TooLarge, NotCanonical, WrongShape, BadToken.
    """
    where = "opinion"
    names = ("prefix", "signature", "opinion")
    body = fields(canonical_json(raw, where=where, limit=LARGEST_OPINION), names, where=where)
    prefix, signature, opinion = (string(body[name], where=where) for name in names)
    random = _decoded(prefix, blind.PREFIX)
    blind.verify(key, blind.prepare(message(ballot), random), _decoded(signature, key.length))
    return hashlib.sha256(random).hexdigest(), opinion.encode()
