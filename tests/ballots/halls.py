"""A ballot at any step, made by the same actions as a real one; voters and trustees speak to it over HTTP.

By default two categories: A with eleven slips and B with ten, two units on the ballot, a floor of ten.
"""

import json
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache

from django.db import connections, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

import ballotbox
from scoring import builtin_scheme
from shuping.ballots import actions, papers, queries
from shuping.ballots.models import Ballot, Category
from shuping.box import checking
from tests.builders import NOW, World, client_for, make_cycle


@contextmanager
def undone():
    """What is written inside, on the site and in the box, is taken back at the end."""
    with ExitStack() as stack:
        for alias in connections:
            atomic = transaction.atomic(using=alias)
            atomic._from_testcase = True  # inside, a transaction may be durable: this one stands for the database
            stack.enter_context(atomic)
        yield
        for alias in connections:
            transaction.set_rollback(True, using=alias)


SLIPS = {"A": 11, "B": 10}
GROUP = ballotbox.group("Ed25519")
TRUSTEES = ("ada", "second_trustee", "third_trustee")
CODES = ("good", "fairly_good", "average", "poor", "no_opinion")
GOOD, FAIRLY_GOOD, AVERAGE, POOR, NO_OPINION = range(5)
CATEGORY = '[[category]]\ncode = "{code}"\nzh = "{code}类"\nen = "Category {code}"\nweight = {weight}\n\n'


def scheme(weights: dict[str, int] | None = None, **changes: str) -> bytes:
    """The built-in scheme with these categories; `changes` replace values of [ballot]."""
    text = builtin_scheme("provincial").decode()
    head, rest = text.split("[[category]]", 1)
    tail = rest[rest.index("[[component]]") :]
    parts = "".join(
        CATEGORY.format(code=code, weight=weight) for code, weight in (weights or {"A": 60, "B": 40}).items()
    )
    lines = head.splitlines(keepends=True)
    for name, value in changes.items():
        (place,) = [number for number, line in enumerate(lines) if line.startswith(f"{name} = ")]
        lines[place] = f"{name} = {value}\n"
    return ("".join(lines) + parts + tail).encode()


@cache
def ceremony(trustees: int = 3) -> ballotbox.Ceremony:
    """Who holds which part of the key; the same ceremony does for every ballot of the tests."""
    return ballotbox.ceremony(GROUP, trustees=trustees, threshold=2)


def pedersen() -> bytes:
    return json.dumps(ceremony().public).encode()


