"""The documents: what they name in the code is there, and their links lead somewhere."""

import importlib
import re
from pathlib import Path

import pytest

from shuping import cli

ROOT = Path(__file__).parents[2]
NAMING = ("README.md", "docs/tour.md")
ELSEWHERE = {".venv", "node_modules", "build", "var", "dist"}
DOCUMENTS = sorted(
    file.relative_to(ROOT)
    for file in ROOT.rglob("*.md")
    if not file.relative_to(ROOT).parts[0].startswith(".") and file.relative_to(ROOT).parts[0] not in ELSEWHERE
)

CODE_BLOCK = re.compile(r"^ *```.*?^ *```|(?<=\n\n)(?: {4}[^\n]*\n+)+", re.DOTALL | re.MULTILINE)
BACKTICKS = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
FILE = re.compile(r"[\w./-]+\.(?:py|js|mjs|md|toml|html|css|sh|lock)")
FOLDER = re.compile(r"[\w.-][\w./-]*/")
SCRIPT_PART = re.compile(r"([\w./-]+\.js)#(\w+)")
DOTTED = re.compile(r"[a-z_]+(?:\.(?!json\b)[A-Za-z_]+)+")
ROOMS = tuple(
    sorted(folder.name for folder in (ROOT / "src" / "shuping").iterdir() if (folder / "__init__.py").exists())
)
STARTS = (ROOT, ROOT / "src", ROOT / "src" / "shuping")
PACKAGES = (*ROOMS, "ballotbox", "scoring", "shuping")


def prose(document):
    """The text of a document without its blocks of code."""
    return CODE_BLOCK.sub("", (ROOT / document).read_text("utf-8"))


def named(document):
    return sorted(set(BACKTICKS.findall(prose(document))))


def place(path):
    """A file or folder by its path from the root, from `src`, from the site, or a bare name of any file of the
    sources; None if it is not there.
    """
    found = [start / path for start in STARTS if (start / path).exists()]
    if not found and "/" not in path:
        found = sorted((ROOT / "src").rglob(path))
    return found[0] if found else None


def thing(dotted):
    """What a dotted name stands for. Raises ImportError or AttributeError."""
    parts = ("shuping." + dotted if dotted.split(".")[0] in ROOMS else dotted).split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name)
        return found
    raise ModuleNotFoundError(dotted)


def missing(document):
    """What a document names and nobody finds."""
    return [name for name in named(document) if not _is_there(name)]


def _is_there(name):
    if part := SCRIPT_PART.fullmatch(name):
        script = place(part[1])
        return script is not None and re.search(rf"\b{part[2]}\(", script.read_text("utf-8")) is not None
    if FILE.fullmatch(name) or FOLDER.fullmatch(name):
        return place(name) is not None
    if DOTTED.fullmatch(name) and name.split(".")[0] in PACKAGES:
        try:
            thing(name)
        except (ImportError, AttributeError):
            return False
    return True


@pytest.mark.parametrize("document", NAMING)
def test_what_a_document_names_is_there(document):
    assert missing(document) == []


def test_the_tour_names_the_verbs_that_it_follows():
    assert {"ballots.casting.cast", "box.checking.put_in", "scoring.evaluate"} <= set(named("docs/tour.md"))


@pytest.mark.parametrize(
    "name",
    [
        "ballots.casting.no_such_verb",
        "ballots.no_such_file.cast",
        "src/shuping/none.py",
        "tests/none/",
        "booth.js#none",
    ],
)
def test_a_name_that_is_not_there_would_be_found(name):
    assert not _is_there(name)


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_somewhere(document):
    targets = [link.split("#")[0] for link in LINK.findall(prose(document)) if "://" not in link]
    folder = (ROOT / document).parent

    assert [target for target in targets if target and not (folder / target).exists()] == []


def test_the_commands_for_a_first_year_are_commands():
    text = (ROOT / "docs/operate/install.md").read_text("utf-8")
    chapter = text[text.index("## The first year") :]
    commands = [line.split("#")[0].split()[1:] for line in chapter.splitlines() if line.startswith("    shuping ")]

    parsed = [cli.parser().parse_args(command) for command in commands]

    assert [command[0] for command in commands] == ["import-organisations"] * 3 + ["first-year"]
    assert [options.run.__name__ for options in parsed] == ["import_organisations"] * 3 + ["first_year"]


@pytest.mark.parametrize("name", ["from-the-report.md", "compared.md"])
def test_every_row_names_a_test_that_is_there(name):
    rows = [line for line in (ROOT / "docs" / name).read_text("utf-8").splitlines() if "`tests/" in line]

    tests = [found for row in rows for found in re.findall(r"`(tests/[\w/.]+)::(\w+)`", row)]

    assert len(tests) >= max(20, len(rows))
    assert [f"{file}::{test}" for file, test in tests if f"def {test}(" not in (ROOT / file).read_text("utf-8")] == []
