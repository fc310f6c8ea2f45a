"""How much of a text stands in another one, in runs of five words or characters."""

from shuping.reports.text_length import tokens

RUN = 5

Grams = frozenset[tuple[str, ...]]


def grams(text: str) -> Grams:
    """Every run of five tokens (CJK characters, Latin words, numbers) of a text."""
    found = [token.casefold() for token in tokens(text)]
    return frozenset(zip(*(found[start:] for start in range(RUN)), strict=False))


def overlap(first: Grams, second: Grams) -> int:
    """The share of the shorter text's runs that stand in the other too, in whole per cent, rounded down."""
    shorter = min(len(first), len(second))
    return len(first & second) * 100 // shorter if shorter else 0
