"""The example's reports: as long, as honest and as alike as a year's reports should be."""

from itertools import combinations

import pytest

from shuping.rehearsal.example import cast, writing
from shuping.reports import copies, docx_reader
from shuping.reports.text_length import count

LIMITS = {
    "last_year": (150, 1200),
    "duties": (500, 2000),
    "problems": (300, 1600),
    "causes": (200, 1200),
    "plan": (200, 1200),
}
UNITS = {unit.number: unit.zh for unit in cast.organisation().units}
COPIED_PAIR = ("05", "06")


def body(sections: writing.Sections) -> str:
    return "\n".join(text for _, paragraphs in sections for text in paragraphs)


def year(seed: int) -> dict[str, writing.Sections]:
    return {number: writing.report(number, unit, seed=seed) for number, unit in UNITS.items()}


def test_there_is_a_report_for_every_unit() -> None:
    assert tuple(UNITS) == writing.NUMBERS
    assert len(writing.WRITTEN) == 6
    assert sorted(writing.WRITTEN.values()) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("seed", range(1, 6))
def test_reports_keep_the_scheme(seed: int) -> None:
    for number, sections in year(seed).items():
        assert [heading for heading, _ in sections] == list(writing.HEADINGS.values()), number
        lengths = {name: count("\n".join(texts)) for name, (_, texts) in zip(LIMITS, sections, strict=True)}
        for name, (least, most) in LIMITS.items():
            assert least <= lengths[name] <= most, (number, name)
        whole = sum(lengths.values())
        assert 2600 <= whole <= 3800, number
        assert 0.35 <= (lengths["problems"] + lengths["causes"]) / whole <= 0.43, number


@pytest.mark.parametrize("number", writing.NUMBERS)
def test_a_report_names_its_own_unit_and_no_other(number: str) -> None:
    text = body(writing.report(number, UNITS[number], seed=1))
    assert UNITS[number] in text
    assert "{" not in text
    assert not [name for name in UNITS.values() if name != UNITS[number] and name in text]


@pytest.mark.parametrize("seed", range(1, 6))
def test_only_one_pair_looks_copied(seed: int) -> None:
    grams = {number: copies.grams(body(sections)) for number, sections in year(seed).items()}
    for first, second in combinations(grams, 2):
        share = copies.overlap(grams[first], grams[second])
        if (first, second) == COPIED_PAIR:
            assert share > 40
        else:
            assert share < 30, (first, second)


def test_every_wording_of_a_slot_is_its_own() -> None:
    for slot in writing._stock():
        for first, second in combinations(map(copies.grams, slot.texts), 2):
            assert copies.overlap(first, second) < 15


def test_the_same_seed_writes_the_same_and_another_seed_writes_otherwise() -> None:
    for number, unit in UNITS.items():
        again, other = writing.report(number, unit, seed=1), writing.report(number, unit, seed=2)
        assert again == writing.report(number, unit, seed=1)
        assert (again == other) is (number in writing.WRITTEN)


@pytest.mark.parametrize("number", ["00", "19", "1", ""])
def test_a_stranger_has_no_report(number: str) -> None:
    with pytest.raises(ValueError, match=f"^{number}$"):
        writing.report(number, "unit", seed=1)


def test_a_shortened_report_lacks_its_causes() -> None:
    short = writing.shortened(writing.report("02", UNITS["02"], seed=1))
    assert [heading[2:] for heading, _ in short] == [
        "上年度问题整改情况",
        "履行职责和主要成效",
        "存在的主要问题",
        "下一步工作打算",
    ]


def test_the_word_file_reads_back() -> None:
    sections = writing.report("03", UNITS["03"], seed=1)
    found = docx_reader.read(writing.docx(sections, title="述职报告"))
    assert found[0]["text"] == "述职报告"
    headings = [paragraph["text"] for paragraph in found if paragraph["heading"]]
    assert headings[-5:] == list(writing.HEADINGS.values())
    assert [paragraph["text"] for paragraph in found[1:] if not paragraph["heading"]] == body(sections).split("\n")
