"""Schemes with faults: each names its place and says in both languages what to do (R45)."""

import hashlib
import re

import pytest

from scoring import SchemeError, builtin_scheme, load_scheme
from scoring.fault_words import FAULTS
from tests.scoring.worlds import PROVINCIAL, TOO_LARGE, changed

SECOND_GRADE = 'code = "fairly_good"\nzh = "较好"\nen = "Fairly good"\npoints = 80'
SECOND_COMPONENT = 'en = "Routine assessment"\nweight = 30\nsource = "xlsx"'
GATE_RULE = 'grade = "good"\ncomponent = "field"'
DISTRIBUTION = 'grades = ["fairly_good", "average", "poor"]\nat_least = "15 %"'
THRESHOLDS = "at_least = { good = 85, fairly_good = 75, average = 60, poor = 0 }"
LATE_DEDUCTION = '[[rule]]\nkind = "deduction"\ncomponent = "field"\neach = 1\nlimit = 5\n[speech]\n'
BAND = '[[band]]\ngrades = ["good"]\nat_least = 0\npoints = 90\n'
SHARE = '[[rule]]\nkind = "share"\ngrade = "good"\ngrades = ["good"]\n'
SECTIONS = PROVINCIAL[PROVINCIAL.index("[[section]]") : PROVINCIAL.index("[report]")]
GRADES = PROVINCIAL[PROVINCIAL.index("[[grade]]") : PROVINCIAL.index("[ballot]")]
ONE_GRADE = GRADES[: GRADES.index("[[grade]]", 1)]
BUILTIN = ("provincial", "university", "generic")
FINGERPRINT = "aa46659060a8ccfb3ca8fae95ebb9632c0b22c6eadd9fd171ec3cd969c5bb08a"

