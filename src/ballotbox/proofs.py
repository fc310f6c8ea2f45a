"""Zero-knowledge proofs, non-interactive by hashing (Belenios specification: "Trustee keys", "Proofs of interval
membership", "Signatures", "Partial decryption").

A proof is written as challenge and response, never with its commitment: whoever checks it recomputes
commitment = base^response * public^challenge, so that response = nonce - secret * challenge.
"""

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from ballotbox.encoding import JSON, fields, scalar
from ballotbox.errors import BadProof, located
from ballotbox.groups import Element, Group


class Proof(NamedTuple):
    challenge: int
    response: int

    def json(self) -> dict[str, str]:
        return {"challenge": str(self.challenge), "response": str(self.response)}


class Ciphertext(NamedTuple):
    """An ElGamal encryption of m: alpha = g^r, beta = y^r * g^m."""

    alpha: Element
    beta: Element

    def json(self) -> dict[str, str]:
        return {"alpha": self.alpha, "beta": self.beta}

    def __str__(self) -> str:
        return f"{self.alpha},{self.beta}"


def parse_proof(g: Group, value: JSON, *, where: str) -> Proof:
    """A proof as JSON has it; unchecked. Raises WrongShape, NotCanonical."""
    proof = fields(value, ("challenge", "response"), where=where)
    return Proof(scalar(proof["challenge"], g.order, where=where), scalar(proof["response"], g.order, where=where))


def parse_ciphertext(g: Group, value: JSON, *, where: str) -> Ciphertext:
    """A pair of elements as JSON has it; whether they are members is unchecked. Raises WrongShape, BadPoint."""
    pair = fields(value, ("alpha", "beta"), where=where)
    return Ciphertext(g.element(pair["alpha"], where=where), g.element(pair["beta"], where=where))


def prove_knowledge(g: Group, secret: int, prefix: str) -> Proof:
    """That one knows `secret`, bound to `prefix` (which ends with "|")."""
    nonce = g.random_scalar()
    challenge = g.hash(f"{prefix}{g.generate(nonce)}")
    return Proof(challenge, (nonce - secret * challenge) % g.order)


def knows(g: Group, public: Element, proof: Proof, prefix: str) -> bool:
    """Whether the proof shows knowledge of the logarithm of `public`. Raises BadPoint."""
    commitment = g.double_scalar(g.generator, proof.response, public, proof.challenge)
    return g.hash(f"{prefix}{commitment}") == proof.challenge


def prove_decryption(g: Group, secret: int, alpha: Element, prefix: str) -> Proof:
    """That alpha^secret uses the same secret as the public key named in `prefix`."""
    nonce = g.random_scalar()
    challenge = g.hash(f"{prefix}{g.generate(nonce)},{g.power(alpha, nonce)}")
    return Proof(challenge, (nonce - secret * challenge) % g.order)


def decrypts(g: Group, *, public: Element, alpha: Element, factor: Element, proof: Proof, prefix: str) -> bool:
    """Whether factor = alpha^x for the x of `public`. Raises BadPoint."""
    first = g.double_scalar(g.generator, proof.response, public, proof.challenge)
    second = g.multiply(g.power(alpha, proof.response), g.power(factor, proof.challenge))
    return g.hash(f"{prefix}{first},{second}") == proof.challenge


def prove_interval(g: Group, *, key: Element, prefix: str, r: int, plain: int, values: Sequence[int]) -> list[Proof]:
    """That the ciphertext made with randomness `r` holds one of `values`, without saying which.

    The prover knows r, so every commitment, true or simulated, is g^w and key^w * g^((plain - value) * challenge).
    """
    nonces = [g.random_scalar() for _ in values]
    challenges = [0 if value == plain else secrets.randbelow(g.order) for value in values]
    commitments = []
    for value, nonce, challenge in zip(values, nonces, challenges, strict=True):
        shift = g.generate((plain - value) * challenge)
        commitments.append(f"{g.generate(nonce)},{g.multiply(g.power(key, nonce), shift)}")
    challenges[list(values).index(plain)] = (g.hash(prefix + ",".join(commitments)) - sum(challenges)) % g.order
    return [Proof(c, (nonce - r * c) % g.order) for nonce, c in zip(nonces, challenges, strict=True)]


def check_interval(
    g: Group,
    *,
    key: Element,
    prefix: str,
    pair: Ciphertext,
    proofs: Sequence[Proof],
    values: Sequence[int],
    where: str,
) -> None:
    """Raise BadProof unless the pair, which lies in the group, is shown to hold one of `values`.

    Raises BadPoint where the group's powers notice a pair outside it.
    """
    with located(where):
        commitments = _commitments(g, key, pair, proofs, values)
        if g.hash(prefix + ",".join(commitments)) != sum(proof.challenge for proof in proofs) % g.order:
            raise BadProof("This proof does not hold.")


def _commitments(g: Group, key: Element, pair: Ciphertext, proofs: Sequence[Proof], values: Sequence[int]) -> list[str]:
    commitments = []
    for value, proof in zip(values, proofs, strict=True):
        shifted = g.divide(pair.beta, _small_power(g, value)) if value else pair.beta
        first = g.double_scalar(g.generator, proof.response, pair.alpha, proof.challenge)
        second = g.double_scalar(key, proof.response, shifted, proof.challenge)
        commitments.append(f"{first},{second}")
    return commitments


def _small_power(g: Group, value: int) -> Element:
    return g.generator if value == 1 else g.generate(value)
