"""Every sentence of the site that has to be there in both languages, read from the sources."""

import ast
import re
from pathlib import Path

from django.utils.translation.template import templatize

SITE = Path(__file__).resolve().parents[2] / "src/shuping"
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
PLURAL = {"ngettext", "ngettext_lazy"}
IN_TEMPLATE = re.compile(r"""\b(?:gettext|ngettext|_)\(u?(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")


def of_python(source: str) -> set[str]:
    """The sentences of a module: first arguments of calls of gettext and its kin."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) in CALLS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    return found


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def of_template(source: str) -> set[str]:
    """The sentences of a template."""
    code = templatize(source)
    return {ast.literal_eval(match["text"]) for match in IN_TEMPLATE.finditer(code)}


def all_sentences() -> dict[str, set[str]]:
    """Every sentence with the files in which it stands."""
    found: dict[str, set[str]] = {}
    for file in [*SITE.rglob("*.py"), *SITE.rglob("*.html")]:
        if "migrations" in file.parts:
            continue
        read = of_python if file.suffix == ".py" else of_template
        for sentence in read(file.read_text("utf-8")):
            found.setdefault(sentence, set()).add(str(file.relative_to(SITE)))
    return found
