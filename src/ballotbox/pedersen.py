"""Pedersen's distributed key generation: n trustees make a key of which any `threshold` suffice to decrypt.

As single steps, for trustees in separate rooms, and as one function, for the command line and for tests. Messages are
written as Belenios 3.0 writes them; `belenios-tool` 2.0 reads them too. How a share travels from one trustee to
another is left to the caller: it never appears on record.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ballotbox.encoding import JSON, canonical, canonical_json, fields, integer, items, random_base58, string
from ballotbox.errors import BadTrustees
from ballotbox.groups import Element, Group
from ballotbox.keyfile import KeyFile
from ballotbox.proofs import Proof, knows, parse_proof, prove_knowledge

_LIMIT = 1_000_000
_MOST = 100


# --- what is on record --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Signed:
    message: str
    signature: Proof

    def json(self) -> dict[str, JSON]:
        return {"message": self.message, "signature": self.signature.json()}


@dataclass(frozen=True)
class VerificationKey:
    """The public half of one trustee's share. `signature` is absent in records made before Belenios 3.0."""

    public_key: Element
    pok: Proof
    signature: Proof | None


@dataclass(frozen=True)
class Pedersen:
    """The published parameters of one distributed key."""

    threshold: int
    certificates: tuple[Signed, ...]
    identities: tuple[Element, ...]  # with which each trustee signs
    commitments: tuple[Signed, ...]
    coefficients: tuple[tuple[Element, ...], ...]  # g^a for each trustee's polynomial
    signatures: tuple[Proof, ...] | None
    verification_keys: tuple[VerificationKey, ...]
    public_key: Element

    @property
    def keys(self) -> list[Element]:
        return [key.public_key for key in self.verification_keys]

    def verify(self, g: Group, *, where: str) -> None:
        """Raise BadTrustees unless every message is signed and every key is the sum of its shares."""
        for i, identity in enumerate(self.identities):
            place = f"{where}.trustee[{i + 1}]"
            g.check_member(identity, where=place)
            for coefficient in self.coefficients[i]:
                g.check_member(coefficient, where=place)
            self._verify_signatures(g, i, place)
            self._verify_key(g, i, place)

    def _verify_signatures(self, g: Group, i: int, where: str) -> None:
        key, identity = self.verification_keys[i], self.identities[i]
        signed = [
            (self.certificates[i].message, self.certificates[i].signature),
            (self.commitments[i].message, self.commitments[i].signature),
        ]
        if self.signatures is not None:
            signed.append((agreement_text(self.certificates, self.coefficients[i]), self.signatures[i]))
        if key.signature is not None:
            signed.append((key.public_key, key.signature))
        for message, signature in signed:
            if not knows(g, identity, signature, f"sigmsg|{message}|"):
                raise BadTrustees("A message is not signed by the trustee it comes from.", where=where)

    def _verify_key(self, g: Group, i: int, where: str) -> None:
        key = self.verification_keys[i]
        g.check_member(key.public_key, where=where)
        if key.public_key != share_key(g, self.coefficients, i + 1):
            raise BadTrustees("The verification key does not follow from the commitments.", where=where)
        if not knows(g, key.public_key, key.pok, f"pok|{g.name}|{key.public_key}|"):
            raise BadTrustees("The proof that comes with the verification key does not hold.", where=where)


def parse_pedersen(g: Group, value: JSON, *, where: str) -> Pedersen:
    """Read the parameters; `Pedersen.verify` checks them. Raises WrongShape, NotCanonical, BadPoint, BadTrustees."""
    names = ("threshold", "certs", "coefexps", "signatures", "verification_keys")
    content = fields(value, names, where=where, optional=("signatures",))
    certificates = _signed_list(g, content["certs"], None, where=f"{where}.certs")
    count = len(certificates)
    if not 0 < count <= _MOST:
        raise BadTrustees(f"There must be 1 to {_MOST} trustees.", where=where)
    threshold = integer(content["threshold"], where=where, low=1, high=count)
    identities = tuple(
        certified_identity(g, c, i, count, threshold, where=where) for i, c in enumerate(certificates, start=1)
    )
    if len(set(identities)) != count:
        raise BadTrustees("Two trustees have the same identity.", where=where)
    commitments = _signed_list(g, content["coefexps"], count, where=f"{where}.coefexps")
    coefficients = tuple(committed_coefficients(g, c, threshold, where=f"{where}.coefexps") for c in commitments)
    signatures = None
    if "signatures" in content:
        listed = items(content["signatures"], count, where=where)
        signatures = tuple(parse_proof(g, item, where=f"{where}.signatures") for item in listed)
    keys = items(content["verification_keys"], count, where=where)
    return Pedersen(
        threshold=threshold,
        certificates=certificates,
        identities=identities,
        commitments=commitments,
        coefficients=coefficients,
        signatures=signatures,
        verification_keys=tuple(parse_verification_key(g, key, where=f"{where}.verification_keys") for key in keys),
        public_key=_product(g, [row[0] for row in coefficients]),
    )


