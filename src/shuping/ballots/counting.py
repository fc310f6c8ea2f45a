"""The counts of a category from what is stored: the result of its sum, the paper, both together (R69)."""

import json
from collections.abc import Iterator
from typing import Any

from shuping.ballots import queries
from shuping.ballots.models import Category, Count

Rows = dict[str, dict[str, int]] | None


def counts_of(category: Category) -> Iterator[tuple[str, int, Rows]]:
    """Electronic, paper and both as totals of the category: (source, ballots, rows). A part below the floor stays out
    (ballot.md, floors).
    """
    floor = queries.scheme_of(category.ballot).ballot.floor
    electronic, cast = _electronic(category)
    paper, sheets = _paper(category)
    if 0 < sheets < floor:
        paper = None
    there = [rows for rows in (electronic, paper) if rows]
    yield Count.Source.ELECTRONIC, cast, electronic
    yield Count.Source.PAPER, sheets, paper
    counted = (cast if electronic else 0) + (sheets if paper else 0)
    yield Count.Source.SUM, counted, queries.add_rows(*there) if there else None


def _electronic(category: Category) -> tuple[Rows, int]:
    cast = len(queries.counted_ballots(category))
    if not category.result_raw:
        return None, cast
    codes = queries.answer_codes(queries.scheme_of(category.ballot))
    result: list[Any] = json.loads(category.result_raw)["result"]
    rows = {
        entry.number: dict(zip(codes, map(int, row), strict=True)) | {"invalid": 0}
        for entry, row in zip(queries.rows_of(category), result, strict=True)
    }
    return rows, cast


def _paper(category: Category) -> tuple[Rows, int]:
    batch = queries.settled_batch(category) if category.paper_issued else None
    return (batch.rows, batch.returned - batch.void) if batch else (None, 0)
