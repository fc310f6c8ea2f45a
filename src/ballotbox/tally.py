"""The encrypted sum, its partial decryptions, and the counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isqrt
from typing import Self

from ballotbox.ballot import Ballot
from ballotbox.election import Election
from ballotbox.encoding import JSON, canonical, canonical_json, count_text, fields, items, sha256_hex
from ballotbox.errors import (
    BadPartialDecryption,
    BadPoint,
    BadResult,
    BadTally,
    FloorNotReached,
    MissingPartialDecryption,
)
from ballotbox.groups import Element, Group
from ballotbox.pedersen import Pedersen
from ballotbox.proofs import Ciphertext, decrypts, parse_ciphertext, parse_proof, prove_decryption
from ballotbox.trustees import Trustees

_MOST_VOTES = 2**40  # beyond this no count is searched for


# --- the sum ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EncryptedTally:
    """For each answer of each question the encryption of its count."""

    raw: bytes
    sums: tuple[tuple[Ciphertext, ...], ...]
    num_tallied: int
    total_weight: int

    @classmethod
    def parse(cls, election: Election, raw: bytes, *, num_tallied: int, total_weight: int | None = None) -> Self:
        """Read a sum that somebody else made; whether it is the right one only the ballots tell."""
        where = "encrypted_tally"
        limit = 100 + sum(len(q.answers) for q in election.questions) * (2 * election.group.element_length + 40)
        rows = items(canonical_json(raw, where=where, limit=limit), len(election.questions), where=where)
        sums = tuple(
            tuple(
                parse_ciphertext(election.group, pair, where=f"{where}[{i}]")
                for pair in items(row, len(question.answers), where=f"{where}[{i}]")
            )
            for i, (question, row) in enumerate(zip(election.questions, rows, strict=True))
        )
        return cls(raw, sums, num_tallied, num_tallied if total_weight is None else total_weight)

    def sized(self) -> bytes:
        """The sized tally as a record holds it: it names the sum by its hash."""
        body = {
            "num_tallied": self.num_tallied,
            "total_weight": count_text(self.total_weight),
            "encrypted_tally": sha256_hex(self.raw),
        }
        return canonical(body)


class TallyBuilder:
    """A running sum. Of each credential one ballot: take the former out when a later one comes."""

    def __init__(self, election: Election) -> None:
        self._group = election.group
        self._shape = [len(question.answers) for question in election.questions]
        self._sums = election.group.sums(2 * sum(self._shape))
        self._ballots = 0
        self._weight = 0

    def add(self, ballot: Ballot, weight: int = 1) -> None:
        """Add a ballot whose proofs hold. Raises BadTally for a weight below 1."""
        if weight < 1:
            raise BadTally(f"A weight of {weight} is not possible.")
        self._sums.multiply(self._parts(ballot, weight))
        self._ballots += 1
        self._weight += weight

    def remove(self, ballot: Ballot, weight: int = 1) -> None:
        """Take out a ballot that was added before with this weight."""
        self._sums.divide(self._parts(ballot, weight))
        self._ballots -= 1
        self._weight -= weight

    def _parts(self, ballot: Ballot, weight: int) -> list[Element]:
        parts = [part for answer in ballot.answers for pair in answer.choices for part in pair]
        return parts if weight == 1 else [self._group.power(part, weight) for part in parts]

    def finish(self) -> EncryptedTally:
        parts = iter(self._sums.elements())
        pairs = [Ciphertext(alpha, beta) for alpha, beta in zip(parts, parts, strict=True)]
        ends = list(accumulate(self._shape))
        sums = tuple(tuple(pairs[end - size : end]) for size, end in zip(self._shape, ends, strict=True))
        raw = canonical([[pair.json() for pair in row] for row in sums])
        return EncryptedTally(raw, sums, self._ballots, self._weight)


def encrypted_tally(election: Election, ballots: Iterable[Ballot | tuple[int, Ballot]]) -> EncryptedTally:
    """The sum over the last ballot of each credential; a pair is (weight, ballot). The proofs have been checked."""
    last: dict[Element, tuple[int, Ballot]] = {}
    for item in ballots:
        weight, ballot = (1, item) if isinstance(item, Ballot) else item
        last[ballot.credential] = (weight, ballot)
    builder = TallyBuilder(election)
    for weight, ballot in last.values():
        builder.add(ballot, weight)
    return builder.finish()


# --- partial decryptions ------------------------------------------------------------------------------------------


def partial_decryption(election: Election, tally: EncryptedTally, private_key: int, *, cast: int, floor: int) -> bytes:
    """One trustee's part of the decryption of the sum, with its proofs.

    Raises FloorNotReached when fewer than `floor` ballots were cast: a decryption reveals the counts, and the counts
    of few people reveal their votes.
    """
    if min(cast, tally.num_tallied) < floor:
        raise FloorNotReached(f"{min(cast, tally.num_tallied)} ballots; below {floor} nothing is decrypted.")
    g = election.group
    prefix = f"decrypt|{election.fingerprint}|{g.generate(private_key)}|"
    factors, proofs = [], []
    for row in tally.sums:
        for pair in row:
            if pair.alpha != g.identity:
                g.check_member(pair.alpha, where="encrypted_tally")
        factors.append([g.power(pair.alpha, private_key) for pair in row])
        proofs.append([prove_decryption(g, private_key, pair.alpha, prefix).json() for pair in row])
    return canonical({"decryption_factors": factors, "decryption_proofs": proofs})


def check_partial_decryption(
    election: Election, trustees: Trustees, tally: EncryptedTally, owner: int, raw: bytes
) -> None:
    """Raise BadPartialDecryption (or NotCanonical, WrongShape, BadPoint) unless every factor is proven.

    `owner` counts from 1 over `trustees.owners`.
    """
    _factors(election, trustees, tally, owner, raw)


def _factors(
    election: Election, trustees: Trustees, tally: EncryptedTally, owner: int, raw: bytes
) -> list[list[Element]]:
    """The checked decryption factors of one trustee."""
    where = f"partial_decryption[{owner}]"
    owners = trustees.owners
    if not 1 <= owner <= len(owners):
        raise BadPartialDecryption(f"There is no trustee number {owner}; there are {len(owners)}.", where=where)
    public = owners[owner - 1].public_key
    g = election.group
    limit = 200 + sum(len(q.answers) for q in election.questions) * (g.element_length + 220)
    content = fields(
        canonical_json(raw, where=where, limit=limit), ("decryption_factors", "decryption_proofs"), where=where
    )
    factors = items(content["decryption_factors"], len(tally.sums), where=where)
    proofs = items(content["decryption_proofs"], len(tally.sums), where=where)
    prefix = f"decrypt|{election.fingerprint}|{public}|"
    return [
        _factor_row(g, public=public, prefix=prefix, sums=sums, factors=row, proofs=listed, where=f"{where}[{i}]")
        for i, (sums, row, listed) in enumerate(zip(tally.sums, factors, proofs, strict=True))
    ]


def _factor_row(
    g: Group, *, public: Element, prefix: str, sums: Sequence[Ciphertext], factors: JSON, proofs: JSON, where: str
) -> list[Element]:
    row = [g.element(factor, where=where) for factor in items(factors, len(sums), where=where)]
    listed = items(proofs, len(sums), where=where)
    for pair, factor, value in zip(sums, row, listed, strict=True):
        if factor == g.identity and pair.alpha != g.identity:
            raise BadPoint("The neutral element is no decryption factor.", where=where)
        if factor != g.identity:
            g.check_member(factor, where=where)
        proof = parse_proof(g, value, where=where)
        if not decrypts(g, public=public, alpha=pair.alpha, factor=factor, proof=proof, prefix=prefix):
            raise BadPartialDecryption("The proof of decryption does not hold for this sum.", where=where)
    return row


# --- the counts ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """`counts[i][j]`: how often answer j of question i was marked (by weight)."""

    raw: bytes
    counts: list[list[int]]


def combine(
    election: Election,
    trustees: Trustees,
    tally: EncryptedTally,
    partials: Mapping[int, bytes],
    num_tallied: int | None = None,
) -> Result:
    """Check the partial decryptions (by owner, from 1), put them together and read the counts.

    Raises MissingPartialDecryption, BadPartialDecryption, BadResult, BadTally.
    """
    if num_tallied is not None and num_tallied != tally.num_tallied:
        raise BadTally(f"The sum is over {tally.num_tallied} ballots, not over {num_tallied}.")
    require_enough(trustees, partials)
    checked = {owner: _factors(election, trustees, tally, owner, raw) for owner, raw in partials.items()}
    g = election.group
    logarithm = _Logarithm(g, tally.total_weight)
    counts = []
    for i, row in enumerate(tally.sums):
        combined = [
            _combined_factor(g, trustees, {owner: rows[i][j] for owner, rows in checked.items()})
            for j in range(len(row))
        ]
        counts.append([logarithm.of(g.divide(pair.beta, f)) for pair, f in zip(row, combined, strict=True)])
    return Result(canonical({"result": [[count_text(n) for n in row] for row in counts]}), counts)


def require_enough(trustees: Trustees, given: Iterable[int]) -> None:
    """Raise MissingPartialDecryption unless every Single and enough of every Pedersen gave their part."""
    there = set(given)
    first = 1
    for member in trustees.members:
        count = len(member.keys) if isinstance(member, Pedersen) else 1
        needed = member.threshold if isinstance(member, Pedersen) else 1
        found = len(there & set(range(first, first + count)))
        if found < needed:
            raise MissingPartialDecryption(
                f"{found} of the trustees {first} to {first + count - 1} gave their part; {needed} must."
            )
        first += count


def _combined_factor(g: Group, trustees: Trustees, factors: Mapping[int, Element]) -> Element:
    """Alpha to the power of the election's private key, which nobody ever holds."""
    product = g.identity
    first = 1
    for member in trustees.members:
        if not isinstance(member, Pedersen):
            product = g.multiply(product, factors[first])
            first += 1
            continue
        size = len(member.keys)
        there = [i for i in range(1, size + 1) if first + i - 1 in factors][: member.threshold]
        for index in there:
            weight = _lagrange(index, there, g.order)
            product = g.multiply(product, g.power(factors[first + index - 1], weight))
        first += size
    return product


def _lagrange(index: int, indices: Sequence[int], order: int) -> int:
    """The weight of `index` when a polynomial known at `indices` is evaluated at 0."""
    weight = 1
    for other in indices:
        if other != index:
            weight = weight * other * pow(other - index, -1, order) % order
    return weight


class _Logarithm:
    """Finds n with g^n = element for 0 <= n <= bound: baby steps stored, giant steps walked."""

    def __init__(self, g: Group, bound: int) -> None:
        if bound > _MOST_VOTES:
            raise BadResult(f"A total weight of {bound} is beyond what this program searches.")
        self._group, self._bound = g, bound
        self._step = min(bound, max(1000, isqrt(bound))) + 1
        self._table: dict[Element, int] = {}
        element = g.identity
        for n in range(self._step):
            self._table[element] = n
            element = g.multiply(element, g.generator)
        self._giant = element

    def of(self, element: Element) -> int:
        for base in range(0, self._bound + 1, self._step):
            if element in self._table:
                number = base + self._table[element]
                if number <= self._bound:
                    return number
                break
            element = self._group.divide(element, self._giant)
        raise BadResult(f"The sum does not decrypt to a count between 0 and {self._bound}.")
