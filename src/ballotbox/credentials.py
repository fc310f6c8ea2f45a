"""Private credentials: what stands on a voter's slip, and the public half that the server knows.

Form and derivation as in Belenios since 2.4. The salt is the identifier of the ballot, not the election's uuid, so
that slips stay good when categories are merged; no verifier ever sees it.
"""

import hashlib
import re
from collections.abc import Sequence

from ballotbox.encoding import BASE58, JSON, is_base58, random_base58, string
from ballotbox.errors import BadCredential, DuplicateCredential, WrongShape
from ballotbox.groups import Element, Group

_LENGTHS = (5, 6, 5, 6)
_FORM = re.compile("-".join(f"[{BASE58}]{{{length}}}" for length in _LENGTHS), re.ASCII)
_IDENTIFIER_LENGTH = 14
_MOST = 10_000_000
_WEIGHT = re.compile("[1-9][0-9]{0,8}", re.ASCII)


def new_identifier() -> str:
    """14 random Base58 characters: the uuid of an election, the identifier of a ballot."""
    return random_base58(_IDENTIFIER_LENGTH)


def new_credential() -> str:
    """A private credential, XXXXX-XXXXXX-XXXXX-XXXXXX, of about 128 bits."""
    return "-".join(random_base58(length) for length in _LENGTHS)


def private_exponent(g: Group, identifier: str, credential: str) -> int:
    """The signing key that a credential stands for. Raises BadCredential."""
    if not _FORM.fullmatch(credential):
        raise BadCredential("A credential has the form XXXXX-XXXXXX-XXXXX-XXXXXX (no 0, O, I or l).")
    if len(identifier) < _IDENTIFIER_LENGTH or not is_base58(identifier):
        raise BadCredential("The identifier of a ballot has at least 14 letters and digits (no 0, O, I or l).")
    parts = (f"derive_credential|{identifier}|{part}|{credential}" for part in (0, 1))
    digest = b"".join(hashlib.sha256(part.encode()).digest() for part in parts)
    return int.from_bytes(digest, "big") % g.order


def public_credential(g: Group, identifier: str, credential: str) -> Element:
    """The public half of a credential, as the server and every record hold it. Raises BadCredential."""
    return g.generate(private_exponent(g, identifier, credential))


def check_credentials(g: Group, listed: Sequence[JSON]) -> dict[str, int]:
    """Weights by public credential, from a list of "ELEMENT" or "ELEMENT,weight" (a weight is 1 to 999999999).

    Raises DuplicateCredential, BadPoint, WrongShape.
    """
    where = "public_credentials"
    if len(listed) > _MOST:
        raise WrongShape("There are too many credentials.", where=where)
    weights: dict[str, int] = {}
    for i, item in enumerate(listed):
        place = f"{where}[{i}]"
        text, comma, weight = string(item, where=place).partition(",")
        credential = g.element(text, where=place)
        g.check_member(credential, where=place)
        if credential in weights:
            raise DuplicateCredential("This credential is on the list twice.", where=place)
        if comma and not _WEIGHT.fullmatch(weight):
            raise WrongShape("The weight of a credential is a whole number of at least 1.", where=place)
        weights[credential] = int(weight) if comma else 1
    return weights
