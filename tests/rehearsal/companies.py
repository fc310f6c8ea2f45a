"""Companies without a server: what was voted and said, and folders as a rehearsal leaves them, made by hand."""

import json
from types import SimpleNamespace

from docx import Document

import ballotbox
from scoring import Counts, builtin_scheme, evaluate, load_scheme
from shuping.rehearsal import polling, script, sheets, verdict
from shuping.rehearsal.company import Company
from shuping.rehearsal.example import cast
from shuping.rehearsal.progress import Progress
from tests.ballotbox.meeting import Meeting

COMPONENTS = ("routine", "field")


def company(data, *, entries=4, voters=50, seed=1):
    """Players who have voted; nobody is signed in."""
    found = Company("", data, 1, script.of_example(entries), {}, seed, voters, "Ed25519", Progress(0))
    polling.draw_votes(found)
    return found


def counts_of(players):
    """COUNTS.json as the site gives it for the votes."""
    marks = {code: dict.fromkeys(players.numbers, 85) for code in COMPONENTS}
    return {"entries": players.numbers, "categories": verdict.expected_counts(players), "components": marks}


def results_of(players):
    """results.json without a fault, for votes that were counted and decided as proposed; the site has their counts."""
    counts = counts_of(players)
    asked = SimpleNamespace(download=lambda _path: json.dumps(counts).encode())
    players._there[cast.organisation().roles["secretariat"][0]] = asked
    electronic = players.votes["electronic"]
    sheet = evaluate(load_scheme(builtin_scheme("provincial")), Counts.parse(counts))
    return {
        "ballot": {
            code: {"cast": len(electronic[code]), "counts": rows} for code, rows in counts["categories"].items()
        },
        "entries": [_entry(one) for one in sheet.entries],
        "records": {},
    }


def _entry(one):
    score = None if one.score is None else f"{one.score:.2f}"
    return {"id": one.id, "score": score, "proposed": one.proposed, "grade": one.proposed, "reason": ""}


def write_record(players, out, category):
    """The record of the electronic votes of a category in `out`, and what results.json tells of it."""
    votes = players.votes["electronic"][category]
    questions = tuple(ballotbox.Question(f"{number} 单位 / Unit", players.script.answers) for number in players.numbers)
    meeting = Meeting(questions=questions, voters=len(votes))
    raws = [
        meeting.cast(voter, *(_mark(one, len(players.script.answers)) for one in choices))
        for voter, choices in enumerate(votes)
    ]
    file = out / f"record-{category}.bel"
    meeting.write(file, raws)
    return {"file": file.name, "head": ballotbox.verify_record(file).head}


def _mark(answer, answers):
    return [int(place == answer) for place in range(answers)]


def write_documents(players, out):
    """Every letter and the ledger's workbook with every word that was said."""
    folder = out / "documents"
    folder.mkdir()
    rows = []
    for unit in players.units:
        write_letter(folder, unit.number, words_on(unit.number))
        rows += [(unit.zh, text) for text in problems_on(unit.number)]
    (folder / "ledger-zh.xlsx").write_bytes(sheets.workbook(rows))


def write_letter(folder, number, words):
    letter = Document()
    for text in words:
        letter.add_paragraph(text)
    letter.save(folder / f"letter-{number}-zh.docx")


def words_on(number):
    said = script.of_example(18).said(number)
    return [one for spec in said for one in (spec.recognised, *(text for text, _ in spec.problems), spec.direction)]


def problems_on(number):
    return [text for spec in script.of_example(18).said(number) for text, _theme in spec.problems]


def write_secrets(players):
    """Slips and keys where the demo keeps them, and a server's files that know nothing of them."""
    demo = players.data / "demo"
    for folder in ("slips", "keys"):
        (demo / folder).mkdir(parents=True)
    (demo / "slips" / "slips-A.txt").write_text("http://site/v/X#abcdE-fghjk\nhttp://site/v/X#mnpqR-stuvw\n", "ascii")
    (demo / "keys" / "key-1.json").write_text(json.dumps({"decryption_key": "31415926535897932384"}), "ascii")
    (players.data / "shuping.sqlite3").write_bytes(b"SQLite format 3\x00nothing private")