@dataclass
class Hall:
    """A ballot with its slips: `slips[category]` are private credentials, as they lie in the box at the door."""

    world: World
    ballot: Ballot
    slips: dict[str, list[str]] = field(default_factory=dict)
    cast: dict[tuple[str, int], list[int]] = field(default_factory=dict)

    def part(self, code: str = "A") -> Category:
        return self.ballot.categories.get(code=code)

    def fresh(self) -> Ballot:
        self.ballot.refresh_from_db()
        return self.ballot

    def public(self, code: str = "A", slip: int = 0) -> str:
        return ballotbox.public_credential(GROUP, self.ballot.identifier, self.slips[code][slip])

    def public_list(self) -> dict[str, list[str]]:
        return {code: [self.public(code, slip) for slip in range(len(slips))] for code, slips in self.slips.items()}

    def post(self, name: str, body: bytes | str, client: Client | None = None) -> HttpResponse:
        """A request of the booth: no account, no cookie."""
        browser = client or Client(enforce_csrf_checks=True)
        address = reverse(name, args=[self.ballot.identifier])
        return browser.post(address, data=body, content_type="application/json")

    def which(self, code: str = "A", slip: int = 0) -> HttpResponse:
        return self.post("which", json.dumps({"credential": self.public(code, slip)}))

    def seal(self, choices: list[int], code: str = "A", slip: int = 0, election_of: str = "") -> bytes:
        """What the booth sends: `choices` has the place of the chosen answer of every unit."""
        election = queries.election_of(self.part(election_of or code))
        marks = [[int(place == chosen) for place in range(len(CODES))] for chosen in choices]
        return ballotbox.encrypt_ballot(election, self.ballot.identifier, self.slips[code][slip], marks)

    def vote(self, choices: list[int], code: str = "A", slip: int = 0) -> str:
        """Vote with a slip and return the tracker; the last vote of a slip is kept in `cast`."""
        raw = self.seal(choices, code, slip)
        answer = self.post("cast", raw)
        if answer.status_code == 503:  # the ballot before it is not yet in the box: the booth sends again
            checking.check_all()
            answer = self.post("cast", raw)
        assert answer.status_code == 201, answer.content
        self.cast[code, slip] = choices
        return answer.json()["tracker"]

    def votes(self, code: str, number: int) -> None:
        """So many slips of a category vote, each a little differently."""
        for slip in range(number):
            self.vote([slip % len(CODES), (slip // 2) % len(CODES)], code, slip)

    def expected(self, code: str) -> dict[str, dict[str, int]]:
        """The totals that the votes cast in a category have to give."""
        mine = [choices for (category, _), choices in self.cast.items() if category == code]
        return {
            entry.number: {name: sum(choices[row] == place for choices in mine) for place, name in enumerate(CODES)}
            | {"invalid": 0}
            for row, entry in enumerate(queries.rows_of(self.part(code)))
        }

    def close(self) -> None:
        actions.close_ballot(self.fresh(), by=self.world.scrutineer, now=NOW)
        checking.check_all()

    def tally(self) -> None:
        actions.tally(self.fresh(), by=self.world.scrutineer, now=NOW)
        self.fresh()

    def tasks(self, trustee: str = "ada") -> dict:
        answer = client_for(self.world.people[trustee]).get(reverse("trustee-tasks", args=[self.ballot.identifier]))
        assert answer.status_code == 200
        return answer.json()

    def share(self, task: dict, floor: int, key: int = 1) -> bytes:
        """What a trustee's page makes of a task: the partial decryption with the key file of this number."""
        election = ballotbox.Election.parse(task["election"].encode())
        tally = ballotbox.EncryptedTally.parse(election, task["tally"].encode(), num_tallied=task["cast"])
        private = int(ceremony().key_files[key - 1]["decryption_key"])
        return ballotbox.partial_decryption(election, tally, private, cast=task["cast"], floor=floor)

    def give(self, raw: bytes, code: str = "A", trustee: str = "ada") -> HttpResponse:
        address = reverse("trustee-share", args=[self.ballot.identifier])
        body = json.dumps({"category": code, "share": raw.decode()})
        return client_for(self.world.people[trustee]).post(address, data=body, content_type="application/json")

    def decrypt(self, trustees: tuple[str, ...] = TRUSTEES[:2]) -> None:
        """These trustees decrypt everything that waits for them."""
        for trustee in trustees:
            tasks = self.tasks(trustee)
            for task in tasks["categories"]:
                raw = self.share(task, tasks["floor"], TRUSTEES.index(trustee) + 1)
                assert self.give(raw, task["category"], trustee).status_code == 200
        self.fresh()

    def key(self, teller: str, rows: dict[str, dict[str, int]], code: str = "A", **totals: int) -> object:
        """A teller keys the sheets of a category; totals that are not given follow from the first row."""
        return papers.key_paper(self.part(code), **sheets(rows, **totals), by=self.world.people[teller], now=NOW)


def sheets(rows: dict[str, dict[str, int]], **totals: int) -> dict:
    """The totals and rows of a batch of paper in which every sheet that was issued came back and is valid."""
    valid = sum(next(iter(rows.values())).values())
    usual = {"issued": valid, "returned": valid, "unreturned": 0, "void": 0}
    return {"totals": usual | totals, "rows": rows}


def paper_rows(*numbers: int, entries: tuple[str, ...] = ("01", "02")) -> dict[str, dict[str, int]]:
    """The same totals in every row: good, fairly good, average, poor, no opinion, invalid."""
    return {entry: dict(zip((*CODES, "invalid"), numbers, strict=True)) for entry in entries}


def prepare(stage: str = "meeting", text: bytes | None = None, entries: int = 2) -> Hall:
    """A year with a ballot that has neither trustees nor credentials."""
    world = make_cycle(stage, entries, scheme=text or scheme())
    return Hall(world, actions.prepare_ballot(world.cycle, by=world.wei, now=NOW))


def take_trustees(hall: Hall) -> None:
    hall.ballot = actions.set_trustees(hall.fresh(), pedersen=pedersen(), by=hall.world.wei, now=NOW)


def take_slips(hall: Hall, slips: dict[str, int] | None = None, paper: dict[str, int] | None = None) -> None:
    numbers = SLIPS if slips is None else slips
    hall.slips = {code: [ballotbox.new_credential() for _ in range(number)] for code, number in numbers.items()}
    listed = json.dumps(hall.public_list()).encode()
    actions.set_credentials(hall.fresh(), listed=listed, paper_issued=paper or {}, by=hall.world.wei, now=NOW)


def open_hall(
    slips: dict[str, int] | None = None, paper: dict[str, int] | None = None, text: bytes | None = None
) -> Hall:
    """A hall in which voting has begun."""
    hall = prepare(text=text)
    take_trustees(hall)
    take_slips(hall, slips, paper)
    hall.ballot = actions.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    return hall


def added_up(votes: dict[str, int] | None = None, **more) -> Hall:
    """A hall in which so many slips of each category have voted, closed and added up by the server."""
    hall = open_hall(**more)
    for code, number in (votes or SLIPS).items():
        hall.votes(code, number)
    hall.close()
    hall.tally()
    return hall
