"""The key ceremony by messages: trustees in separate rooms, and a relay that sees nothing but what is public.

The protocol is Belenios' own (specification, "Threshold decryption"): certificate, polynomial with sealed shares,
verification key. Each message is signed by its trustee and names ceremony, step and place, so that one of another
ceremony is refused. How a share is sealed stays between the trustees (docs/spec/ballot.md, "Ceremony by messages"):
it is on no record. A trustee keeps one secret only, the seed of 22 Base58 characters.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from nacl import bindings
from nacl.exceptions import CryptoError

from ballotbox.encoding import (
    JSON,
    canonical,
    canonical_json,
    fields,
    integer,
    is_base58,
    items,
    random_base58,
    strict_json,
    string,
)
from ballotbox.errors import BadTrustees, BallotboxError, WrongShape
from ballotbox.groups import Element, Group, group
from ballotbox.keyfile import KeyFile
from ballotbox.pedersen import (
    Identity,
    Pedersen,
    Place,
    Signed,
    agreement_text,
    certified_identity,
    committed_coefficients,
    make_identity,
    make_polynomial,
    make_trustee_key,
    parse_pedersen,
    parse_verification_key,
    share_key,
)
from ballotbox.proofs import Proof, knows, parse_proof

STEPS = (1, 2, 3)
_LIMIT = 1_000_000  # bytes of a message
_STATE_LIMIT = 64 * 2**20
_SEED_LENGTH = 22
MOST = 100  # trustees
_DATA_LENGTH = 2 * (64 + 16)  # a share as 64 hexadecimal digits, sealed with a tag of 16 bytes


class ForeignMessage(BallotboxError):
    """A message of another ceremony, another step or another place."""

    code = "foreign_message"


class WrongShare(BallotboxError):
    """What one trustee sealed for another does not open, or does not fit what its sender published."""

    code = "wrong_share"


class NotYet(BallotboxError):
    """A step before this one is not complete."""

    code = "not_yet"


@dataclass(frozen=True)
class Setting:
    """A ceremony: its identifier (14 Base58 characters), the group, how many trustees, how many of them suffice."""

    identifier: str
    group: Group
    trustees: int
    threshold: int

    def place(self, index: int) -> Place:
        return Place(self.group, index, self.trustees, self.threshold)


@dataclass(frozen=True)
class Ceremonial:
    """A ceremony as far as it has come. `messages[i - 1][s - 1]` is what trustee i sent in step s, or empty."""

    setting: Setting
    messages: tuple[tuple[str, ...], ...]

    def step(self, number: int) -> list[str]:
        return [row[number - 1] for row in self.messages]

    def complete(self, number: int) -> bool:
        """Whether every trustee has sent the message of this step."""
        return all(self.step(number))

    def with_message(self, index: int, step: int, raw: str) -> Self:
        rows = [list(row) for row in self.messages]
        rows[index - 1][step - 1] = raw
        return type(self)(self.setting, tuple(tuple(row) for row in rows))

    @classmethod
    def begin(cls, setting: Setting) -> Self:
        return cls(setting, tuple(("", "", "") for _ in range(setting.trustees)))

    def json(self) -> dict[str, JSON]:
        """The ceremony's file, which the relay hands out: public."""
        return {
            "shuping": "key-ceremony",
            "version": 1,
            "ceremony": self.setting.identifier,
            "group": self.setting.group.name,
            "trustees": self.setting.trustees,
            "threshold": self.setting.threshold,
            "messages": [list(row) for row in self.messages],
        }


def read_ceremony(raw: bytes) -> Ceremonial:
    """Read a ceremony's file; its messages are checked. Raises BallotboxError."""
    where = "ceremony"
    value = strict_json(raw, where=where, limit=_STATE_LIMIT)
    if not isinstance(value, dict) or value.get("shuping") != "key-ceremony" or value.get("version") != 1:
        raise WrongShape("This is not the file of a key ceremony, version 1.", where=where)
    trustees = integer(value.get("trustees"), where=where, low=1, high=MOST)
    threshold = integer(value.get("threshold"), where=where, low=1, high=trustees)
    g = group(str(value.get("group")))
    setting = Setting(string(value.get("ceremony"), where=where), g, trustees, threshold)
    found = Ceremonial.begin(setting)
    rows = [items(row, 3, where=where) for row in items(value.get("messages"), trustees, where=where)]
    for step in STEPS:
        for index, row in enumerate(rows, start=1):
            text = string(row[step - 1], where=where)
            if text:
                check_message(found, index, step, text.encode())
                found = found.with_message(index, step, text)
    return found


# --- what a trustee makes -----------------------------------------------------------------------------------------


