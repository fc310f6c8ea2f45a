"""What has to agree in the totals that tellers key from paper sheets (R64, R65, R66, R68)."""

from collections.abc import Collection, Iterator, Mapping

from scoring.counts import Row, row_faults
from scoring.faults import PaperFault

PaperRows = Mapping[str, Row]


def check_paper_totals(
    *,
    issued: int,
    returned: int,
    unreturned: int,
    void: int,
    rows: PaperRows,
    entries: Collection[str] = (),
    strict: bool = False,
) -> list[PaperFault]:
    """What does not agree: issued = returned + unreturned; returned = valid + void; each row's grades, "no_opinion" and
    "invalid" sum to the valid sheets. More returned than issued voids the session, and is then the only fault.

    `entries`: whose rows have to be there. `strict`: the scheme's rows = "strict", a bad row voids its sheet (R65).
    """
    totals = {"issued": issued, "returned": returned, "unreturned": unreturned, "void": void}
    natural = [PaperFault(fault.place, fault.code, fault.parameters) for fault in row_faults(totals, "totals")]
    if natural:
        return natural
    if returned > issued:
        return [PaperFault("", "returned_above_issued", {"issued": issued, "returned": returned})]
    return [*_sheet_faults(totals), *_rows_faults(totals, rows, entries, strict=strict)]


def _sheet_faults(totals: dict[str, int]) -> Iterator[PaperFault]:
    if totals["issued"] != totals["returned"] + totals["unreturned"]:
        yield PaperFault("", "issued_sum", totals)
    if totals["void"] > totals["returned"]:
        yield PaperFault("", "void_above_returned", totals)


def _rows_faults(
    totals: dict[str, int], rows: PaperRows, entries: Collection[str], *, strict: bool
) -> Iterator[PaperFault]:
    valid = totals["returned"] - totals["void"]
    yield from (PaperFault(entry, "row_missing") for entry in entries if entry not in rows)
    for entry, row in rows.items():
        faults = list(row_faults(row, entry))
        yield from (PaperFault(fault.place, fault.code, fault.parameters) for fault in faults)
        if faults or valid < 0:
            continue
        if sum(row.values()) != valid:
            yield PaperFault(entry, "row_sum", {**totals, "valid": valid, "total": sum(row.values())})
        if strict and row.get("invalid", 0):
            yield PaperFault(f"{entry}.invalid", "invalid_under_strict", {"number": row["invalid"]})


def compare_keyings(first: PaperRows, second: PaperRows) -> list[PaperFault]:
    """Every figure that two tellers keyed differently (R66); a figure left out is 0."""
    places = {(entry, code): None for rows in (first, second) for entry, row in rows.items() for code in row}
    return [
        PaperFault(f"{entry}.{code}", "keyed_differently", {"first": one, "second": other})
        for entry, code in places
        if (one := first.get(entry, {}).get(code, 0)) != (other := second.get(entry, {}).get(code, 0))
    ]
