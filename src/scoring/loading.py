"""From the bytes of a scheme file to a `Scheme`, or to every fault in it with its place."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from importlib.resources import files
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scoring.checks import check_scheme
from scoring.fault_words import FAULTS
from scoring.faults import Fault, SchemeError
from scoring.rules import KINDS, Rule
from scoring.scheme import FORMAT, Scheme, SchemeFile

LARGEST_FILE = 64 * 1024
Model = TypeVar("Model", bound=BaseModel)

_OURS = {
    "missing": "missing",
    "extra_forbidden": "unknown_key",
    "string_type": "not_text",
    "int_type": "not_whole",
    "bool_type": "not_true_false",
    "model_type": "not_table",
    "dict_type": "not_table",
    "tuple_type": "not_list",
}


def load_scheme(data: bytes, *, by_criteria: bool = False) -> Scheme:
    """Read a scheme from the bytes of its file. Raises SchemeError with every fault found.

    The ballots of the site rate every entry as a whole, so criteria are a fault but for `by_criteria`, with which a
    scheme is read for counts that come from elsewhere.
    """
    tables = _read_toml(data)
    _refuse_newer(tables)
    rules, rule_faults = _read_rules(tables)
    if rules is not None:
        tables = {**tables, "rule": rules}
    file, faults = _validate(SchemeFile, tables, "")
    if file is None or rule_faults:
        raise SchemeError(faults + rule_faults)
    scheme = Scheme(fingerprint=hashlib.sha256(data).hexdigest(), **dict(file))
    found = list(check_scheme(scheme))
    if scheme.criterion and not by_criteria:
        found.append(Fault("criterion", "criteria_on_the_site"))
    if found:
        raise SchemeError(found)
    return scheme


def builtin_scheme(name: str) -> bytes:
    """The bytes of a scheme that comes with the program, such as "provincial". Raises FileNotFoundError."""
    return files("scoring").joinpath("schemes", f"{name}.toml").read_bytes()


def _read_toml(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST_FILE:
        raise SchemeError([Fault("", "too_large", {"limit": LARGEST_FILE})])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SchemeError([Fault("", "not_utf8")]) from None
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise SchemeError([_syntax_fault(error, text)]) from None


def _syntax_fault(error: Exception, text: str) -> Fault:
    found = re.search(r"line (\d+), column (\d+)", str(error))
    lines = text.split("\n")
    line, column = (int(found[1]), int(found[2])) if found else (len(lines), len(lines[-1]) + 1)
    return Fault("", "syntax", {"line": line, "column": column})


def _refuse_newer(tables: Mapping[str, Any]) -> None:
    """A newer format has keys that are unknown here; the version is the one fault worth naming."""
    head = tables.get("scheme")
    version = head.get("version") if isinstance(head, dict) else None
    if isinstance(version, int) and version > FORMAT:
        raise SchemeError([Fault("scheme.version", "newer_version", {"version": version, "known": FORMAT})])


def _read_rules(tables: Mapping[str, Any]) -> tuple[list[Rule] | None, list[Fault]]:
    """The [[rule]] tables as the models of their kinds; None where they are not a list of tables at all."""
    written = tables.get("rule", [])
    if not isinstance(written, list) or not all(isinstance(table, dict) for table in written):
        return None, []
    rules: list[Rule] = []
    faults: list[Fault] = []
    for number, table in enumerate(written, 1):
        rule, found = _read_rule(table, f"rule[{number}]")
        faults += found
        rules += [rule] if rule else []
    return rules, faults


def _read_rule(table: dict[str, Any], place: str) -> tuple[Rule | None, list[Fault]]:
    if "kind" not in table:
        return None, [Fault(f"{place}.kind", "missing")]
    kind = KINDS.get(str(table["kind"]))
    if kind is None:
        return None, [Fault(f"{place}.kind", "unknown_rule", {"value": str(table["kind"]), "known": ", ".join(KINDS)})]
    return _validate(kind, table, place)


def _validate(model: type[Model], value: Any, place: str) -> tuple[Model | None, list[Fault]]:
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, [_fault(detail, place) for detail in error.errors(include_url=False, include_input=False)]


def _fault(detail: ErrorDetails, place: str) -> Fault:
    """A complaint of pydantic in our codes, which are worded in both languages."""
    kind = detail["type"]
    where = "".join(_place_parts(place, detail["loc"])).removeprefix(".")
    if kind in FAULTS and kind not in _OURS:
        return Fault(where, kind, detail.get("ctx", {}))
    return Fault(where, _OURS.get(kind, "wrong_value"))


def _place_parts(place: str, path: Sequence[int | str]) -> Iterator[str]:
    yield place
    for part in path:
        if isinstance(part, int):
            yield f"[{part + 1}]"
        elif part != "[key]":
            yield f".{part if part.isprintable() else ascii(part)}"