def new_seed() -> str:
    """A trustee's secret: 22 Base58 characters, about 128 bits."""
    return random_base58(_SEED_LENGTH)


def read_seed(text: str) -> str:
    """A seed as it stands on a printed sheet, blanks and dashes left out. Raises BadTrustees."""
    plain = "".join(character for character in text if not character.isspace() and character != "-")
    if len(plain) != _SEED_LENGTH or not is_base58(plain):
        raise BadTrustees("A seed has 22 letters and digits (no 0, O, I or l).", where="seed")
    return plain


def first_message(setting: Setting, index: int, seed: str) -> bytes:
    """Step 1: the certificate of trustee `index`."""
    identity = make_identity(setting.place(index), seed)
    return _signed(setting, identity, 1, {"certificate": identity.certificate.json()})


def second_message(ceremony: Ceremonial, index: int, seed: str) -> bytes:
    """Step 2: a polynomial's commitments, and for each trustee a share that only this trustee can open.

    Raises NotYet, BadTrustees.
    """
    setting, g = ceremony.setting, ceremony.setting.group
    identity = _own_identity(ceremony, index, seed)
    certificates = _certificates(ceremony)
    polynomial = make_polynomial(identity, certificates)
    secrets = [
        _seal(g, _encryption_key(certificate), share, _context(setting, index, recipient))
        for recipient, (certificate, share) in enumerate(zip(certificates, polynomial.shares, strict=True), start=1)
    ]
    content = {
        "commitment": polynomial.commitment.json(),
        "agreement": polynomial.agreement.json(),
        "secrets": secrets,
    }
    return _signed(setting, identity, 2, content)


def third_message(ceremony: Ceremonial, index: int, seed: str) -> tuple[bytes, KeyFile]:
    """Step 3: the verification key for the record, and the trustee's own key file, which is secret.

    Raises NotYet, BadTrustees; WrongShare names the trustee whose share does not fit.
    """
    setting, g = ceremony.setting, ceremony.setting.group
    identity = _own_identity(ceremony, index, seed)
    polynomials = _polynomials(ceremony)
    decryption = g.hash(f"dk|{seed}")
    shares = []
    for sender, polynomial in enumerate(polynomials, start=1):
        share = _open(g, decryption, polynomial.secrets[index - 1], _context(setting, sender, index))
        if share is None or g.generate(share) != share_key(g, [polynomial.coefficients], index):
            raise WrongShare(f"The share from trustee {sender} does not fit what that trustee published.")
        shares.append(share)
    key = make_trustee_key(identity, [polynomial.coefficients for polynomial in polynomials], shares)
    public = Element(key.public["public_key"])
    file = KeyFile(g, index, setting.threshold, setting.trustees, public, key.private)
    return _signed(setting, identity, 3, {"verification_key": key.public}), file


def _own_identity(ceremony: Ceremonial, index: int, seed: str) -> Identity:
    if not ceremony.complete(1):
        raise NotYet("Not every trustee has sent the first message.")
    identity = make_identity(ceremony.setting.place(index), seed)
    if identity.certificate.message != _certificates(ceremony)[index - 1].message:
        raise BadTrustees(f"This is not the seed of trustee {index} of this ceremony.")
    return identity


def _signed(setting: Setting, identity: Identity, step: int, content: JSON) -> bytes:
    body = {"ceremony": setting.identifier, "step": step, "index": identity.place.index, "content": content}
    message = canonical(body).decode()
    return canonical(Signed(message, identity.sign(message)).json())


# --- what the relay checks ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _SecondContent:
    commitment: Signed
    agreement: Proof
    coefficients: tuple[Element, ...]
    secrets: tuple[dict[str, str], ...]


def check_message(ceremony: Ceremonial, index: int, step: int, raw: bytes) -> None:
    """Raise BallotboxError unless this is what trustee `index` has to send in this step.

    A message of another ceremony, step or place: ForeignMessage. One that comes too early: NotYet. What two trustees
    sealed for each other cannot be checked from outside: the one who opens it does (`third_message`).
    """
    setting = ceremony.setting
    if step > 1 and not ceremony.complete(step - 1):
        raise NotYet("The step before is not complete.")
    signed, content = _content(setting, index, step, raw)
    if step == 1:
        certificate = _certificate(setting.group, content)
        identity = _identity(setting, index, certificate)
        _check_distinct(ceremony, index, identity)
        _check_signed(setting.group, identity, certificate, f"step 1 of trustee {index}")
    else:
        identity = _identity(setting, index, _certificates(ceremony)[index - 1])
    _check_signed(setting.group, identity, signed, f"step {step} of trustee {index}")
    if step == 2:
        _check_second(ceremony, identity, _second(setting, content))
    if step == 3:
        _check_third(ceremony, index, identity, content)


