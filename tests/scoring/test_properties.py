"""What holds for all counts: order does not matter, scores stay on the scale, more good marks never harm."""

from decimal import Decimal, localcontext
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import Counts, builtin_scheme, evaluate, largest_remainder, load_scheme, merge
from scoring.amounts import round_half_up
from tests.scoring.worlds import GRADES, PLAIN, component, row, scheme

unhurried = settings(deadline=None)  # other tests may be running beside these
WEIGHTS = {"A": 60, "B": 30, "C": 10}
RULES = """
[[rule]]
kind = "thresholds"
at_least = { good = 85, fairly_good = 75, average = 60, poor = 0 }
[[rule]]
kind = "distribution"
grades = ["good"]
at_most = "1/3"
"""
THREE = scheme(RULES, weights=WEIGHTS)
OVER_BALLOTS = scheme(weights=WEIGHTS, head=PLAIN.replace('"marks"', '"ballots"'))
PROVINCIAL = load_scheme(builtin_scheme("provincial"))

numbers = st.integers(0, 60)
rows = st.builds(row, numbers, numbers, numbers, numbers, no_opinion=numbers, invalid=numbers)
counted_rows = rows.filter(lambda marks: any(marks[grade] for grade in GRADES))
tables = st.dictionaries(st.sampled_from([f"{n:02}" for n in range(1, 9)]), rows, min_size=1)
parts = st.dictionaries(st.sampled_from(["01", "02", "03"]), rows)


@st.composite
def worlds(draw):
    entries = draw(st.lists(st.sampled_from([f"{n:02}" for n in range(1, 9)]), min_size=1, unique=True))
    return entries, {code: {entry: draw(rows) for entry in entries} for code in WEIGHTS}


def results(used, entries, categories):
    sheet = evaluate(used, Counts.parse({"entries": entries, "categories": categories}))
    return {entry.id: (entry.score, entry.proposed) for entry in sheet.entries}


def score_of(used, marks):
    return results(used, ["01"], {"A": {"01": marks}, "B": {"01": row(1)}, "C": {"01": row(1)}})["01"][0]


@unhurried
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_entries_and_categories_does_not_matter(world, dice):
    entries, categories = world
    shuffled = dice.sample(entries, len(entries))
    turned = {code: dict(dice.sample(list(categories[code].items()), len(entries))) for code in reversed(WEIGHTS)}

    assert results(THREE, entries, categories) == results(THREE, shuffled, turned)


@unhurried
@given(st.permutations(list(WEIGHTS)), counted_rows, counted_rows)
def test_the_order_of_categories_in_the_scheme_does_not_matter(order, first, second):
    categories = {"A": {"01": first}, "B": {"01": second}, "C": {"01": row(1)}}
    other = scheme(RULES, weights={code: WEIGHTS[code] for code in order})

    assert results(THREE, ["01"], categories) == results(other, ["01"], categories)


@unhurried
@given(worlds())
def test_a_score_lies_between_the_points_of_the_worst_and_the_best_grade(world):
    for score, _grade in results(THREE, *world).values():
        assert score is None or 40 <= score <= 100


@unhurried
@given(worlds())
def test_over_all_ballots_a_score_lies_between_nought_and_the_best(world):
    for score, _grade in results(OVER_BALLOTS, *world).values():
        assert score is None or 0 <= score <= 100


@unhurried
@given(counted_rows, st.integers(1, 30), st.sampled_from([THREE, OVER_BALLOTS]))
def test_more_good_marks_never_lower_the_score(marks, more, used):
    assert score_of(used, {**marks, "good": marks["good"] + more}) >= score_of(used, marks)


@unhurried
@given(counted_rows, st.sampled_from([THREE, OVER_BALLOTS]), st.data())
def test_a_better_mark_instead_of_a_worse_one_never_lowers_the_score(marks, used, data):
    worse = data.draw(st.sampled_from([code for code in GRADES if marks[code]]))
    better = data.draw(st.sampled_from(GRADES[: GRADES.index(worse) + 1]))
    moved = {**marks, worse: marks[worse] - 1}
    moved[better] += 1

    assert score_of(used, moved) >= score_of(used, marks)


@unhurried
@given(counted_rows, st.integers(2, 50))
def test_only_the_shares_of_a_row_matter(marks, factor):
    assert score_of(THREE, {code: number * factor for code, number in marks.items()}) == score_of(THREE, marks)


@unhurried
@given(counted_rows, counted_rows)
def test_the_score_is_the_exact_mean_rounded_once(first, second):
    means = [
        Fraction(sum(points * marks[code] for code, points in zip(GRADES, (100, 80, 60, 40), strict=True)))
        / sum(marks[code] for code in GRADES)
        for marks in (first, second)
    ]
    exact = (means[0] * 60 + means[1] * 30 + 1000) / 100

    score = results(THREE, ["01"], {"A": {"01": first}, "B": {"01": second}, "C": {"01": row(1)}})["01"][0]

    assert abs(Fraction(score) - exact) <= Fraction(1, 200)
    assert score == round_half_up(exact)


@unhurried
@given(st.fractions(0, 1000, max_denominator=5000), st.integers(1, 6))
def test_rounding_is_half_up_whatever_the_context_says(value, precision):
    with localcontext(prec=precision):
        rounded = round_half_up(value)

    assert rounded.as_tuple().exponent == -2
    assert -Fraction(1, 200) < Fraction(rounded) - value <= Fraction(1, 200)


@unhurried
@given(st.integers(0, 100_000))
def test_a_half_is_rounded_up(hundredths):
    value = Fraction(2 * hundredths + 1, 200)

    assert round_half_up(value) == Decimal(hundredths + 1) / 100


