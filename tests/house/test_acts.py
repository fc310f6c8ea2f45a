"""Every act that is recorded has words on the pages."""

import ast

from shuping.templatetags.words import VERBS
from tests.house.sentences import SITE

MODULES = {file.relative_to(SITE).as_posix(): ast.parse(file.read_text("utf-8")) for file in SITE.rglob("*.py")}


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def places(tree: ast.Module) -> dict[str, int]:
    """The functions of a module that take a verb, and where among their arguments."""
    found = {}
    for function in functions(tree):
        names = [argument.arg for argument in function.args.args]
        if "verb" in names:
            found[function.name] = names.index("verb")
    return found


# What one module lends to others; acts.record takes its verb first.
LENT = {name: place for tree in MODULES.values() for name, place in places(tree).items() if not name.startswith("_")}


def verbs_of(tree: ast.Module) -> set[str]:
    known, found = {**LENT, "acts.record": 0, **places(tree)}, set()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            place = known.get(ast.unparse(call.func))
            given = [] if place is None else call.args[place : place + 1]
            given += [keyword.value for keyword in call.keywords if keyword.arg == "verb"]
            found |= {part.value for argument in given for part in ast.walk(argument) if _is_text(part)}
    return found


def _is_text(part: ast.AST) -> bool:
    return isinstance(part, ast.Constant) and isinstance(part.value, str)


RECORDED = {verb for tree in MODULES.values() for verb in verbs_of(tree)}


def test_the_verbs_are_found():
    assert {"approve_plan", "start_item", "return_report", "call_back", "open_ballot", "void_ballot"} <= RECORDED


def test_every_act_has_words():
    assert RECORDED - set(VERBS) == set()


def test_no_words_are_left_over():
    assert set(VERBS) - RECORDED == set()
