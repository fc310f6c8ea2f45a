"""What does not go together in a scheme whose single values are all right."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from scoring.amounts import plain
from scoring.faults import Fault
from scoring.methods import METHODS
from scoring.scales import SCALES, highest_mark
from scoring.scheme import BALLOT, Component, Report, Scheme, Section

if TYPE_CHECKING:
    from scoring.steps import Names

RESERVED = ("no_opinion", "invalid", "undetermined")


def check_scheme(scheme: Scheme) -> Iterator[Fault]:
    """Every fault between the values of a scheme, in the order of the file's tables."""
    yield from _check_grades(scheme)
    yield from _check_ballot(scheme)
    yield from _check_codes(scheme)
    yield from _check_weights("category", [category.weight for category in scheme.category])
    yield from _check_components(scheme)
    for number, rule in enumerate(scheme.rule, 1):
        yield from rule.faults(scheme, f"rule[{number}]")
    yield from _check_rule_order(scheme)
    yield from _check_speech_and_report(scheme)


def _check_grades(scheme: Scheme) -> Iterator[Fault]:
    if not 2 <= len(scheme.grade) <= 7:
        yield Fault("grade", "grade_number", {"number": len(scheme.grade)})
    for number, (before, grade) in enumerate(zip(scheme.grade, scheme.grade[1:], strict=False), 2):
        if grade.points > before.points:
            parameters = {"points": plain(grade.points), "before": plain(before.points)}
            yield Fault(f"grade[{number}].points", "grade_order", parameters)
    if len(scheme.grade) > 1 and len({grade.points for grade in scheme.grade}) == 1:
        yield Fault("grade", "no_points", {"points": plain(scheme.grade[0].points)})
    for number, grade in enumerate(scheme.grade, 1):
        if grade.code in RESERVED:
            yield Fault(f"grade[{number}].code", "reserved_code", {"value": grade.code})


def _check_ballot(scheme: Scheme) -> Iterator[Fault]:
    ballot = scheme.ballot
    if ballot.distribution < ballot.floor:
        parameters = {"floor": ballot.floor, "distribution": ballot.distribution}
        yield Fault("ballot.distribution", "distribution_below_floor", parameters)
    if ballot.scale not in SCALES:
        yield Fault("ballot.scale", "unknown_scale", {"value": ballot.scale, "known": ", ".join(SCALES)})
    yield from _check_bands(scheme)


def _check_bands(scheme: Scheme) -> Iterator[Fault]:
    if (scheme.ballot.scale == "bands") != bool(scheme.band):
        yield Fault("band", "bands_and_scale")
    for number, band in enumerate(scheme.band, 1):
        for code in band.grades:
            if code not in scheme.grade_codes:
                parameters = {"value": code, "known": ", ".join(scheme.grade_codes)}
                yield Fault(f"band[{number}].grades", "unknown_grade", parameters)


def _check_codes(scheme: Scheme) -> Iterator[Fault]:
    tables: dict[str, Sequence[Names]] = {
        "grade": scheme.grade,
        "criterion": scheme.criterion,
        "category": scheme.category,
        "component": scheme.component,
        "section": scheme.section,
        "theme": scheme.theme,
    }
    for name, rows in tables.items():
        yield from _check_distinct(name, [row.code for row in rows])


def _check_distinct(table: str, codes: Iterable[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, code in enumerate(codes, 1):
        if code in seen:
            yield Fault(f"{table}[{number}].code", "duplicate_code", {"value": code})
        seen.add(code)


def _check_weights(table: str, weights: Sequence[Decimal]) -> Iterator[Fault]:
    total = sum(weights, Decimal(0))
    if total != 100:
        yield Fault(f"{table}.weight", "weights_sum", {"total": plain(total)})


def _check_components(scheme: Scheme) -> Iterator[Fault]:
    if not scheme.component:
        return
    yield from _check_weights("component", [component.weight for component in scheme.component])
    number = sum(component.source == BALLOT for component in scheme.component)
    if number != 1:
        yield Fault("component.source", "ballot_component", {"number": number})
    for number, component in enumerate(scheme.component, 1):
        yield from _check_method(scheme, component, f"component[{number}]")


def _check_method(scheme: Scheme, component: Component, place: str) -> Iterator[Fault]:
    if component.method not in METHODS:
        yield Fault(f"{place}.method", "unknown_method", {"value": component.method, "known": ", ".join(METHODS)})
    elif component.source == BALLOT and component.method != "mark":
        yield Fault(f"{place}.method", "method_of_ballot")
    if component.maximum is not None and scheme.ballot.scale in SCALES and component.maximum > highest_mark(scheme):
        yield Fault(f"{place}.maximum", "above_scale", {"highest": plain(highest_mark(scheme))})


def _check_rule_order(scheme: Scheme) -> Iterator[Fault]:
    """Scores change first, then grades are proposed, then the other rules change what was proposed."""
    proposed = graded = changed = False
    for number, rule in enumerate(scheme.rule, 1):
        place = f"rule[{number}].kind"
        if rule.changes_score and graded:
            yield Fault(place, "rule_order")
        if rule.kind == "thresholds" and any(other.kind == "thresholds" for other in scheme.rule[: number - 1]):
            yield Fault(place, "thresholds_twice")
        if rule.proposes and changed:
            yield Fault(place, "proposal_late")
        changes = not rule.changes_score and not rule.proposes
        if changes and not proposed:
            yield Fault(place, "thresholds_first")
        proposed, changed = proposed or rule.proposes, changed or (changes and proposed)
        graded = graded or not rule.changes_score


def _check_speech_and_report(scheme: Scheme) -> Iterator[Fault]:
    if scheme.speech.warning >= scheme.speech.limit:
        parameters = {"warning": scheme.speech.warning, "limit": scheme.speech.limit}
        yield Fault("speech.warning", "warning_too_late", parameters)
    lengths: dict[str, Section | Report] = {f"section[{n}]": section for n, section in enumerate(scheme.section, 1)}
    for place, asked in {**lengths, "report": scheme.report}.items():
        if asked.min > asked.max:
            yield Fault(f"{place}.min", "min_above_max", {"min": asked.min, "max": asked.max})
    if not scheme.report.share:
        return
    if not scheme.section:
        yield Fault("section", "missing_section")
    elif not any(section.counts_as == "problems" for section in scheme.section):
        yield Fault("section", "no_problems_section")