# What is written instead of what, and the fault: its place and code.
FAULTY = {
    # values
    "a text in a number": ("weight = 40", 'weight = "forty"', "category[1].weight", "not_amount"),
    "a list in a number": ("weight = 40", "weight = [40]", "category[1].weight", "not_amount"),
    "too many decimal places": ("weight = 40", "weight = 40.001", "category[1].weight", "not_amount"),
    "no number at all": ("weight = 40", "weight = nan", "category[1].weight", "not_amount"),
    "a weight above 100": ("weight = 40", "weight = 140", "category[1].weight", "out_of_range"),
    "a number in a text": ('zh = "好"', "zh = 5", "grade[1].zh", "not_text"),
    "an empty text": ('zh = "好"', 'zh = ""', "grade[1].zh", "bad_text"),
    "a text with blanks around it": ('zh = "好"', 'zh = " 好"', "grade[1].zh", "bad_text"),
    "a text over two lines": ('en = "Good"', 'en = "Go\\nod"', "grade[1].en", "bad_text"),
    "a fraction for a whole number": ("limit = 480", "limit = 480.5", "speech.limit", "not_whole"),
    "a text for a whole number": ("limit = 480", 'limit = "480"', "speech.limit", "not_whole"),
    "a text for true or false": ("revote = true", 'revote = "yes"', "ballot.revote", "not_true_false"),
    "an unknown table": ("[circles]", "[circle]", "circle", "unknown_key"),
    "a share that is no fraction": ('share = "1/3"', 'share = "a third"', "report.share", "not_share"),
    "a share over nought": ('share = "1/3"', 'share = "1/0"', "report.share", "not_share"),
    "a share above the whole": ('share = "1/3"', 'share = "4/3"', "report.share", "not_share"),
    "a share below nought": ('share = "1/3"', "share = -0.1", "report.share", "not_share"),
    "a code with a blank": ('code = "routine"', 'code = "rou tine"', "component[2].code", "bad_code"),
    "a colour by name": ('colour = "#1d6b3f"', 'colour = "green"', "grade[1].colour", "bad_colour"),
    "an unknown denominator": (
        'denominator = "marks"',
        'denominator = "people"',
        "ballot.denominator",
        "not_one_of",
    ),
    "an unknown group": ('group = "Ed25519"', 'group = "P-256"', "scheme.group", "not_one_of"),
    "a floor below the lowest": ("floor = 10", "floor = 4", "ballot.floor", "out_of_range"),
    # keys
    "an unknown key": ("revote = true", "revoting = true", "ballot.revoting", "unknown_key"),
    "an unknown key of a rule": ('gate = "veto"', 'gate = "veto"\ngates = "x"', "rule[3].gates", "unknown_key"),
    "a missing key": ('shortfall = "redistribute"', "", "ballot.shortfall", "missing"),
    "a missing table": ("[speech]\nlimit = 480\nwarning = 60", "", "speech", "missing"),
    "a rule without its kind": ('kind = "veto"\n', "", "rule[3].kind", "missing"),
    # grades
    "a grade twice": (SECOND_GRADE, SECOND_GRADE.replace("fairly_good", "good"), "grade[2].code", "duplicate_code"),
    "a grade that rises": (SECOND_GRADE, SECOND_GRADE.replace("80", "101"), "grade[2].points", "grade_order"),
    "a grade by a reserved name": ('code = "poor"', 'code = "invalid"', "grade[4].code", "reserved_code"),
    # categories and components
    "weights that do not sum to 100": ("weight = 40", "weight = 41", "category.weight", "weights_sum"),
    "components that do not sum to 100": (
        SECOND_COMPONENT,
        SECOND_COMPONENT.replace("30", "29.5"),
        "component.weight",
        "weights_sum",
    ),
    "a category twice": ('code = "B"', 'code = "A"', "category[2].code", "duplicate_code"),
    "two ballots": (
        SECOND_COMPONENT,
        SECOND_COMPONENT.replace("xlsx", "ballot"),
        "component.source",
        "ballot_component",
    ),
    "no ballot": ('source = "ballot"', 'source = "xlsx"', "component.source", "ballot_component"),
    "an unknown scale": ("floor = 10", 'scale = "stars"\nfloor = 10', "ballot.scale", "unknown_scale"),
    "a distribution below the floor": ("floor = 10", "floor = 30", "ballot.distribution", "distribution_below_floor"),
    "criteria for a ballot of the site": (
        "[speech]\n",
        '[[criterion]]\ncode = "duties"\nzh = "职责"\nen = "Duties"\n[speech]\n',
        "criterion",
        "criteria_on_the_site",
    ),
    "bands without any": ("floor = 10", 'scale = "bands"\nfloor = 10', "band", "bands_and_scale"),
    "a band on another scale": ("[speech]\n", f"{BAND}[speech]\n", "band", "bands_and_scale"),
    "a band of an unknown grade": (
        "[speech]\n",
        BAND.replace("good", "great") + "[speech]\n",
        "band[1].grades",
        "unknown_grade",
    ),
    "an unknown method": (
        SECOND_COMPONENT,
        f'{SECOND_COMPONENT}\nmethod = "dice"',
        "component[2].method",
        "unknown_method",
    ),
    "a method for the ballot": (
        'source = "ballot"',
        'source = "ballot"\nmethod = "mean"',
        "component[1].method",
        "method_of_ballot",
    ),
    "a maximum above the scale": (
        SECOND_COMPONENT,
        f'{SECOND_COMPONENT}\nmethod = "ratio"\nmaximum = 101',
        "component[2].maximum",
        "above_scale",
    ),
    "a gate on places": (
        'en = "Field verification"',
        'en = "Field verification"\nmethod = "places"',
        "rule[2].component",
        "unknown_component",
    ),
    # rules
    "a share after a veto": ("[speech]\n", f'{SHARE}at_least = "90 %"\n[speech]\n', "rule[5].kind", "proposal_late"),
    "a share both ways": (
        "[speech]\n",
        f'{SHARE}at_least = "9 %"\nabove = "9 %"\n[speech]\n',
        "rule[5]",
        "one_share",
    ),
    "a share without a limit": ("[speech]\n", f"{SHARE}[speech]\n", "rule[5]", "one_share"),
    "a share for an unknown grade": (
        "[speech]\n",
        SHARE.replace('grade = "good"', 'grade = "great"') + 'above = "9 %"\n[speech]\n',
        "rule[5].grade",
        "unknown_grade",
    ),
    "an unknown kind of rule": ('kind = "veto"', 'kind = "wish"', "rule[3].kind", "unknown_rule"),
    "a kind that is a number": ('kind = "veto"', "kind = 3", "rule[3].kind", "unknown_rule"),
    "an unknown grade in a veto": ('grade = "poor"', 'grade = "awful"', "rule[3].grade", "unknown_grade"),
    "an unknown grade in a gate": (GATE_RULE, GATE_RULE.replace("good", "great"), "rule[2].grade", "unknown_grade"),
    "an unknown grade as the other": (
        'otherwise = "fairly_good"',
        'otherwise = "so_so"',
        "rule[2].otherwise",
        "unknown_grade",
    ),
    "an unknown grade with a threshold": (
        THRESHOLDS,
        "at_least = { great = 85 }",
        "rule[1].at_least.great",
        "unknown_grade",
    ),
    "an unknown grade in a distribution": (
        DISTRIBUTION,
        DISTRIBUTION.replace("average", "awful"),
        "rule[4].grades",
        "unknown_grade",
    ),
    "an unknown component": (GATE_RULE, GATE_RULE.replace("field", "yield"), "rule[2].component", "unknown_component"),
    "a gate on the ballot itself": (
        GATE_RULE,
        GATE_RULE.replace("field", "ballot"),
        "rule[2].component",
        "unknown_component",
    ),
    "a gate that raises": ('otherwise = "fairly_good"', 'otherwise = "good"', "rule[2].otherwise", "not_worse"),
    "thresholds that fall": (THRESHOLDS, THRESHOLDS.replace("75", "85"), "rule[1].at_least.good", "thresholds_order"),
    "a threshold in words": (
        THRESHOLDS,
        THRESHOLDS.replace("75", '"high"'),
        "rule[1].at_least.fairly_good",
        "not_amount",
    ),
    "thresholds twice": (
        "[speech]\n",
        f'[[rule]]\nkind = "thresholds"\n{THRESHOLDS}\n[speech]\n',
        "rule[5].kind",
        "thresholds_twice",
    ),
    "a veto before the thresholds": (
        f'kind = "thresholds"\n{THRESHOLDS}',
        'kind = "veto"\ngate = "early"\ngrade = "poor"',
        "rule[1].kind",
        "thresholds_first",
    ),
    "a deduction after the thresholds": ("[speech]\n", LATE_DEDUCTION, "rule[5].kind", "rule_order"),
    "a distribution of everything": (
        DISTRIBUTION,
        DISTRIBUTION.replace("[", '["good", '),
        "rule[4].grades",
        "every_grade",
    ),
    "a distribution both ways": (DISTRIBUTION, f'{DISTRIBUTION}\nat_most = "1/3"', "rule[4]", "one_limit"),
    "a distribution without a limit": (DISTRIBUTION, DISTRIBUTION.split("\n", maxsplit=1)[0], "rule[4]", "one_limit"),
    "a distribution with an unknown effect": (
        DISTRIBUTION,
        f'{DISTRIBUTION}\neffect = "raise"',
        "rule[4].effect",
        "not_one_of",
    ),
    # the grades, the speech and the report as wholes
    "a scale of one grade": (GRADES, ONE_GRADE, "grade", "grade_number"),
    "a scale of eight grades": (GRADES, GRADES + ONE_GRADE * 4, "grade", "grade_number"),
    "a scale without differences": (
        GRADES,
        re.sub(r"points = \d+", "points = 80", GRADES),
        "grade",
        "no_points",
    ),
    "a warning after the end": ("warning = 60", "warning = 480", "speech.warning", "warning_too_late"),
    "a section shorter than short": (
        "min = 150\nmax = 1200",
        "min = 150\nmax = 149",
        "section[1].min",
        "min_above_max",
    ),
    "a report shorter than short": ("min = 2500\nmax = 4000", "min = 2500\nmax = 2499", "report.min", "min_above_max"),
    "a share without sections": (SECTIONS, "", "section", "missing"),
    "a share without problems": (
        SECTIONS,
        SECTIONS.replace('counts_as = "problems"', ""),
        "section",
        "no_problems_section",
    ),
    "a section that counts as something else": (
        'counts_as = "rectification"',
        'counts_as = "praise"',
        "section[1].counts_as",
        "not_one_of",
    ),
    # the file
    "a missing quote": ('title = { zh = "', "title = { zh = ", "", "syntax"),
    "a key twice": ("revote = true", "revote = true\nrevote = true", "", "syntax"),
    "a newer format": ("version = 1", "version = 2", "scheme.version", "newer_version"),
}


