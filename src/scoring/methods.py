"""How the marks from outside the ballot become a component's mark (F9-F11). A new method is one entry in `METHODS`.

This is one of the house's lists into which others may register (`method` of a component names it).
"""

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.amounts import percent, plain
from scoring.scales import highest_mark
from scoring.steps import label

if TYPE_CHECKING:
    from scoring.cases import Case, Draft
    from scoring.scheme import Component

# The mark of an entry, or None where nothing gives one; what was done goes into the draft's working.
Method = Callable[["Case", "Draft", "Component"], Fraction | None]


def outside_mark(case: "Case", draft: "Draft", component: "Component") -> Fraction | None:
    """The mark of a component from outside the ballot. A missing one is never guessed, one above the scale not used."""
    if not case.counts.marks(component.code, draft.id):
        draft.note("component_missing", component=label(component))
        return None
    mark = METHODS[component.method](case, draft, component)
    highest = highest_mark(case.scheme)
    if mark is not None and mark > highest:
        draft.note("component_too_high", component=label(component), mark=plain(mark), highest=plain(highest))
        return None
    return mark


def maximum(case: "Case", component: "Component") -> Fraction:
    """What the first place or the best mark is worth."""
    return highest_mark(case.scheme) if component.maximum is None else Fraction(component.maximum)


def as_it_is(case: "Case", draft: "Draft", component: "Component") -> Fraction | None:
    """The one mark."""
    return Fraction(case.counts.marks(component.code, draft.id)[0])


def mean_of_raters(case: "Case", draft: "Draft", component: "Component") -> Fraction | None:
    """The mean of the marks of several raters."""
    marks = [Fraction(mark) for mark in case.counts.marks(component.code, draft.id)]
    mean = sum(marks, Fraction(0)) / len(marks)
    given = [plain(mark) for mark in marks]
    draft.note("raters_mean", component=label(component), given=given, number=len(marks), mean=plain(mean))
    return mean


def trimmed_mean_of_raters(case: "Case", draft: "Draft", component: "Component") -> Fraction | None:
    """F11: without one highest and one lowest mark when there are more than `trim` raters (R76)."""
    marks = sorted(Fraction(mark) for mark in case.counts.marks(component.code, draft.id))
    if len(marks) <= component.trim:
        return mean_of_raters(case, draft, component)
    mean = sum(marks[1:-1], Fraction(0)) / (len(marks) - 2)
    draft.note(
        "raters_trimmed",
        component=label(component),
        given=[plain(mark) for mark in marks],
        trim=component.trim,
        highest=plain(marks[-1]),
        lowest=plain(marks[0]),
        number=len(marks) - 2,
        mean=plain(mean),
    )
    return mean


def points_of_places(case: "Case", draft: "Draft", component: "Component") -> Fraction | None:
    """F9: the first place has the maximum, each further place a share of it less; the mean over the raters."""
    places = [Fraction(mark) for mark in case.counts.marks(component.code, draft.id)]
    if min(places) < 1:
        draft.note("no_place", component=label(component), given=[plain(place) for place in places])
        return None
    first = maximum(case, component)
    points = [max(Fraction(0), first * (1 - component.per_place * (place - 1))) for place in places]
    mean = sum(points, Fraction(0)) / len(points)
    draft.note(
        "places",
        component=label(component),
        given=[plain(place) for place in places],
        maximum=plain(first),
        per_place=percent(component.per_place),
        points=[plain(one) for one in points],
        mean=plain(mean),
    )
    return mean


def ratio_to_best(case: "Case", draft: "Draft", component: "Component") -> Fraction | None:
    """F10: own ÷ best × maximum. The best is known only when every entry's mark is."""
    marks = {other.id: case.counts.mark(component.code, other.id) for other in case.drafts}
    known = {entry: Fraction(mark) for entry, mark in marks.items() if mark is not None}
    best = max(known.values(), default=Fraction(0))
    if len(known) < len(marks) or not best:
        draft.note("no_best", component=label(component))
        return None
    value = known[draft.id] / best * maximum(case, component)
    figures = {"own": known[draft.id], "best": best, "maximum": maximum(case, component), "value": value}
    draft.note("ratio", component=label(component), **{key: plain(figure) for key, figure in figures.items()})
    return value


METHODS: dict[str, Method] = {
    "mark": as_it_is,
    "mean": mean_of_raters,
    "trimmed": trimmed_mean_of_raters,
    "places": points_of_places,
    "ratio": ratio_to_best,
}
ONE_MARK = ("mark", "ratio")  # the methods that take one mark per entry, not several