def gather(ceremony: Ceremonial) -> list[JSON]:
    """The item for the list of trustees, checked as every reader of a record checks it. Raises NotYet, BadTrustees."""
    if not ceremony.complete(3):
        raise NotYet("Not every trustee has sent the third message.")
    setting = ceremony.setting
    polynomials = _polynomials(ceremony)
    item: list[JSON] = [
        "Pedersen",
        {
            "threshold": setting.threshold,
            "certs": [certificate.json() for certificate in _certificates(ceremony)],
            "coefexps": [polynomial.commitment.json() for polynomial in polynomials],
            "signatures": [polynomial.agreement.json() for polynomial in polynomials],
            "verification_keys": [
                _content(setting, index, 3, raw.encode())[1]["verification_key"]
                for index, raw in enumerate(ceremony.step(3), start=1)
            ],
        },
    ]
    parsed: Pedersen = parse_pedersen(setting.group, item[1], where="ceremony")
    parsed.verify(setting.group, where="ceremony")
    return item


_NAMES = {1: ("certificate",), 2: ("commitment", "agreement", "secrets"), 3: ("verification_key",)}


def _content(setting: Setting, index: int, step: int, raw: bytes) -> tuple[Signed, dict[str, JSON]]:
    where = f"step {step} of trustee {index}"
    signed = _signed_text(setting.group, canonical_json(raw, where=where, limit=_LIMIT), where)
    value = canonical_json(signed.message.encode("utf-8", "replace"), where=where, limit=_LIMIT)
    body = fields(value, ("ceremony", "step", "index", "content"), where=where)
    if body["ceremony"] != setting.identifier:
        raise ForeignMessage("This message belongs to another ceremony.", where=where)
    if body["step"] != step or body["index"] != index:
        raise ForeignMessage("This message belongs to another step or another trustee.", where=where)
    return signed, fields(body["content"], _NAMES[step], where=where)


def _signed_text(g: Group, value: JSON, where: str) -> Signed:
    content = fields(value, ("message", "signature"), where=where)
    return Signed(string(content["message"], where=where), parse_proof(g, content["signature"], where=where))


def _check_signed(g: Group, identity: Element, signed: Signed, where: str) -> None:
    if not knows(g, identity, signed.signature, f"sigmsg|{signed.message}|"):
        raise BadTrustees("This message is not signed by the trustee it comes from.", where=where)


def _certificate(g: Group, content: dict[str, JSON]) -> Signed:
    return _signed_text(g, content["certificate"], "certificate")


def _identity(setting: Setting, index: int, certificate: Signed) -> Element:
    where = "certificates"
    identity = certified_identity(setting.group, certificate, index, setting.trustees, setting.threshold, where=where)
    setting.group.check_member(identity, where=where)
    return identity


def _certificates(ceremony: Ceremonial) -> list[Signed]:
    setting = ceremony.setting
    found = enumerate(ceremony.step(1), start=1)
    return [_certificate(setting.group, _content(setting, index, 1, raw.encode())[1]) for index, raw in found]


def _encryption_key(certificate: Signed) -> Element:
    value = strict_json(certificate.message.encode(), where="certificate", limit=_LIMIT)
    return Element(value["encryption"])


def _check_distinct(ceremony: Ceremonial, index: int, identity: Element) -> None:
    setting = ceremony.setting
    for other, raw in enumerate(ceremony.step(1), start=1):
        if raw and other != index:
            certificate = _certificate(setting.group, _content(setting, other, 1, raw.encode())[1])
            if _identity(setting, other, certificate) == identity:
                raise BadTrustees(f"Trustees {other} and {index} have the same identity.")


def _polynomials(ceremony: Ceremonial) -> list[_SecondContent]:
    if not ceremony.complete(2):
        raise NotYet("Not every trustee has sent the second message.")
    setting = ceremony.setting
    found = enumerate(ceremony.step(2), start=1)
    return [_second(setting, _content(setting, index, 2, raw.encode())[1]) for index, raw in found]


def _second(setting: Setting, content: dict[str, JSON]) -> _SecondContent:
    g, where = setting.group, "polynomial"
    commitment = _signed_text(g, content["commitment"], where)
    return _SecondContent(
        commitment=commitment,
        agreement=parse_proof(g, content["agreement"], where=where),
        coefficients=committed_coefficients(g, commitment, setting.threshold, where=where),
        secrets=tuple(_sealed(g, item) for item in items(content["secrets"], setting.trustees, where=where)),
    )


