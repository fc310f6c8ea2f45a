"""The sources: short functions and files, a word on what others may call, nothing of anybody's own machine."""

import ast
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(file for file in (ROOT / "src").rglob("*.py") if "migrations" not in file.parts)
TREES = {file.relative_to(ROOT / "src").as_posix(): ast.parse(file.read_text("utf-8")) for file in SOURCES}
TOLD = ("scoring/", "ballotbox/", "shuping/core/")  # what others build on
LONGEST_FILE, LONGEST_FUNCTION = 500, 35
# In two parts, so that this file is no find of its own.
FOREIGN = ["/" + "work/", "/" + "root/", "pypi.org/" + "simple", "registry." + "npmjs"]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions():
    """Every function with its address, "file:name"."""
    for file, tree in TREES.items():
        yield from ((f"{file}:{node.name}", node) for node in ast.walk(tree) if isinstance(node, Function))


def length(function) -> int:
    """The lines of a function without its decorators and its docstring."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return 1 + body[-1].end_lineno - body[0].lineno + 1


def public(tree, file):
    """The functions that a module offers; a page is told by its address."""
    if file.endswith("/views.py"):
        return
    for node in tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield f"{file}:{node.name}", node


OFFERED = dict(pair for file, tree in TREES.items() if file.startswith(TOLD) for pair in public(tree, file))


def test_there_is_something_to_look_at():
    assert len(SOURCES) > 100
    assert len(OFFERED) > 100


def test_every_function_that_others_may_call_says_what_it_does():
    assert {name for name, function in OFFERED.items() if not ast.get_docstring(function)} == set()


def test_every_module_says_what_it_is():
    assert [
        file for file, tree in TREES.items() if tree.body and not ast.get_docstring(tree) and "urls" not in file
    ] == []


@pytest.mark.parametrize("kind", ["*.py", "*.html", "*.js"])
def test_files_stay_short(kind):
    files = [
        file for file in (ROOT / "src").rglob(kind) if "migrations" not in file.parts and "vendor" not in file.parts
    ]

    assert [file.name for file in files if len(file.read_text("utf-8").splitlines()) > LONGEST_FILE] == []


def test_functions_are_short():
    assert median(length(function) for _name, function in functions()) < 10


def test_no_function_is_long():
    assert [name for name, function in functions() if length(function) > LONGEST_FUNCTION] == []


def kept():
    """The text files that are kept in git."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    for name in filter(None, listed.split("\0")):
        file = ROOT / name
        if file.is_file() and b"\0" not in (body := file.read_bytes()):
            yield name, body.decode("utf-8", "replace")


def test_nothing_names_a_registry_or_somebody_s_machine():
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")

    assert [(name, foreign) for name, text in kept() for foreign in FOREIGN if foreign in text] == []


HEAVY = ("docx", "httpx", "lxml", "openpyxl", "pypinyin", "segno", "typst")


def test_what_is_heavy_is_loaded_when_it_is_used(tmp_path):
    """A laptop in the hall holds server and worker: a paper's library comes with the first paper."""
    program = (
        "import sys, django; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns; "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    environment = {"SHUPING_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "shuping.settings"}

    loaded = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"
