"""The scenes of the ballot: keys and slips are made away from the server, votes are cast, closed, counted."""

import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import httpx

import ballotbox
from shuping.rehearsal.browser import Page, Unexpected
from shuping.rehearsal.company import Company
from shuping.rehearsal.hall import seats
from shuping.rehearsal.script import SHARES, Script
from shuping.rehearsal.voting import Voter

PATIENCE = 120.0  # seconds until every ballot has to be in the box


def paper_sheets(voters: int, shares: dict[str, int] = SHARES) -> int:
    """How many vote on paper: a fifth, all in the last category, but never more than half of it."""
    return min(voters // 5, list(seats(voters, shares).values())[-1] // 2)


def slips_wanted(script: Script, voters: int) -> dict[str, int]:
    """How many vote with a slip in each category."""
    numbers = seats(voters, script.shares)
    numbers[script.paper_category] -= paper_sheets(voters, script.shares)
    return numbers


def make_keys(company: Company) -> None:
    """The trustees' ceremony and the slips: by the command line, in a folder that the server never reads."""
    company.secretary.submit(company.page("ballot/"), "form-prepare-ballot")
    demo = company.data / "demo"
    _ballotbox("ceremony", "--group", company.group, *_trustees(company), "--out", str(demo / "keys"))
    wanted = [f"--category={code}={number}" for code, number in slips_wanted(company.script, company.voters).items()]
    command = ("credentials", "--ballot", _identifier(company), "--group", company.group, *wanted)
    _ballotbox(*command, "--address", company.address, "--out", str(demo / "slips"))
    _hand_over(company, demo)


def _trustees(company: Company) -> tuple[str, ...]:
    return ("--trustees", str(len(company.script.spec.roles["trustee"])), "--threshold", str(threshold(company)))


def threshold(company: Company) -> int:
    """How many trustees have to decrypt: more than a half of them."""
    return len(company.script.spec.roles["trustee"]) // 2 + 1


def _ballotbox(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "ballotbox", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unexpected(f"python -m ballotbox {arguments[0]}: {done.stderr}")


def _identifier(company: Company) -> str:
    return company.open("ballot/").links("/b/")[0].split("/b/")[1].strip("/")


def _hand_over(company: Company, demo: Path) -> None:
    """Only what is public goes to the server: the trustees' public part and the public halves of the slips."""
    page = company.page("ballot/")
    trustees = ("trustees.json", (demo / "keys" / "trustees.json").read_bytes())
    company.role("scrutineer").submit(page, "form-trustees", files={"trustees": trustees})
    public = ("public-credentials.json", (demo / "slips" / "public-credentials.json").read_bytes())
    script = company.script
    paper = {f"paper_issued_{code}": 0 for code in script.shares}
    paper[f"paper_issued_{script.paper_category}"] = paper_sheets(company.voters, script.shares)
    company.role("scrutineer").submit(page, "form-credentials", files={"credentials": public}, **paper)


def open_ballot(company: Company, now: datetime) -> None:
    company.at(now)
    company.role("scrutineer").submit(company.page("ballot/"), "form-open-ballot")


def draw_votes(company: Company) -> None:
    """What everybody thinks: every unit has a standing of its own, every voter a taste; from the seed alone."""
    chance = company.random("votes")
    standing = [chance.uniform(0.35, 0.95) for _ in company.numbers]
    grades = len(company.script.scheme.grade)
    sheets = paper_sheets(company.voters, company.script.shares)
    company.votes = {
        "electronic": {
            code: [_one_vote(chance, standing, grades) for _ in range(n)]
            for code, n in slips_wanted(company.script, company.voters).items()
        },
        "paper": [_one_vote(chance, standing, grades) for _ in range(sheets)],
    }


def _one_vote(chance: Any, standing: list[float], grades: int) -> list[int]:
    return [_mark(chance, quality, grades) for quality in standing]


def _mark(chance: Any, quality: float, grades: int) -> int:
    """The place of the answer: a grade, or no opinion behind the last of them."""
    if chance.random() < 0.04:
        return grades
    felt = quality + chance.gauss(0, 0.18)
    place = 0 if felt > 0.6 else 1 if felt > 0.42 else 2 if felt > 0.25 else 3
    return min(place, grades - 1)


@dataclass(frozen=True)
class Slip:
    """A slip in a voter's hand, and what the voter is going to choose."""

    address: str
    group: str
    category: str
    identifier: str
    credential: str
    choices: list[int]

    @property
    def voter(self) -> Voter:
        return Voter(self.address, self.identifier, self.credential)


def vote(company: Company, *, left: int = 0) -> None:
    """Everybody with a slip votes, two at a time; the first `left` slips are somebody else's to use."""
    slips = _slips(company)[left:]
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as booths:
        for done, (slip, tracker) in enumerate(zip(slips, booths.map(_cast, slips), strict=True), 1):
            company.trackers.setdefault(slip.category, []).append(tracker)
            company.progress.step("ballots cast", done, len(slips))


def _slips(company: Company) -> list[Slip]:
    found = []
    for category, votes in company.votes["electronic"].items():
        lines = (company.data / "demo" / "slips" / f"slips-{category}.txt").read_text("ascii").split()
        for line, choices in zip(lines, votes, strict=True):
            identifier, credential = line.split("/v/")[1].split("#")
            found.append(Slip(company.address, company.group, category, identifier, credential, choices))
    return found


def _cast(slip: Slip) -> str:
    """One voter: which election, encrypt, cast, keep the tracker. Raises Unexpected."""
    told = slip.voter.enter(slip.group)
    if told["category"] != slip.category or not told["open"]:
        raise Unexpected(f"A slip of {slip.category} was told: {told['category']}, open {told['open']}.")
    answer = _sent(slip, ballotbox.Election.parse(told["election"].encode()))
    if answer.status_code != 201:
        raise Unexpected(f"A ballot of {slip.category} was not taken: {answer.status_code} {answer.text[:200]}")
    return str(answer.json()["tracker"])


def _sent(slip: Slip, election: ballotbox.Election) -> httpx.Response:
    """Sent, and sent again as the booth does while it is asked for patience."""
    until = time.monotonic() + PATIENCE
    answer = slip.voter.cast(election, slip.choices)
    while answer.status_code == 503 and time.monotonic() < until:
        time.sleep(int(answer.headers.get("Retry-After", "1")))
        answer = slip.voter.cast(election, slip.choices)
    return answer


def change_a_mind(company: Company) -> None:
    """One voter of the first category votes again: the later ballot counts, the earlier one does not."""
    slip = _slips(company)[0]
    changed = [(place + 1) % len(company.script.answers) for place in slip.choices]
    company.votes["electronic"][slip.category][0] = changed
    company.trackers[slip.category].append(_cast(replace(slip, choices=changed)))


def close_ballot(company: Company, now: datetime) -> None:
    """Closed; who comes too late is told so; every ballot is in the box and on the public board."""
    company.at(now)
    scrutineer = company.role("scrutineer")
    scrutineer.submit(company.page("ballot/"), "form-close-ballot")
    _too_late(company)
    _wait_for_the_box(company)
    board = scrutineer.open(f"/b/{_identifier(company)}/").text
    lost = [tracker for trackers in company.trackers.values() for tracker in trackers if tracker not in board]
    if lost:
        raise Unexpected(f"{len(lost)} trackers do not stand on the public board, the first is {lost[0]}.")


def _too_late(company: Company) -> None:
    slip = _slips(company)[-1]
    told = slip.voter.enter(slip.group)
    answer = slip.voter.cast(ballotbox.Election.parse(told["election"].encode()), slip.choices)
    if answer.status_code != 409 or "error" not in answer.json():
        raise Unexpected(f"A ballot after closing was answered {answer.status_code}: {answer.text[:200]}")


def _wait_for_the_box(company: Company) -> Page:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        page = company.role("scrutineer").open(company.page("ballot/"))
        if page.has("form-tally"):
            return page
        time.sleep(0.3)
    raise Unexpected("The ballots are still being checked.")


def key_paper(company: Company) -> None:
    """Two tellers key the totals; one figure differs; the scrutineer settles it from the sheets."""
    sheets = company.votes["paper"]
    figures: dict[str, Any] = {"issued": len(sheets), "returned": len(sheets), "unreturned": 0, "void": 0}
    for place, number in enumerate(company.numbers):
        for answer, code in enumerate(company.script.answers):
            figures[f"row-{number}-{code}"] = sum(sheet[place] == answer for sheet in sheets)
        figures[f"row-{number}-invalid"] = 0
    wrong = dict(figures)
    first = f"row-{company.numbers[0]}-"
    best, second = (first + code for code in company.script.answers[:2])
    wrong[best], wrong[second] = _shifted(figures[best], figures[second])
    address = company.page(f"ballot/paper/{company.script.paper_category}/")
    company.role("teller", 0).submit(address, "form-key-paper", **figures)
    company.role("teller", 1).submit(address, "form-key-paper", **wrong)
    page = company.role("scrutineer").open(address)
    if len(page.find("//ul[@id='differences']/li")) != 2:
        raise Unexpected("The two keyings differ in two figures; the page lists others.")
    company.role("scrutineer").submit(page, "form-settle-paper", **figures)


def _shifted(first: int, second: int) -> tuple[int, int]:
    return (first - 1, second + 1) if first else (first + 1, second - 1)


def count(company: Company) -> None:
    """The server adds up and decrypts its part; as many trustees as it takes decrypt theirs with their own keys."""
    company.role("scrutineer").submit(company.page("ballot/"), "form-tally")
    trustees = len(company.script.spec.roles["trustee"])
    for place in (0, *range(trustees - threshold(company) + 1, trustees)):
        _decrypt(company, place)
    page = company.open("ballot/")
    if not page.links("/record/"):
        raise Unexpected("Enough trustees have decrypted, and there is no record.")


def _decrypt(company: Company, place: int) -> None:
    trustee = company.role("trustee", place)
    key = ballotbox.read_key_file((company.data / "demo" / "keys" / f"key-{place + 1}.json").read_bytes())
    identifier = _identifier(company)
    tasks = trustee.ask(f"/t/{identifier}/tasks")
    for task in tasks["categories"]:
        election = ballotbox.Election.parse(task["election"].encode())
        added = ballotbox.EncryptedTally.parse(election, task["tally"].encode(), num_tallied=task["cast"])
        share = ballotbox.partial_decryption(
            election, added, key.decryption_key, cast=task["cast"], floor=tasks["floor"]
        )
        answer = trustee.send(f"/t/{identifier}/share", {"category": task["category"], "share": share.decode()})
        if not answer.get("received"):
            raise Unexpected(f"The share for category {task['category']} was not taken: {answer}")
