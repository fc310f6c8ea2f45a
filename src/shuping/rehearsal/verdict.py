"""Whether everything came out as it had to: counts against the votes cast, every word where it belongs."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from docx import Document
from openpyxl import load_workbook

import ballotbox
from scoring import Counts, evaluate
from shuping.rehearsal.company import Company
from shuping.rehearsal.voting import totals


def check(company: Company, out: Path, results: dict[str, Any], *, records: Path | None = None) -> list[str]:
    """A sentence for everything that is not as expected; an empty list is what a rehearsal hopes for. The records lie
    in `out`, or in the folder `records`.
    """
    return [
        *counts_differ(company, results),
        *records_differ(company, records or out, results),
        *scores_differ(company, results),
        *decisions_differ(results, company.against),
        *words_lost(company, out),
        *secrets_found(company),
        *log_broken(),
    ]


def expected_counts(company: Company) -> dict[str, dict[str, dict[str, int]]]:
    """What the votes that were cast have to give, by category and entry, paper included."""
    found = {}
    for category, votes in company.votes["electronic"].items():
        paper = company.votes["paper"] if category == company.script.paper_category else []
        rows = totals([*votes, *paper], company.numbers, list(company.script.answers))
        found[category] = {number: row | {"invalid": 0} for number, row in rows.items()}
    return found


def counts_differ(company: Company, results: dict[str, Any]) -> list[str]:
    """The counts of results.json are those of the votes."""
    faults = []
    for category, rows in expected_counts(company).items():
        told = results["ballot"][category]
        faults += [
            f"Category {category}, {number}: counted {told['counts'][number]}, voted {row}."
            for number, row in rows.items()
            if told["counts"][number] != row
        ]
        electronic = len(company.votes["electronic"][category])
        if told["cast"] != electronic:
            faults.append(f"Category {category}: {told['cast']} ballots counted, {electronic} voters voted.")
    return faults


def records_differ(company: Company, out: Path, results: dict[str, Any]) -> list[str]:
    """Every record is sound for whoever holds it, and says what the electronic votes say."""
    faults = []
    for category, record in results["records"].items():
        try:
            summary = ballotbox.verify_record(out / record["file"])
        except ballotbox.BallotboxError as refusal:
            faults.append(f"{record['file']} is not sound: {refusal}")
            continue
        votes = company.votes["electronic"][category]
        rows = totals(votes, company.numbers, list(company.script.answers)).values()
        if [list(counts) for counts in summary.counts] != [list(row.values()) for row in rows]:
            faults.append(f"{record['file']} says other counts than the votes.")
        if summary.head != record["head"]:
            faults.append(f"{record['file']} ends with head {summary.head}, the board said {record['head']}.")
    return faults


def scores_differ(company: Company, results: dict[str, Any]) -> list[str]:
    """Anybody who computes again from the counts and the scheme gets the same scores and proposals."""
    counts = json.loads(company.secretary.download(company.page("results/counts.json")))
    sheet = evaluate(company.script.scheme, Counts.parse(counts))
    again = {one.id: (None if one.score is None else f"{one.score:.2f}", one.proposed) for one in sheet.entries}
    return [
        f"{entry['id']}: score {entry['score']}, {entry['proposed']}; computed again {again[entry['id']]}."
        for entry in results["entries"]
        if again[entry["id"]] != (entry["score"], entry["proposed"])
    ]


def decisions_differ(results: dict[str, Any], against: list[str]) -> list[str]:
    """Everybody has a grade; only the two decisions against the proposal differ from it, with a reason."""
    differ = [entry for entry in results["entries"] if entry["grade"] != entry["proposed"]]
    faults = [f"{entry['id']} has no grade." for entry in results["entries"] if not entry["grade"]]
    if sorted(entry["id"] for entry in differ) != sorted(against):
        faults.append(f"Decided against the proposal: {[entry['id'] for entry in differ]}, expected {against}.")
    return faults + [f"{entry['id']} differs without a reason." for entry in differ if not entry["reason"]]


def words_lost(company: Company, out: Path) -> list[str]:
    """Every comment stands word for word in its letter, every problem in its ledger item and in the workbook."""
    ledger = _ledger(out / "documents" / "ledger-zh.xlsx")
    faults = []
    for unit in company.units:
        number = unit.number
        letter = _text(out / "documents" / f"letter-{number}-zh.docx")
        for said in company.script.said(number):
            problems = [statement for statement, _theme in said.problems]
            faults += [
                f"The letter to {number} does not say: {text[:40]}…"
                for text in (said.recognised, *problems, said.direction)
                if text not in letter
            ]
            faults += [
                f"The ledger of {number} does not have: {text[:40]}…"
                for text in problems
                if not any(text in row and unit.zh in row for row in ledger)
            ]
    return faults


def _text(file: Path) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(file.read_bytes())).paragraphs)


def _ledger(file: Path) -> list[str]:
    """Every row of every sheet as one text."""
    book = load_workbook(file, read_only=True)
    return ["\t".join(str(cell or "") for cell in row) for page in book.worksheets for row in page.values]


def secrets_found(company: Company) -> list[str]:
    """No private half of a slip and no private key of a trustee stands anywhere in what the server keeps."""
    demo = company.data / "demo"
    secrets = [line.rpartition("#")[2] for file in demo.glob("slips/slips-*.txt") for line in file.read_text().split()]
    secrets += [str(json.loads(file.read_text())["decryption_key"]) for file in demo.glob("keys/key-*.json")]
    sought = re.compile(b"|".join(re.escape(secret.encode()) for secret in secrets))
    kept = [file for file in company.data.rglob("*") if file.is_file() and demo not in file.parents]
    return [
        f"{file.name} holds a private half of a slip or a key." for file in kept if sought.search(file.read_bytes())
    ]


def log_broken() -> list[str]:
    """The log of acts fits together from the first row to the last."""
    done = subprocess.run([sys.executable, "-m", "shuping.cli", "check"], capture_output=True, text=True, check=False)
    return [done.stderr.strip()] if done.returncode else []
