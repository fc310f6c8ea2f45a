"""What every table of a scheme stands on: unknown keys are errors, values are of the written kind, nothing changes."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Strict
from pydantic_core import PydanticCustomError

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


type_of_list = Strict(strict=False)  # a TOML list becomes a tuple; what is in it stays strict


def _code(length: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        if len(value) > length or not _CODE.fullmatch(value):
            raise PydanticCustomError("bad_code", "bad code", {"length": length})
        return value

    return check


def _text(length: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not 1 <= len(value) <= length or not value.isprintable() or value != value.strip():
            raise PydanticCustomError("bad_text", "bad text", {"length": length})
        return value

    return check


def _colour(value: str) -> str:
    if not _COLOUR.fullmatch(value):
        raise PydanticCustomError("bad_colour", "bad colour")
    return value


def whole(low: int, high: int) -> AfterValidator:
    """A whole number between two bounds, both included."""

    def check(value: int) -> int:
        if not low <= value <= high:
            raise PydanticCustomError("out_of_range", "out of range", {"low": low, "high": high})
        return value

    return AfterValidator(check)


def one_of(*allowed: str) -> AfterValidator:
    """One of some words."""

    def check(value: Any) -> Any:
        if value not in allowed:
            raise PydanticCustomError("not_one_of", "not one of", {"allowed": ", ".join(allowed)})
        return value

    return AfterValidator(check)


Code = Annotated[str, AfterValidator(_code(30))]
ShortCode = Annotated[str, AfterValidator(_code(10))]
Chinese = Annotated[str, AfterValidator(_text(80))]
English = Annotated[str, AfterValidator(_text(120))]
Colour = Annotated[str, AfterValidator(_colour)]


class Named(Table):
    """Something with a code and a name in both languages."""

    code: Code
    zh: Chinese
    en: English


class Label(Table):
    """A name in both languages."""

    zh: Chinese
    en: English
