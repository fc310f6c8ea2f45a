"""The forms that acts carry digests of never change: they are what the specification lists, field by field."""

import re
from pathlib import Path

from shuping.core import digests

SPEC = Path(__file__).parents[2] / "docs" / "spec" / "log.md"
ROW = re.compile(r"^\| `(\w+)` \| (\d+) \| `(\w+)` \| (yes)? ?\| (.+) \|$", re.MULTILINE)


def test_the_specification_lists_every_form_as_it_is():
    listed = {(name, int(version)): (model, bool(many), fields) for name, version, model, many, fields in _rows()}
    known = {
        key: (kind.model.__name__, kind.listed, ", ".join(f"`{field}`" for field in kind.fields))
        for key, kind in digests._kinds.items()
    }

    assert len(listed) > 30
    assert known == listed


def _rows():
    return ROW.findall(SPEC.read_text("utf-8"))
