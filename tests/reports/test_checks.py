"""What the checks find in a report, and what they say about it."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override

from scoring import builtin_scheme, load_scheme
from shuping.cycles.models import Entry
from shuping.reports import actions, checks, copies, queries
from shuping.reports.models import Finding, Revision
from tests.builders import NOW, make_cycle
from tests.reports import papers

SCHEME = load_scheme(builtin_scheme("provincial"))
CODES = [section.code for section in SCHEME.section]


def revision_of(*lengths: int) -> Revision:
    """A revision whose five sections have these lengths; 0 leaves a section out."""
    parts = zip(CODES, papers.TITLES, lengths, strict=True)
    sections = [{"code": code, "title": title, "text": "字" * size} for code, title, size in parts if size]
    return Revision(sections=sections, characters=sum(lengths))


def found(check, *lengths: int) -> list[tuple]:
    return [(one.code, one.section, one.blocks) for one in check(revision_of(*lengths), SCHEME, Entry())]


def test_a_missing_section_blocks():
    assert found(checks.missing, 300, 900, 0, 500, 400) == [("missing", "problems", True)]
    assert found(checks.missing, 300, 900, 600, 500, 400) == []


def test_a_section_without_a_word_is_missing():
    revision = Revision(sections=[{"code": code, "title": code, "text": "……"} for code in CODES])

    assert len(list(checks.missing(revision, SCHEME, Entry()))) == 5


@pytest.mark.parametrize(
    ("size", "code"), [(0, []), (299, ["section_short"]), (300, []), (1600, []), (1601, ["section_long"])]
)
def test_a_short_or_long_section_is_a_warning(size, code):
    assert found(checks.section_length, 300, 900, size, 500, 400) == [(one, "problems", False) for one in code]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (1249, [("whole_short", "", True)]),
        (1250, [("whole_short", "", False)]),
        (2499, [("whole_short", "", False)]),
        (2500, []),
        (4000, []),
        (4001, [("whole_long", "", False)]),
        (8000, [("whole_long", "", False)]),
        (8001, [("whole_long", "", True)]),
    ],
)
def test_a_report_far_from_its_length_blocks(size, expected):
    assert found(checks.whole_length, 0, size, 0, 0, 0) == expected


def test_problems_and_causes_need_their_share():
    assert found(checks.share, 0, 2000, 600, 400, 0) == []  # a third, exactly
    assert found(checks.share, 0, 2001, 600, 400, 0) == [("share", "", True)]


@pytest.mark.parametrize(("asked", "shown"), [("1/3", "1/3"), ("25 %", "25 %")])
def test_a_share_just_below_never_reads_like_the_one_asked_for(asked, shown):
    text = builtin_scheme("provincial").replace(b'share = "1/3"', f'share = "{asked}"'.encode())
    revision = revision_of(0, 3001, 600, 400, 0) if asked == "25 %" else revision_of(0, 2001, 600, 400, 0)
    one = next(iter(checks.share(revision, load_scheme(text), Entry())))

    assert one.parameters == {"percent": {"1/3": 33, "25 %": 24}[asked], "asked": shown}


def test_parts_under_the_same_heading_count_together():
    sections = [{"code": "problems", "title": "x", "text": "字" * 200}] * 2
    revision = Revision(sections=sections, characters=400)

    assert list(checks.section_length(revision, SCHEME, Entry())) == []


def test_runs_of_five():
    first, second = copies.grams("一二三四五六七"), copies.grams("三四五六七八九")

    assert len(first) == 3
    assert copies.overlap(first, second) == 33
    assert copies.overlap(copies.grams("one TWO three four 5"), copies.grams("One two, three four 5!")) == 100
    assert copies.overlap(copies.grams("一二三四"), first) == 0


@pytest.mark.django_db
def test_a_copied_report_names_the_other_unit():
    world = make_cycle("reporting", entries=3)
    papers.hand_in(world.entries[2], "z")
    papers.hand_in(world.entries[0], "a")
    revision = papers.hand_in(world.entries[1], "a")
    finding = revision.findings.get()

    assert (finding.check_code, finding.blocks) == ("copied", False)
    unit = world.entries[0].unit_en
    assert checks.sentence(finding, SCHEME) == f"100 % of the text also stands in the report of {unit}."


@pytest.mark.django_db
def test_a_pair_is_found_on_both_sides_and_let_go_on_both():
    world = make_cycle("reporting")
    first, second = papers.hand_in(world.entries[0], "a"), papers.hand_in(world.entries[1], "a")
    assert [one.findings.get().parameters["entry"] for one in (first, second)] == ["02", "01"]

    third = papers.hand_in(world.entries[1], "z")
    assert not first.findings.exists()
    assert not third.findings.exists()


@pytest.mark.django_db
def test_what_another_unit_no_longer_says_is_not_copied():
    world = make_cycle("reporting")
    papers.hand_in(world.entries[0], "a")
    papers.hand_in(world.entries[0], "z")

    assert not papers.hand_in(world.entries[1], "a").findings.exists()


@pytest.mark.django_db
def test_last_year_s_report_of_the_same_post_is_known():
    world = make_cycle("reporting")
    papers.hand_in(world.entries[0], "a")
    papers.hand_in(world.entries[1], "z")
    following = make_cycle("reporting", previous=world.cycle)
    finding = papers.hand_in(following.entries[0], "a").findings.get()

    assert finding.check_code == "copied_last_year"
    assert checks.sentence(finding, SCHEME).endswith("of 2022.")
    assert not papers.hand_in(following.entries[1], "b").findings.exists()


@pytest.mark.django_db
def test_every_problem_of_last_year_is_looked_for(monkeypatch):
    item = SimpleNamespace(number="2021-001", statement="100 % late")
    monkeypatch.setattr(queries, "unanswered", lambda entry, text: [item])
    revision = revision_of(300, 900, 600, 500, 400)
    one = next(iter(checks.unanswered(revision, SCHEME, Entry())))
    finding = Finding(check_code=one.code, section=one.section, parameters=one.parameters)

    assert (one.section, one.blocks) == ("last_year", True)
    assert checks.sentence(finding, SCHEME) == "2021-001 of last year is not answered: 100 % late"


WORDS = {
    "count": 1,
    "min": 2,
    "max": 3,
    "percent": 4,
    "asked": "1/3",
    "number": "6",
    "statement": "Late",
    "unit_zh": "甲市",
    "unit_en": "City A",
    "year": 2021,
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("code", [code for _check, sentences in checks.BUILT_IN for code in sentences])
def test_every_finding_is_a_sentence_in_both_languages(code, language):
    with override(language):
        said = checks.sentence(Finding(check_code=code, section="causes", parameters=WORDS), SCHEME)

    assert said.endswith(("。" if language == "zh-hans" else ".", "Late"))
    assert "%(" not in said


@pytest.mark.django_db
def test_another_room_adds_a_check(monkeypatch):
    monkeypatch.setattr(checks, "_checks", [])
    monkeypatch.setattr(checks, "_sentences", {})

    def shouting(revision, scheme, entry):
        yield checks.Found("shouting", parameters={"count": 3})

    for _again in range(2):
        checks.register(shouting, {"shouting": "%(count)d exclamation marks."})
    entry = make_cycle("reporting").entries[0]
    revision = actions.submit_report(entry, body=papers.make_docx(), name="r.docx", by=entry.holder, now=NOW)

    assert checks.sentence(revision.findings.get(), SCHEME) == "3 exclamation marks."