def _sealed(g: Group, value: JSON) -> dict[str, str]:
    sealed = fields(value, ("alpha", "data"), where="secrets")
    g.check_member(g.element(sealed["alpha"], where="secrets"), where="secrets")
    data = string(sealed["data"], where="secrets")
    if len(data) != _DATA_LENGTH or set(data) - set("0123456789abcdef"):
        raise WrongShape(f"A sealed share has {_DATA_LENGTH} hexadecimal digits.", where="secrets")
    return sealed


def _check_second(ceremony: Ceremonial, identity: Element, polynomial: _SecondContent) -> None:
    g = ceremony.setting.group
    for coefficient in polynomial.coefficients:
        g.check_member(coefficient, where="polynomial")
    _check_signed(g, identity, polynomial.commitment, "polynomial")
    agreed = Signed(agreement_text(_certificates(ceremony), polynomial.coefficients), polynomial.agreement)
    _check_signed(g, identity, agreed, "agreement")


def _check_third(ceremony: Ceremonial, index: int, identity: Element, content: dict[str, JSON]) -> None:
    g, where = ceremony.setting.group, "verification key"
    key = parse_verification_key(g, content["verification_key"], where=where)
    if key.public_key != share_key(g, [polynomial.coefficients for polynomial in _polynomials(ceremony)], index):
        raise BadTrustees("The verification key does not follow from the commitments.", where=where)
    if not knows(g, key.public_key, key.pok, f"pok|{g.name}|{key.public_key}|"):
        raise BadTrustees("The proof that comes with the verification key does not hold.", where=where)
    if key.signature is None:
        raise WrongShape("The verification key is not signed.", where=where)
    _check_signed(g, identity, Signed(key.public_key, key.signature), where)


# --- how a share travels ------------------------------------------------------------------------------------------


def _context(setting: Setting, sender: int, recipient: int) -> str:
    return f"{setting.identifier}|{sender}|{recipient}"


def _cipher(g: Group, alpha: Element, common: Element) -> tuple[bytes, bytes]:
    """Nonce and key. Each key serves once: alpha is new for every share."""
    nonce = hashlib.sha256(f"iv|{g.name}|{alpha}".encode()).digest()[:24]
    return nonce, hashlib.sha256(f"key|{g.name}|{alpha}|{common}".encode()).digest()


def _seal(g: Group, recipient: Element, share: int, context: str) -> dict[str, str]:
    """ElGamal in its hybrid form: alpha = g^r, the key from recipient^r, XChaCha20-Poly1305 bound to `context`."""
    r = g.random_scalar()
    alpha = g.generate(r)
    nonce, key = _cipher(g, alpha, g.power(recipient, r))
    plain = f"{share:064x}".encode()
    data = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, context.encode(), nonce, key)
    return {"alpha": alpha, "data": data.hex()}


def _open(g: Group, decryption: int, sealed: dict[str, str], context: str) -> int | None:
    """The share, or None when it was not sealed for this key and this context."""
    alpha = Element(sealed["alpha"])
    nonce, key = _cipher(g, alpha, g.power(alpha, decryption))
    data = bytes.fromhex(sealed["data"])
    try:
        plain = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(data, context.encode(), nonce, key)
        share = int(plain, 16)
    except (CryptoError, ValueError):
        return None
    return share if 0 < share < g.order else None


def merge(ceremony: Ceremonial, messages: Sequence[bytes]) -> Ceremonial:
    """The ceremony with messages that came as files, in any order; what is there already stays.

    Raises BallotboxError for one that does not belong here.
    """
    for step, index, raw in sorted(address_of(ceremony.setting, raw) for raw in messages):
        known = ceremony.messages[index - 1][step - 1]
        if known and known.encode() != raw:
            raise ForeignMessage(f"Trustee {index} has sent another message for step {step}.")
        check_message(ceremony, index, step, raw)
        ceremony = ceremony.with_message(index, step, raw.decode())
    return ceremony


def address_of(setting: Setting, raw: bytes) -> tuple[int, int, bytes]:
    """Step, place and bytes: what a message says of itself, not yet checked. Raises BallotboxError."""
    outer = fields(canonical_json(raw, where="message", limit=_LIMIT), ("message", "signature"), where="message")
    inner = strict_json(string(outer["message"], where="message").encode(), where="message", limit=_LIMIT)
    if not isinstance(inner, dict):
        raise WrongShape("An object is expected here.", where="message")
    step = integer(inner.get("step"), where="message", low=1, high=3)
    return step, integer(inner.get("index"), where="message", low=1, high=setting.trustees), raw
