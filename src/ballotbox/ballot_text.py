"""The one way in which a ballot of an election may be written, as a pattern: most ballots are read by it alone.

A text that matches is canonical JSON with exactly the fields and lengths that the questions ask. What does not match
is parsed step by step by `ballot.check_form`, which names the fault.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from ballotbox.election import Election, Question
from ballotbox.errors import BadPoint
from ballotbox.groups import Element, Group
from ballotbox.proofs import Ciphertext, Proof

_NUMBER = "(0|[1-9][0-9]{0,79})"
_PROOF = f'{{"challenge":"{_NUMBER}","response":"{_NUMBER}"}}'


class Answer(NamedTuple):
    """What was encrypted for one question."""

    choices: tuple[Ciphertext, ...]
    individual_proofs: tuple[tuple[Proof, ...], ...]
    overall_proof: tuple[Proof, ...]


class Written(NamedTuple):
    """A ballot whose form is in order; its signature is unchecked."""

    credential: Element
    answers: tuple[Answer, ...]
    digest: str
    signature: Proof


def possible_sums(question: Question) -> range:
    """How many answers may be marked."""
    return range(question.minimum, question.maximum + 1)


def read_written(election: Election, raw: bytes) -> Written | None:
    """The parts of a ballot of this election in the expected form, or None for any other text."""
    g = election.group
    try:
        text = raw.decode("ascii")
        head = _head(g.element_pattern).match(text)
        if head is None or head.group(1, 2) != (election.uuid, election.fingerprint):
            return None
        credential, position = g.element(head[3]), head.end()
        answers: list[Answer] = []
        for question in election.questions:
            answer, position = _answer(g, question, text, position, "," if answers else "")
            answers.append(answer)
        tail = _TAIL.fullmatch(text, position)
        if tail is None:
            return None
        return Written(credential, tuple(answers), tail[1], _proofs(g, tail.group(2, 3))[0])
    except (UnicodeDecodeError, BadPoint, _Otherwise):
        return None


class _Otherwise(Exception):
    """Not written as expected."""


def _answer(g: Group, question: Question, text: str, position: int, separator: str) -> tuple[Answer, int]:
    count = len(question.answers)
    pattern = _pattern(g.element_pattern, count, len(possible_sums(question)))
    match = pattern.match(text, position + len(separator))
    if match is None or not text.startswith(separator, position):
        raise _Otherwise
    groups = match.groups()
    elements = [g.element(part) for part in groups[: 2 * count]]
    proofs = _proofs(g, groups[2 * count :])
    return Answer(
        tuple(map(Ciphertext, elements[::2], elements[1::2])),
        tuple(zip(proofs[: 2 * count : 2], proofs[1 : 2 * count : 2], strict=True)),
        tuple(proofs[2 * count :]),
    ), match.end()


def _proofs(g: Group, texts: tuple[str, ...]) -> list[Proof]:
    numbers = [int(text) for text in texts]
    if max(numbers) >= g.order:
        raise _Otherwise
    return list(map(Proof, numbers[::2], numbers[1::2]))


@lru_cache(maxsize=8)
def _head(element: str) -> re.Pattern[str]:
    fixed = '{"election_uuid":"([0-9A-Za-z]+)","election_hash":"([0-9A-Za-z+/]{43})",'
    return re.compile(fixed + f'"credential":"({element})","answers":\\[', re.ASCII)


_TAIL = re.compile(f'\\],"signature":\\{{"hash":"([0-9A-Za-z+/]{{43}})","proof":{_PROOF}}}}}', re.ASCII)


@lru_cache(maxsize=64)
def _pattern(element: str, count: int, sums: int) -> re.Pattern[str]:
    pair = f'{{"alpha":"({element})","beta":"({element})"}}'
    both = f"\\[{_PROOF},{_PROOF}\\]"
    return re.compile(
        f'{{"choices":\\[{_listed(pair, count)}\\],'
        f'"individual_proofs":\\[{_listed(both, count)}\\],'
        f'"overall_proof":\\[{_listed(_PROOF, sums)}\\]}}',
        re.ASCII,
    )


def _listed(item: str, count: int) -> str:
    return ",".join([item] * count)
