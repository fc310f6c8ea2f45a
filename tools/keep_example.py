"""Copies what a rehearsal wrote to examples/2022/: results, records, and the papers that a reader wants to see.

Call: python tools/keep_example.py OUT, after: shuping rehearse --example provincial --voters 100 --seed 1 --out OUT
"""

import shutil
import sys
from pathlib import Path

KEPT = Path(__file__).resolve().parents[1] / "examples" / "2022"
PAPERS = (
    "agenda-zh.docx",
    "ballot_paper-zh.pdf",
    "compilation-zh.docx",
    "ledger-en.xlsx",
    "ledger-zh.xlsx",
    "letter-01-en.docx",
    "letter-01-zh.docx",
    "letter-01-zh.pdf",
    "minutes-zh.docx",
    "news_release-en.docx",
    "news_release-zh.docx",
    "news_release-zh.pdf",
    "results_summary-en.xlsx",
    "results_summary-zh.xlsx",
    "sign_in_sheet-zh.xlsx",
    "tally_sheet-en.pdf",
    "tally_sheet-zh.pdf",
)


def main(out: Path) -> int:
    for file in KEPT.glob("*.*"):
        if file.name != "README.md":
            file.unlink()
    for file in (
        out / "results.json",
        *sorted(out.glob("record-*.bel")),
        *(out / "documents" / name for name in PAPERS),
    ):
        shutil.copyfile(file, KEPT / file.name)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
