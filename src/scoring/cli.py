"""`python -m scoring SCHEME.toml COUNTS.json [--lang zh|en]`: the result sheet as JSON, with the working in words."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scoring.counts import Counts
from scoring.evaluate import ResultSheet, evaluate
from scoring.faults import FaultyInput, Language
from scoring.loading import load_scheme
from scoring.words import sentence

UNREADABLE = {"en": "{file} cannot be read: {why}", "zh": "无法读取 {file}：{why}"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the result sheet. 1, with a sentence per fault on standard error, when scheme or counts cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        scheme = load_scheme(options.scheme.read_bytes(), by_criteria=True)
        sheet = evaluate(scheme, Counts.parse(options.counts.read_bytes()))
    except FaultyInput as error:
        print(*error.sentences(options.lang), sep="\n", file=sys.stderr)
        return 1
    except OSError as error:
        print(UNREADABLE[options.lang].format(file=error.filename, why=error.strerror), file=sys.stderr)
        return 1
    print(json.dumps(worded(sheet, options.lang), ensure_ascii=False, indent=1))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scoring", description="Recompute a result from scheme and counts.")
    parser.add_argument("scheme", type=Path, help="the scheme of the year, a TOML file")
    parser.add_argument("counts", type=Path, help="the counts of the year, COUNTS.json")
    parser.add_argument("--lang", choices=("zh", "en"), default="en", help="the language of the sentences")
    return parser


def worded(sheet: ResultSheet, lang: Language) -> dict[str, Any]:
    """The sheet as JSON with a sentence in every step."""
    table = sheet.as_json()
    workings = [step for entry in table["entries"] for step in entry["working"]]
    for step in [*workings, *table["conflicts"]]:
        step["sentence"] = sentence(step, lang)
    return table