def _signed_list(g: Group, value: JSON, count: int | None, *, where: str) -> tuple[Signed, ...]:
    signed = []
    for item in items(value, count, where=where):
        content = fields(item, ("message", "signature"), where=where)
        proof = parse_proof(g, content["signature"], where=where)
        signed.append(Signed(string(content["message"], where=where), proof))
    return tuple(signed)


def certified_identity(g: Group, certificate: Signed, index: int, count: int, threshold: int, *, where: str) -> Element:
    """The key with which a certificate's owner signs, if it was made for this place. Raises BadTrustees, BadPoint."""
    place = f"{where}.certs[{index - 1}]"
    value = canonical_json(certificate.message.encode("utf-8", "replace"), where=place, limit=_LIMIT)
    keys = fields(value, ("context", "verification", "encryption"), where=place, optional=("context",))
    context = {"group": g.name, "size": count, "threshold": threshold, "index": index}
    if "context" in keys and keys["context"] != context:
        raise BadTrustees("This certificate was made for another ceremony or another place in it.", where=place)
    g.check_member(g.element(keys["encryption"], where=place), where=place)
    return g.element(keys["verification"], where=place)


def committed_coefficients(g: Group, commitment: Signed, threshold: int, *, where: str) -> tuple[Element, ...]:
    """What a commitment says of a trustee's polynomial, `threshold` elements. Raises WrongShape, BadPoint."""
    value = canonical_json(commitment.message.encode("utf-8", "replace"), where=where, limit=_LIMIT)
    listed = items(fields(value, ("coefexps",), where=where)["coefexps"], threshold, where=where)
    return tuple(g.element(item, where=where) for item in listed)


def parse_verification_key(g: Group, value: JSON, *, where: str) -> VerificationKey:
    """A verification key as it stands on record; it is not checked. Raises WrongShape, BadPoint."""
    key = fields(value, ("pok", "public_key", "signature"), where=where, optional=("signature",))
    signature = parse_proof(g, key["signature"], where=where) if "signature" in key else None
    return VerificationKey(
        g.element(key["public_key"], where=where), parse_proof(g, key["pok"], where=where), signature
    )


def agreement_text(certificates: Sequence[Signed], coefficients: Sequence[Element]) -> str:
    """What a trustee signs to say: these were the certificates that I saw when I made my polynomial."""
    body = {"certs": [certificate.json() for certificate in certificates], "coefexps": list(coefficients)}
    return "certs_sig|" + canonical(body).decode()


def share_key(g: Group, coefficients: Sequence[Sequence[Element]], index: int) -> Element:
    """g^(sum of all polynomials at `index`), from the commitments to their coefficients."""
    columns = [_product(g, column) for column in zip(*coefficients, strict=True)]
    return _product(g, [g.power(column, index**degree) for degree, column in enumerate(columns)])


def _product(g: Group, elements: Sequence[Element]) -> Element:
    product = g.identity
    for element in elements:
        product = g.multiply(product, element)
    return product


# --- the ceremony, step by step -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A trustee's place in a ceremony; `index` counts from 1."""

    group: Group
    index: int
    trustees: int
    threshold: int


@dataclass(frozen=True)
class Identity:
    """Step 1, secret: with what a trustee signs during the ceremony. It is of no use afterwards."""

    place: Place
    signing_key: int
    certificate: Signed

    def sign(self, message: str) -> Proof:
        return prove_knowledge(self.place.group, self.signing_key, f"sigmsg|{message}|")


@dataclass(frozen=True)
class Polynomial:
    """Step 2: `shares[j - 1]` goes to trustee j and to nobody else; the rest is public."""

    shares: tuple[int, ...]
    coefficients: tuple[Element, ...]
    commitment: Signed
    agreement: Proof


@dataclass(frozen=True)
class TrusteeKey:
    """Step 3: the decryption key of one trustee (secret) and its public half, ready for the record."""

    private: int
    public: dict[str, JSON]


def make_identity(place: Place, seed: str | None = None) -> Identity:
    """Step 1, each trustee alone; from a new seed unless one is given. The certificate goes to everybody."""
    g = place.group
    if not 1 <= place.threshold <= place.trustees <= _MOST or not 1 <= place.index <= place.trustees:
        raise BadTrustees(f"{place.threshold} of {place.trustees} trustees, number {place.index}: this cannot be.")
    seed = seed or random_base58(22)
    signing, decryption = (_derived(g, f"{purpose}|{seed}") for purpose in ("sk", "dk"))
    context = {"group": g.name, "size": place.trustees, "threshold": place.threshold, "index": place.index}
    keys = {"context": context, "verification": g.generate(signing), "encryption": g.generate(decryption)}
    message = canonical(keys).decode()
    return Identity(place, signing, Signed(message, prove_knowledge(g, signing, f"sigmsg|{message}|")))