def found_in(data: bytes):
    with pytest.raises(SchemeError) as caught:
        load_scheme(data)
    return caught.value.faults


@pytest.mark.parametrize(("old", "new", "place", "code"), FAULTY.values(), ids=FAULTY)
def test_a_fault_is_named_with_its_place(old, new, place, code):
    faults = found_in(changed(old, new))

    assert (place, code) in [(fault.place, fault.code) for fault in faults]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("old", "new", "place", "code"), FAULTY.values(), ids=FAULTY)
def test_a_fault_has_a_sentence(old, new, place, code, lang):
    fault = next(fault for fault in found_in(changed(old, new)) if fault.code == code)

    sentence = fault.sentence(lang)

    assert sentence.startswith(place)
    assert sentence.endswith("." if lang == "en" else "。")
    assert "{" not in sentence


def test_every_fault_of_a_file_is_found_at_once():
    faults = found_in(changed("weight = 40", 'weight = "x"').replace(b'kind = "veto"', b'kind = "wish"'))

    assert [fault.place for fault in faults] == ["category[1].weight", "rule[3].kind"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (TOO_LARGE, "too_large"),
        ("等次".encode("gb18030"), "not_utf8"),
        (b"a = " + b"[" * 20_000, "syntax"),
        (b"a = 1" + b"0" * 5_000, "syntax"),
        (b"", "missing"),
        (b"scheme = 1\nrule = 2\ngrade = 3", "not_table"),
        (b"scheme = 1\nrule = 2\ngrade = 3", "not_list"),
    ],
    ids=["too large", "another encoding", "nested without end", "a huge number", "empty", "no table", "no list"],
)
def test_what_is_no_scheme_at_all_is_refused(data, code):
    assert code in [fault.code for fault in found_in(data)]


