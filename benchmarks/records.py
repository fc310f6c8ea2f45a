"""A hall of voters for the benchmarks of the ballot: elections of 18 entries and 4 answers, and records of them."""

import random
from pathlib import Path

from report import ROOT

import ballotbox as bb

ROWS, ANSWERS = 18, 4
STAMP = 1_795_405_009
FOLDER = ROOT / "build" / "benchmarks"


class Hall:
    """An election with its trustees' keys, and credentials for as many voters as there may be."""

    def __init__(self, group_name: str, voters: int) -> None:
        self.group = bb.group(group_name)
        self.key = bb.make_single_key(self.group)
        self.trustees = bb.Trustees.build([self.key.public], self.group)
        self.identifier = bb.new_identifier()
        self.slips = [bb.new_credential() for _ in range(voters)]
        self.public = [bb.public_credential(self.group, self.identifier, slip) for slip in self.slips]
        self.election = bb.Election.build(
            uuid=bb.new_identifier(),
            name="测评 / Review",
            description="",
            group_name=group_name,
            public_key=self.trustees.public_key,
            questions=[bb.Question(f"{i + 1:02}", tuple("好较中差"[:ANSWERS])) for i in range(ROWS)],
        )

    def cast(self, voter: int) -> bytes:
        """A ballot with marks at random."""
        marks = [random.randrange(ANSWERS) for _ in range(ROWS)]
        choices = [[int(i == mark) for i in range(ANSWERS)] for mark in marks]
        return bb.encrypt_ballot(self.election, self.identifier, self.slips[voter], choices)

    def write(self, ballots: list[bytes], folder: Path = FOLDER) -> Path:
        """The record of these ballots, named as belenios-tool wants it."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.election.uuid}.bel"
        tally = bb.encrypted_tally(self.election, [bb.check_form(self.election, raw, self.public) for raw in ballots])
        part = bb.partial_decryption(self.election, tally, self.key.private, cast=len(ballots), floor=1)
        bb.write_record(
            path,
            election=self.election,
            trustees=self.trustees,
            credentials=self.public,
            ballots=ballots,
            encrypted_tally=tally,
            partials={1: part},
            result=bb.combine(self.election, self.trustees, tally, {1: part}),
            timestamp=STAMP,
        )
        return path
