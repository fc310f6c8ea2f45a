"""docs/spec/scheme.md says of every table and key what the model of the scheme says, and of no other."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from scoring import load_scheme
from scoring.amounts import parse_share
from scoring.loading import LARGEST_FILE
from scoring.methods import METHODS
from scoring.rules import KINDS
from scoring.scales import SCALES
from scoring.scheme import SchemeFile

TEXT = (Path(__file__).parents[2] / "docs/spec/scheme.md").read_text("utf-8")
HEADING = re.compile(r'^(?:## `\[+([a-z]+)\]+`.*|### `kind = "([a-z]+)"`)$', re.MULTILINE)
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+?) \| ([^|]+?) \|([^|]*)\| ?([^|]*)\|$", re.MULTILINE)
RANGE = re.compile(r"(\d+) to (\d+)(?:, (\d) decimal places)?")
TYPES = {
    "str": {"text", "code", "word", "colour"},
    "int": {"whole number"},
    "bool": {"true or false"},
    "Decimal": {"number"},
    "Fraction": {"share"},
    "Label": {"names"},
    "tuple": {"list of codes"},
    "Literal": {"word"},
    "dict": {"numbers by code"},
}
BY_CODE = "numbers by code"


def described():
    """Each table, or kind of rule, with the rows of its section: key -> (type, default, values, meaning)."""
    pieces = HEADING.split(TEXT)
    tables = {}
    for table, kind, body in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        tables[table or f"rule {kind}"] = {key: tuple(map(str.strip, rest)) for key, *rest in ROW.findall(body)}
    return tables


def _model_of(field):
    inner = get_args(field.annotation)
    return inner[0] if inner else field.annotation


MODELS = {name: _model_of(field) for name, field in SchemeFile.model_fields.items() if name != "rule"}
MODELS |= {f"rule {kind}": model for kind, model in KINDS.items()}
DESCRIBED = described()
KEYS = {
    f"{table}.{key}": (field, DESCRIBED[table].get(key))
    for table, model in MODELS.items()
    for key, field in model.model_fields.items()
}
every_key = pytest.mark.parametrize(("field", "row"), KEYS.values(), ids=KEYS)


def _adapter(field):
    return TypeAdapter(Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation)


def _accepts(adapter, value):
    try:
        adapter.validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def test_every_table_is_described_and_no_other():
    assert set(DESCRIBED) == {*MODELS, "rule"}


@pytest.mark.parametrize("table", MODELS)
def test_every_key_is_described_and_no_other(table):
    assert set(DESCRIBED[table]) == set(MODELS[table].model_fields)


@every_key
def test_the_type_is_the_models(field, row):
    written = re.sub(r"^typing\.(Optional\[typing\.Annotated\[)?", "", str(field.annotation))
    name = getattr(field.annotation, "__name__", "") if get_args(field.annotation) == () else ""

    assert row[0] in TYPES[name or re.split(r"[\[,]", written)[0].rpartition(".")[2]]


@every_key
def test_the_default_is_the_models(field, row):
    default = row[1].strip("`")

    if default in {"needed", "its code"}:
        assert field.is_required() or row[0] == "word"  # a rule is known by its kind before it is read
    elif default == "none":
        assert field.default in {"", None}
    elif row[0] == "share":
        assert field.default == parse_share(tomllib.loads(f"x = {default}", parse_float=Decimal)["x"])
    else:
        written = tomllib.loads(f"x = {default}")["x"]
        assert field.default == (tuple(written) if isinstance(written, list) else written)


@every_key
def test_the_values_are_the_models(field, row):
    kind, values = row[0], row[2]
    adapter = _adapter(field)
    if limits := RANGE.fullmatch(values):
        low, high = int(limits[1]), int(limits[2])
        value = (lambda number: {"good": number}) if kind == BY_CODE else (lambda number: number)
        assert _accepts(adapter, value(low))
        assert _accepts(adapter, value(high))
        assert not _accepts(adapter, value(low - 1))
        assert not _accepts(adapter, value(high + 1))
        if limits[3]:
            assert _accepts(adapter, value(Decimal(1).scaleb(-int(limits[3]))))
            assert not _accepts(adapter, value(Decimal(1).scaleb(-int(limits[3]) - 1)))
    elif kind == "word":
        words = re.findall(r"`([^`]+)`", values)
        assert words
        assert all(_accepts(adapter, word) for word in words)
        assert not _accepts(adapter, "another")


@every_key
def test_words_are_complete(field, row):
    """Every word that the model takes is listed."""
    if row[0] == "word" and "Literal" not in str(field.annotation):
        with pytest.raises(ValidationError) as caught:
            _adapter(field).validate_python("another")
        allowed = caught.value.errors()[0]["ctx"]["allowed"]
        assert re.findall(r"`([^`]+)`", row[2]) == allowed.split(", ")


@every_key
def test_a_key_has_a_meaning(field, row):
    assert row[3] or row[0] == "word"


def test_every_type_is_explained():
    explained = set(re.findall(r"^\| ([a-z ]+) \|", TEXT, re.MULTILINE))

    assert {row[0] for table in DESCRIBED.values() for row in table.values()} <= explained


@pytest.mark.parametrize(("table", "known"), [("scale", SCALES), ("method", METHODS)])
def test_every_kind_is_described_and_no_other(table, known):
    body = TEXT.split(f"| {table} | ", 1)[1].split("\n\n", 1)[0]

    assert re.findall(r"^\| `(\w+)` \|", body, re.MULTILINE) == list(known)


def test_the_examples_together_are_a_scheme():
    examples = "\n".join(re.findall(r"^```toml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL))

    used = load_scheme(examples.encode(), by_criteria=True)

    assert {rule.kind for rule in used.rule} == set(KINDS)
    assert set(tomllib.loads(examples)) == set(SchemeFile.model_fields)


@pytest.mark.parametrize("table", MODELS)
def test_every_key_stands_in_an_example(table):
    section = next(body for name, body in _sections() if name == table)
    written = tomllib.loads("".join(re.findall(r"^```toml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)))

    (value,) = written.values()
    used = set().union(*value) if isinstance(value, list) else set(value)
    optional = {"at_most"} if table == "rule distribution" else set()
    assert used == set(MODELS[table].model_fields) - optional


def _sections():
    pieces = HEADING.split(TEXT)
    for table, kind, body in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        yield table or f"rule {kind}", body


def test_the_size_of_a_file_is_told():
    assert f"at most {LARGEST_FILE:,} bytes" in TEXT
