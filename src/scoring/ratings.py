"""What a category gave an entry: the value of its marks, by criteria where the scheme has any (F3, F4), and shares."""

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from scoring.amounts import plain
from scoring.scales import SCALES, denominators, row_name
from scoring.steps import label
from scoring.weights import effective_weights, weighted

if TYPE_CHECKING:
    from scoring.cases import Case, Draft
    from scoring.counts import Row
    from scoring.scheme import Category, Criterion


def category_value(case: "Case", draft: "Draft", category: "Category") -> Fraction | None:
    """The value of an entry in a category, with its working; None where there is none."""
    if not case.scheme.criterion:
        return _row_value(case, draft, category, draft.id)
    values = {
        criterion.code: _row_value(case, draft, _within(category, criterion), row_name(draft.id, criterion.code))
        for criterion in case.scheme.criterion
    }
    return _together(case, draft, category, values)


def _within(category: "Category", criterion: "Criterion") -> "Category":
    """The category under a name that says which criterion it rated by."""
    names = {"zh": f"{category.zh} · {criterion.zh}", "en": f"{category.en} · {criterion.en}"}
    return category.model_copy(update=names)


def _row_value(case: "Case", draft: "Draft", category: "Category", name: str) -> Fraction | None:
    row = case.counts.row(category.code, name)
    if row is None:
        withheld = case.counts.is_withheld(category.code, name)
        draft.note("category_withheld" if withheld else "category_absent", category=label(category))
        return None
    value, step = SCALES[case.scheme.ballot.scale].value(case.scheme, category, row)
    draft.working.append(step)
    return value


def _together(
    case: "Case", draft: "Draft", category: "Category", values: Mapping[str, Fraction | None]
) -> Fraction | None:
    """The values by criterion added up, or their mean; one that is missing is never guessed."""
    known = {code: value for code, value in values.items() if value is not None}
    if len(known) < len(values):
        missing = [label(part) for part in case.scheme.criterion if part.code not in known]
        draft.note("criteria_missing", category=label(category), criteria=missing)
        return None
    items: list[dict[str, Any]] = [{**label(part), "value": plain(known[part.code])} for part in case.scheme.criterion]
    total = sum(known.values(), Fraction(0))
    adds = SCALES[case.scheme.ballot.scale].adds
    value = total if adds else total / len(known)
    draft.note("criteria_sum" if adds else "criteria_mean", category=label(category), items=items, mark=plain(value))
    return value


def marks_in(case: "Case", category: str, entry: str) -> "Row":
    """All the marks of an entry in a category; those of its criteria together, none when one of them is missing."""
    names = [row_name(entry, criterion.code) for criterion in case.scheme.criterion] or [entry]
    rows = [case.counts.row(category, name) for name in names]
    known = [row for row in rows if row is not None]
    if len(known) < len(rows):
        return {}
    return {code: sum(row.get(code, 0) for row in known) for row in known for code in row}


def shares(case: "Case", entry: str, grades: Collection[str]) -> dict[str, Fraction]:
    """The share of certain grades in each category that gave the entry any mark."""
    found = {}
    for category in case.scheme_for(entry).category:
        row = marks_in(case, category.code, entry)
        numbers = denominators(case.scheme, row)
        if numbers["marks"]:
            given = sum(row.get(code, 0) for code in grades)
            found[category.code] = Fraction(given, numbers[case.scheme.ballot.denominator])
    return found


def weighted_share(case: "Case", entry: str, grades: Collection[str]) -> Fraction | None:
    """The share of certain grades, taken in each category, weighted and never pooled (R75); None while the scheme holds
    the ballot's result.
    """
    by_category = shares(case, entry, grades)
    weights = effective_weights(case.scheme_for(entry), by_category)
    return None if weights is None else weighted(weights, by_category)
