"""Merge the rooms' translations into one catalogue and compile it.

Every room keeps its Chinese sentences in `locale/zh_Hans/parts/<room>.po`; a sentence that two rooms share must be
translated the same in both.
"""

import sys
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parents[1] / "src/shuping/locale/zh_Hans"


def merge(parts: list[Path]) -> polib.POFile:
    """One catalogue of all parts. Exits with a sentence when two parts disagree."""
    whole = polib.POFile()
    whole.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Language": "zh_Hans",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    seen: dict[tuple[str | None, str], tuple[str, Path]] = {}
    for part in parts:
        for entry in polib.pofile(str(part)):
            key, text = (entry.msgctxt, entry.msgid), entry.msgstr or str(entry.msgstr_plural)
            if key not in seen:
                seen[key] = (text, part)
                whole.append(entry)
            elif seen[key][0] != text:
                sys.exit(f"{part.name} and {seen[key][1].name} translate differently: {entry.msgid!r}")
    return whole


def main() -> None:
    whole = merge(sorted((LOCALE / "parts").glob("*.po")))
    folder = LOCALE / "LC_MESSAGES"
    folder.mkdir(exist_ok=True)
    whole.save_as_mofile(str(folder / "django.mo"))
    print(f"messages: {len(whole)} sentences in zh_Hans")


if __name__ == "__main__":
    main()
