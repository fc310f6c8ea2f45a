"""Voters with their slips: each derives the credential, encrypts on this side of the wire and casts."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

import ballotbox


@dataclass(frozen=True)
class Receipt:
    """What a voter takes home."""

    category: str
    tracker: str


class Voter:
    """Somebody in the hall with a slip: no account, no cookies."""

    def __init__(self, address: str, identifier: str, credential: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=60, trust_env=False)
        self.identifier = identifier
        self.credential = credential

    def enter(self, group: str) -> dict[str, Any]:
        """Ask which election the credential belongs to: the answer has `category`, `election`, `open`, `entries`."""
        public = ballotbox.public_credential(ballotbox.group(group), self.identifier, self.credential)
        answer = self.http.post(f"/v/{self.identifier}/which", json={"credential": public})
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def cast(self, election: ballotbox.Election, choices: list[int]) -> httpx.Response:
        """Encrypt and send: `choices` has the place of the chosen answer for every entry."""
        marks = [
            [int(place == chosen) for place in range(len(question.answers))]
            for question, chosen in _rows(election, choices)
        ]
        raw = ballotbox.encrypt_ballot(election, self.identifier, self.credential, marks)
        return self.send(raw)

    def send(self, raw: bytes) -> httpx.Response:
        headers = {"content-type": "application/json"}
        return self.http.post(f"/v/{self.identifier}/cast", content=raw, headers=headers)


def _rows(election: ballotbox.Election, choices: list[int]) -> Iterator[tuple[ballotbox.Question, int]]:
    return zip(election.questions, choices, strict=True)


def totals(votes: list[list[int]], numbers: list[str], codes: list[str]) -> dict[str, dict[str, int]]:
    """The counts that votes have to give: {entry: {code: n}} for places of answers in the order of `codes`."""
    return {
        number: {code: sum(vote[place] == answer for vote in votes) for answer, code in enumerate(codes)}
        for place, number in enumerate(numbers)
    }


def digest(votes: Any) -> str:
    """A short fingerprint of what was voted, to compare two runs of one seed."""
    return hashlib.sha256(json.dumps(votes).encode()).hexdigest()[:16]
