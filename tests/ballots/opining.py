"""Voters who write opinions, and the trustees who open them, as the booth and the trustee's page do it."""

import base64
import json
from dataclasses import dataclass

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

import ballotbox
from ballotbox import blind, tokens
from ballotbox import opinions as sealing
from ballotbox.credentials import private_exponent
from shuping.ballots import posting, queries
from tests.ballots.halls import GROUP, TRUSTEES, Hall, ceremony, open_hall, scheme
from tests.builders import client_for

WITH_OPINIONS = scheme().replace(b"revote = true", b"revote = true\nopinions = true", 1)


@dataclass
class Pen:
    """A slip's holder with the tokens that the slip was given."""

    hall: Hall
    code: str = "A"
    slip: int = 0

    def __post_init__(self) -> None:
        self.key = posting.issuer_key(self.hall.ballot).public
        self.tokens: list[tuple[bytes, bytes]] = []

    def request(self, number: int = 2, ballot: str = "") -> tuple[bytes, list[tuple[bytes, int]]]:
        """A request for tokens, and what takes the blinding off again."""
        identifier = self.hall.ballot.identifier
        prepared = [blind.prepare(tokens.message(ballot or identifier)) for _ in range(number)]
        blinded = [blind.blind(self.key, one) for one in prepared]
        secret = private_exponent(GROUP, identifier, self.hall.slips[self.code][self.slip])
        raw = tokens.request(GROUP, identifier, secret, [message for message, _ in blinded])
        return raw, [(one, inverse) for one, (_, inverse) in zip(prepared, blinded, strict=True)]

    def ask(self) -> HttpResponse:
        raw, open_ = self.request()
        answer = self.hall.post("give-tokens", raw)
        if answer.status_code == 200:
            signed = [base64.b64decode(one) for one in answer.json()["signatures"]]
            self.tokens += [
                (prepared, blind.finalize(self.key, prepared, signature, inverse))
                for (prepared, inverse), signature in zip(open_, signed, strict=True)
            ]
        return answer

    def seal(self, text: str, entry: str = "01") -> bytes:
        return sealing.seal(queries.election_of_box(queries.need_box(self.hall.ballot)), entry, text)

    def write(self, text: str, entry: str = "01", token: int = 0) -> HttpResponse:
        return self.hall.post("take-opinion", tokens.post(*self.tokens[token], self.seal(text, entry)))


def opining_hall(writers: int = 10, opinions: int = 10, votes: int = 10) -> Hall:
    """A ballot that is open: so many slips of A were given tokens, and so many opinions were sent."""
    hall = open_hall(text=WITH_OPINIONS)
    pens = [Pen(hall, "A", slip) for slip in range(writers)]
    for pen in pens:
        assert pen.ask().status_code == 200
    for number in range(opinions):
        pen = pens[number % writers]
        answer = pen.write(f"意见 {number}: see to it", f"0{number % 2 + 1}", number // writers)
        assert answer.status_code == 201, answer.content
    hall.votes("A", votes)
    return hall


def task(hall: Hall, trustee: str = "ada") -> dict | None:
    return hall.tasks(trustee)["opinions"]


def part(hall: Hall, trustee: str = "ada") -> bytes:
    """What a trustee's page makes of the opinions."""
    waiting = task(hall, trustee)
    private = int(ceremony().key_files[TRUSTEES.index(trustee)]["decryption_key"])
    election = ballotbox.Election.parse(waiting["election"].encode())
    return sealing.partial_opening(election, [one.encode() for one in waiting["sealed"]], private)


def give(hall: Hall, raw: bytes, trustee: str = "ada") -> HttpResponse:
    address = reverse("opening-share", args=[hall.ballot.identifier])
    body = json.dumps({"share": raw.decode()})
    return client_for(hall.world.people[trustee]).post(address, data=body, content_type="application/json")


def opened_hall() -> Hall:
    """A ballot whose ten opinions were opened by two trustees."""
    hall = opining_hall()
    hall.close()
    hall.tally()
    parts = {trustee: part(hall, trustee) for trustee in TRUSTEES[:2]}
    for trustee, raw in parts.items():
        assert give(hall, raw, trustee).status_code == 200
    return hall


def act(hall: Hall, name: str, who: str = "scrutineer", **data: object) -> HttpResponse:
    """Somebody presses a button on the page of opinions."""
    person = hall.world.scrutineer if who == "scrutineer" else hall.world.people[who]
    return client_for(person).post(reverse(name, args=[hall.world.cycle.pk]), data)


def page(hall: Hall, browser: Client) -> str:
    return browser.get(reverse("opinions", args=[hall.world.cycle.pk])).content.decode()
