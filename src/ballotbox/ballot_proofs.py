"""Every point and every proof of a ballot: all at once in the kernel, or one after another to say which is wrong."""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from ballotbox.ballot import Ballot, overall_prefix, sum_of
from ballotbox.ballot_text import Answer, possible_sums
from ballotbox.election import Election, Question
from ballotbox.errors import BadPoint, BadProof, WrongShape
from ballotbox.groups import Element, Group
from ballotbox.kernel import Kernel, Points
from ballotbox.proofs import Ciphertext, Proof, check_interval


def check_proofs(election: Election, ballot: Ballot) -> None:
    """Every point and every proof of a ballot that `check_form` accepted. Raises BadPoint, BadProof."""
    if len(ballot.answers) != len(election.questions):
        raise WrongShape("The ballot does not fit the questions.", where="ballot.answers")
    kernel = election.group.kernel
    if kernel is None:
        check_proofs_one_by_one(election, ballot)
    elif not proofs_hold(kernel, election, ballot):
        check_proofs_one_by_one(election, ballot)
        raise BadProof("The kernel refuses what plain arithmetic accepts; please report this ballot.", where="ballot")


# --- one after another --------------------------------------------------------------------------------------------


def check_proofs_one_by_one(election: Election, ballot: Ballot) -> None:
    """The same without the kernel: the first fault is named with its place. Raises BadPoint, BadProof."""
    bound = f"{election.fingerprint}|{ballot.credential}"
    for i, (question, answer) in enumerate(zip(election.questions, ballot.answers, strict=True)):
        _check_answer(election, bound, question, answer, where=f"ballot.answers[{i}]")


def _check_answer(election: Election, bound: str, question: Question, answer: Answer, *, where: str) -> None:
    g, key = election.group, election.public_key
    for j, (pair, proofs) in enumerate(zip(answer.choices, answer.individual_proofs, strict=True)):
        place = f"{where}.choices[{j}]"
        _check_pair(g, pair, where=place)
        prefix = f"prove|{bound}|{pair}|"
        check_interval(g, key=key, prefix=prefix, pair=pair, proofs=proofs, values=(0, 1), where=place)
    total = sum_of(g, answer.choices)
    check_interval(
        g,
        key=key,
        prefix=overall_prefix(bound, answer.choices, total),
        pair=total,
        proofs=answer.overall_proof,
        values=possible_sums(question),
        where=f"{where}.overall_proof",
    )


def _check_pair(g: Group, pair: Ciphertext, *, where: str) -> None:
    if g.identity in pair:
        raise BadPoint("The neutral element is no encryption.", where=where)
    if not g.powers_check_bases:
        g.check_member(pair.alpha, where=where)
        g.check_member(pair.beta, where=where)


# --- all at once --------------------------------------------------------------------------------------------------


class _Interval(NamedTuple):
    """A proof that a ciphertext holds one of `values`, with what is hashed before the commitments."""

    prefix: str
    proofs: tuple[Proof, ...]
    values: Sequence[int]


def proofs_hold(kernel: Kernel, election: Election, ballot: Ballot) -> bool:
    """Whether every point and every proof is in order, by the kernel alone."""
    bound = f"{election.fingerprint}|{ballot.credential}"
    pairs = [pair for answer in ballot.answers for pair in answer.choices]
    if any(election.group.identity in pair for pair in pairs):
        return False
    proofs = [proof for answer in ballot.answers for proof in answer.individual_proofs]
    try:
        # all alphas first: eight points at a time then need the same tables
        points = kernel.points([*(pair.alpha for pair in pairs), *(pair.beta for pair in pairs)])
        single = [_Interval(f"prove|{bound}|{pair}|", own, (0, 1)) for pair, own in zip(pairs, proofs, strict=True)]
        return _hold(kernel, election, points, single, check=True) and _overall_hold(
            kernel, election, ballot, bound, points
        )
    except BadPoint:
        return False


def _overall_hold(kernel: Kernel, election: Election, ballot: Ballot, bound: str, points: Points) -> bool:
    sizes = [len(answer.choices) for answer in ballot.answers]
    sums = kernel.sums(2 * len(sizes))
    kernel.add(sums, points, sizes * 2)
    added, texts = kernel.affine(sums, 2 * len(sizes))
    totals = zip(texts[: len(sizes)], texts[len(sizes) :], strict=True)
    intervals = [
        _Interval(
            overall_prefix(bound, answer.choices, Ciphertext(*total)), answer.overall_proof, possible_sums(question)
        )
        for question, answer, total in zip(election.questions, ballot.answers, totals, strict=True)
    ]
    return _hold(kernel, election, added, intervals, check=False)


def _hold(kernel: Kernel, election: Election, points: Points, intervals: list[_Interval], *, check: bool) -> bool:
    """Whether the proofs hold; `points` are the alphas of all intervals, then their betas."""
    g, count = election.group, 2
    if not check:  # any number of values: a point for each
        count = 1
        points = kernel.repeated(points, [len(interval.values) for interval in intervals] * 2)
    proofs = [proof for interval in intervals for proof in interval.proofs]
    values = chain.from_iterable(interval.values for interval in intervals)
    challenges = [proof.challenge for proof in proofs]
    responses = [proof.response for proof in proofs]
    shifts = [-value * challenge % g.order for value, challenge in zip(values, challenges, strict=True)]
    nothing = [0] * len(proofs)
    texts = kernel.commitments(
        (g.generator, election.public_key),
        points,
        challenges=challenges * 2,
        first=responses + shifts,
        second=nothing + responses,
        count=count,
        check=check,
    )
    commitments = zip(texts[: len(proofs)], texts[len(proofs) :], strict=True)
    return all(_holds(g, interval, [next(commitments) for _ in interval.proofs]) for interval in intervals)


def _holds(g: Group, interval: _Interval, commitments: list[tuple[Element, Element]]) -> bool:
    text = ",".join([f"{first},{second}" for first, second in commitments])
    return g.hash(interval.prefix + text) == sum([proof.challenge for proof in interval.proofs]) % g.order
