"""docs/howto/add-a-scale.md: doing what the page says adds a scale that computes and explains itself."""

import re
import tomllib
from pathlib import Path

import pytest

from scoring import SchemeError, evaluate, scales, words
from tests.scoring.test_cases import counts_of, scheme_of

PAGE = (Path(__file__).parents[2] / "docs/howto/add-a-scale.md").read_text("utf-8")
FUNCTION, ENTRY, WORDS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
(SHOWN,) = re.findall(r'add its code `"(\w+)"` to `COUNTS`', PAGE)
(CASE,) = [tomllib.loads(block) for block in re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)]


@pytest.fixture
def added(monkeypatch):
    """The scale of the page, registered as long as a test runs."""
    names = dict(vars(scales))
    exec(FUNCTION, names)
    for name, scale in eval(f"{{{ENTRY}}}", names).items():
        monkeypatch.setitem(scales.SCALES, name, scale)
    for code, sentences in eval(f"{{{WORDS}}}").items():
        monkeypatch.setitem(words.STEPS, code, sentences)
    monkeypatch.setattr(words, "COUNTS", words.COUNTS | {SHOWN})


@pytest.mark.usefixtures("added")
def test_the_added_scale_computes_the_case_of_the_page():
    (result,) = evaluate(scheme_of(CASE), counts_of(CASE)).entries

    assert str(result.score) == CASE["expect"]["score"]


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize(("lang", "said"), [("en", "The mark in the middle is 70."), ("zh", "中位数为 70。")])
def test_the_added_scale_explains_itself(lang, said):
    (result,) = evaluate(scheme_of(CASE), counts_of(CASE)).entries

    worded = [words.sentence(step.as_json(), lang) for step in result.working]
    assert worded[0].endswith(said)
    assert result.working[0].code in words.COUNTS


@pytest.mark.usefixtures("added")
def test_the_added_scale_guesses_nothing():
    nothing = {**CASE, "categories": {"A": {"no_opinion": 9}}}

    (result,) = evaluate(scheme_of(nothing), counts_of(nothing)).entries

    assert (result.score, result.proposed) == (None, "undetermined")


def test_without_it_the_scheme_is_refused():
    with pytest.raises(SchemeError) as caught:
        scheme_of(CASE)

    assert [fault.code for fault in caught.value.faults] == ["unknown_scale"]


@pytest.mark.parametrize("name", re.findall(r"`((?:src|tests)/[\w/.]+)`", PAGE))
def test_the_files_that_the_page_names_are_there(name):
    example = "tests/cases/median.toml"

    assert name == example or (Path(__file__).parents[2] / name).is_file()


def test_every_scheme_that_comes_with_the_program_is_named_to_begin_with():
    page = (Path(__file__).parents[2] / "docs/howto/write-a-scheme.md").read_text("utf-8")
    schemes = Path(scales.__file__).with_name("schemes")

    assert set(re.findall(r"^ *\| `(\w+\.toml)` \|", page, re.MULTILINE)) == {file.name for file in schemes.iterdir()}