@unhurried
@given(parts, parts, parts)
def test_merging_is_addition(first, second, third):
    together = merge(first, second)

    for entry in {*first, *second}:
        for code in (*GRADES, "no_opinion", "invalid"):
            sum_of_parts = first.get(entry, {}).get(code, 0) + second.get(entry, {}).get(code, 0)
            assert together[entry].get(code, 0) == sum_of_parts
    assert together == merge(second, first)
    assert merge(together, third) == merge(first, merge(second, third))
    assert merge(first, {}) == first


@unhurried
@given(st.integers(0, 10_000), st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any))
def test_largest_remainders_sum_to_the_whole(total, shares):
    divided = largest_remainder(total, shares)

    assert sum(divided) == total
    for part, share in zip(divided, shares, strict=True):
        assert abs(part - Fraction(total * share, sum(shares))) < 1


def panel(method):
    return scheme(component("ballot", 0, "ballot"), component("panel", 100, "xlsx", method=method))


def score_by(used, marks):
    tables = {"entries": list(marks), "categories": {}, "components": {"panel": marks}}
    return [entry.score for entry in evaluate(used, Counts.parse(tables)).entries]


some_marks = st.lists(st.integers(0, 100), min_size=1, max_size=20)


@unhurried
@given(some_marks, st.randoms(use_true_random=False))
def test_trimming_takes_the_two_ends_whatever_the_order(marks, dice):
    shuffled = [str(mark) for mark in dice.sample(marks, len(marks))]
    kept = sorted(marks)[1:-1] if len(marks) > 5 else marks

    assert score_by(panel("trimmed"), {"01": shuffled}) == [round_half_up(Fraction(sum(kept), len(kept)))]


@unhurried
@given(counted_rows)
def test_a_trimmed_ballot_is_the_trimmed_list_of_its_marks(marks):
    points = [p for p, code in zip((100, 80, 60, 40), GRADES, strict=True) for _mark in range(marks[code])]
    head = PLAIN.replace("[ballot]", '[ballot]\nscale = "trimmed"')
    kept = points[1:-1] if len(points) > 5 else points

    assert results(scheme(head=head), ["01"], {"A": {"01": marks}})["01"][0] == round_half_up(
        Fraction(sum(kept), len(kept))
    )


@unhurried
@given(st.lists(st.integers(1, 200), min_size=1, max_size=10))
def test_points_of_places_stay_on_the_scale_and_fall_with_the_place(places):
    (score,) = score_by(panel("places"), {"01": [str(place) for place in places]})
    (later,) = score_by(panel("places"), {"01": [str(place + 1) for place in places]})

    assert 0 <= later <= score <= 100


@unhurried
@given(st.lists(st.integers(1, 1000), min_size=1, max_size=8), st.integers(1, 50))
def test_a_ratio_gives_the_best_the_maximum_and_knows_no_unit(marks, factor):
    named = {f"{number:02}": str(mark) for number, mark in enumerate(marks, 1)}
    larger = {entry: str(int(mark) * factor) for entry, mark in named.items()}

    scores = score_by(panel("ratio"), named)

    assert max(scores) == 100
    assert scores == score_by(panel("ratio"), larger)


@unhurried
@given(counted_rows, st.integers(1, 7))
def test_adding_up_equal_criteria_multiplies_and_their_mean_is_each(marks, number):
    codes = "abcdefg"[:number]
    criteria = [f'[[criterion]]\ncode = "{code}"\nzh = "{code}"\nen = "{code}"' for code in codes]
    rows = {"A": {f"01.{code}": marks for code in codes}}
    adding = PLAIN.replace("[ballot]", '[ballot]\nscale = "sum"')
    exact = Fraction(sum(points * marks[code] for points, code in zip((100, 80, 60, 40), GRADES, strict=True)))
    exact /= sum(marks[code] for code in GRADES)

    assert results(scheme(*criteria, head=adding), ["01"], rows)["01"][0] == round_half_up(exact * number)
    assert results(scheme(*criteria), ["01"], rows)["01"][0] == round_half_up(exact)


@unhurried
@given(rows)
def test_a_share_of_marks_proposes_exactly_when_it_is_reached(marks):
    rule = '[[rule]]\nkind = "share"\ngrade = "good"\ngrades = ["good", "fairly_good"]\nat_least = "2/3"\n'
    given_marks = sum(marks[code] for code in GRADES)
    reached = given_marks > 0 and 3 * (marks["good"] + marks["fairly_good"]) >= 2 * given_marks

    _score, proposed = results(scheme(rule), ["01"], {"A": {"01": marks}})["01"]

    assert proposed == ("good" if reached else "undetermined")


@unhurried
@given(counted_rows, st.integers(1, 30))
def test_more_good_marks_never_lead_to_a_lower_band(marks, more):
    head = PLAIN.replace("[ballot]", '[ballot]\nscale = "bands"')
    bands = "".join(
        f'[[band]]\ngrades = ["good"]\nat_least = "{share} %"\npoints = {points}\n'
        for share, points in ((90, 200), (70, 180), (0, 160))
    )
    better = {**marks, "good": marks["good"] + more}

    low, high = (results(scheme(bands, head=head), ["01"], {"A": {"01": each}})["01"][0] for each in (marks, better))

    assert 160 <= low <= high <= 200


@unhurried
@given(tables)
def test_the_example_scheme_computes_nothing_from_a_ballot_alone(table):
    found = results(PROVINCIAL, sorted(table), {"A": table})

    assert {score for score, _grade in found.values()} == {None}
    assert {grade for _score, grade in found.values()} == {"undetermined"}