def test_a_share_needs_a_section():
    no_section = changed(SECTIONS, "").decode().replace("[scheme]", "section = []\n[scheme]", 1)

    (fault,) = found_in(no_section.encode())

    assert (fault.place, fault.code) == ("section", "missing_section")


def test_the_line_of_a_syntax_fault_is_named():
    (fault,) = found_in(b'[scheme]\nid = "a"\nversion = \n')

    assert fault.parameters == {"line": 3, "column": 11}
    assert fault.sentence("zh").startswith("第 3 行第 11 列")


def test_a_fault_hides_nothing_that_cannot_be_printed():
    (fault,) = found_in(changed("revote = true", '"\\u202e" = true'))

    assert fault.place == "ballot.'\\u202e'"


def test_sentences_are_complete_and_ask_for_the_same_figures():
    placeholder = re.compile(r"\{(\w+)")
    for words in FAULTS.values():
        assert set(words) == {"en", "zh"}
        assert set(placeholder.findall(words["en"])) == set(placeholder.findall(words["zh"]))


def test_the_fingerprint_is_that_of_the_bytes():
    data = builtin_scheme("provincial")

    assert load_scheme(data).fingerprint == hashlib.sha256(data).hexdigest()


def test_a_byte_order_mark_is_no_fault():
    assert load_scheme(b"\xef\xbb\xbf" + PROVINCIAL.encode()).scheme.id == "provincial"


def test_a_component_without_names_goes_by_its_code():
    unnamed = changed('zh = "平时考核"\nen = "Routine assessment"\n', "")

    routine = load_scheme(unnamed).outside[0]

    assert (routine.zh, routine.en) == ("routine", "routine")


def test_an_unknown_built_in_scheme_is_not_found():
    with pytest.raises(FileNotFoundError):
        builtin_scheme("galactic")


def test_the_provincial_scheme_is_the_one_whose_fingerprint_is_in_the_records():
    """A year in progress and every record of the example know the file by its bytes."""
    assert hashlib.sha256(builtin_scheme("provincial")).hexdigest() == FINGERPRINT


@pytest.mark.parametrize("name", BUILTIN)
def test_a_scheme_that_comes_with_the_program_is_without_faults(name):
    used = load_scheme(builtin_scheme(name))

    assert used.scheme.id == name
    assert not used.criterion  # the ballots of the site rate every entry as a whole


@pytest.mark.parametrize("name", BUILTIN)
def test_a_scheme_that_comes_with_the_program_says_what_is_illustrative(name):
    comments = [line for line in builtin_scheme(name).decode().splitlines() if line.startswith("#")]

    assert any("ILLUSTRATIVE" in line for line in comments)


def test_the_documented_weights_of_the_university():
    used = load_scheme(builtin_scheme("university"))

    assert {category.code: category.weight for category in used.category} == {"A": 60, "B": 40}
    assert {component.code: component.weight for component in used.component} == {"ballot": 50, "assessment": 50}
    assert (used.speech.limit, used.speech.warning, used.report.max) == (600, 60, 4000)
