"""From marks to the exact score: category means, weighted (F5), and the components, weighted (F6)."""

from fractions import Fraction

from scoring.amounts import HUNDRED, plain
from scoring.cases import Case, Draft
from scoring.methods import outside_mark
from scoring.ratings import category_value
from scoring.scheme import BALLOT, Component
from scoring.steps import label
from scoring.weights import effective_weights, weighted


def composite(case: Case, draft: Draft) -> Fraction | None:
    """The exact score before any rule, with its working; None as soon as something is missing (R77)."""
    if not case.scheme.component:
        return ballot_mark(case, draft)
    parts = [_part(case, draft, component) for component in case.scheme.component if component.weight]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return sum(known, Fraction(0))


def _part(case: Case, draft: Draft, component: Component) -> Fraction | None:
    mark = ballot_mark(case, draft) if component.source == BALLOT else outside_mark(case, draft, component)
    if mark is None:
        return None
    part = mark * Fraction(component.weight) / HUNDRED
    names, weight = label(component), plain(component.weight)
    draft.note("component", component=names, mark=plain(mark), weight=weight, part=plain(part))
    return part


def ballot_mark(case: Case, draft: Draft) -> Fraction | None:
    """F5: the categories' values, each weighted; marks are never pooled across categories (R75)."""
    scheme = case.scheme_for(draft.id)
    read = {category.code: category_value(case, draft, category) for category in scheme.category}
    values = {code: value for code, value in read.items() if value is not None}
    weights = effective_weights(scheme, values)
    if weights is None:
        draft.note("ballot_held")
        return None
    parts = [
        {"category": code, "weight": plain(weight * 100), "mean": plain(values[code])}
        for code, weight in weights.items()
    ]
    if len(weights) < len(scheme.category):
        draft.note("redistributed", weights=parts)
    mark = weighted(weights, values)
    draft.note("ballot", parts=parts, mark=plain(mark))
    return mark