def make_polynomial(identity: Identity, certificates: Sequence[Signed]) -> Polynomial:
    """Step 2, each trustee alone, once all certificates are there."""
    place, g = identity.place, identity.place.group
    check_certificates(place, certificates)
    polynomial = [g.random_scalar() for _ in range(place.threshold)]
    coefficients = tuple(g.generate(a) for a in polynomial)
    message = canonical({"coefexps": list(coefficients)}).decode()
    return Polynomial(
        shares=tuple(_evaluate(polynomial, j, g.order) for j in range(1, place.trustees + 1)),
        coefficients=coefficients,
        commitment=Signed(message, identity.sign(message)),
        agreement=identity.sign(agreement_text(certificates, coefficients)),
    )


def make_trustee_key(
    identity: Identity, coefficients: Sequence[Sequence[Element]], shares: Sequence[int]
) -> TrusteeKey:
    """Step 3, each trustee alone: `shares[i - 1]` came from trustee i. Raises BadTrustees for a wrong share."""
    place, g = identity.place, identity.place.group
    for sender, (row, share) in enumerate(zip(coefficients, shares, strict=True), start=1):
        if len(row) != place.threshold or g.generate(share) != share_key(g, [row], place.index):
            raise BadTrustees(f"The share from trustee {sender} does not fit what that trustee published.")
    private = sum(shares) % g.order
    public = g.generate(private)
    pok = prove_knowledge(g, private, f"pok|{g.name}|{public}|")
    return TrusteeKey(private, {"pok": pok.json(), "public_key": public, "signature": identity.sign(public).json()})


def assemble(
    threshold: int,
    certificates: Sequence[Signed],
    polynomials: Sequence[Polynomial],
    verification_keys: Sequence[dict[str, JSON]],
) -> list[JSON]:
    """Step 4, anybody: the item for the list of trustees, from public parts only."""
    return [
        "Pedersen",
        {
            "threshold": threshold,
            "certs": [certificate.json() for certificate in certificates],
            "coefexps": [polynomial.commitment.json() for polynomial in polynomials],
            "signatures": [polynomial.agreement.json() for polynomial in polynomials],
            "verification_keys": list(verification_keys),
        },
    ]


def check_certificates(place: Place, certificates: Sequence[Signed]) -> None:
    """Raise BadTrustees unless there is one signed certificate for each place of the ceremony."""
    g = place.group
    items(list(certificates), place.trustees, where="certificates")
    for index, certificate in enumerate(certificates, start=1):
        key = certified_identity(g, certificate, index, place.trustees, place.threshold, where="certificates")
        if not knows(g, key, certificate.signature, f"sigmsg|{certificate.message}|"):
            raise BadTrustees("This certificate is not signed by its owner.", where=f"certificates[{index - 1}]")


def _derived(g: Group, text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % g.order


def _evaluate(polynomial: Sequence[int], x: int, order: int) -> int:
    value = 0
    for coefficient in reversed(polynomial):
        value = (value * x + coefficient) % order
    return value


# --- the ceremony in one go ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ceremony:
    """`public` is the item for the list of trustees; each of `key_files` belongs to one trustee alone."""

    public: list[JSON]
    key_files: list[dict[str, JSON]]


def ceremony(g: Group, *, trustees: int, threshold: int) -> Ceremony:
    """All steps for all trustees on one machine. Raises BadTrustees when the numbers cannot be."""
    identities = [make_identity(Place(g, i, trustees, threshold)) for i in range(1, trustees + 1)]
    if not identities:
        raise BadTrustees("There must be at least one trustee.")
    certificates = [identity.certificate for identity in identities]
    polynomials = [make_polynomial(identity, certificates) for identity in identities]
    coefficients = [polynomial.coefficients for polynomial in polynomials]
    keys = [
        make_trustee_key(identity, coefficients, [polynomial.shares[i] for polynomial in polynomials])
        for i, identity in enumerate(identities)
    ]
    public = assemble(threshold, certificates, polynomials, [key.public for key in keys])
    return Ceremony(public, [_key_file(i.place, key) for i, key in zip(identities, keys, strict=True)])


def _key_file(place: Place, key: TrusteeKey) -> dict[str, JSON]:
    return KeyFile(
        group=place.group,
        index=place.index,
        threshold=place.threshold,
        trustees=place.trustees,
        verification_key=Element(key.public["public_key"]),
        decryption_key=key.private,
    ).json()
