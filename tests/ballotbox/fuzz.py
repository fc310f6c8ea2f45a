"""Random bytes for everything that reads: only refusals may come of them. `python -m tests.ballotbox.fuzz SECONDS`."""

import io
import json
import sys
import time
from contextlib import suppress

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import ballotbox as bb
from ballotbox.archive import RecordReader
from ballotbox.encoding import canonical_json, strict_json
from tests.ballotbox.meeting import GOOD, NONE, Meeting

MEETING = Meeting(voters=2)
BALLOT = MEETING.cast(0, GOOD, NONE)
RECORD = io.BytesIO()
MEETING.write(RECORD, [BALLOT])
RECORD = RECORD.getvalue()
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
count = [0]


def mutated(seed):
    """The seed with a few cuts, insertions and changed bytes."""
    edit = st.tuples(st.integers(0, len(seed)), st.integers(0, 40), st.binary(max_size=12))

    def apply(edits):
        raw = seed
        for at, length, new in edits:
            raw = raw[:at] + new + raw[at + length :]
        return raw

    return st.lists(edit, min_size=1, max_size=4).map(apply)


def refused(read):
    """Run; a refusal by name is an answer, anything else is a fault."""
    count[0] += 1
    with suppress(bb.BallotboxError):
        read()


def read_archive(raw):
    refused(lambda: [None for _ in RecordReader(io.BytesIO(raw)).groups()])


def read_json(raw):
    refused(lambda: canonical_json(raw, where="x", limit=100_000))
    refused(lambda: strict_json(raw, where="x", limit=100_000))


def read_ballot(raw):
    refused(lambda: bb.check_proofs(MEETING.election, bb.check_form(MEETING.election, raw, MEETING.public)))


def read_setup(raw):
    refused(lambda: bb.Election.parse(raw))
    refused(lambda: bb.Trustees.parse(raw))
    refused(lambda: bb.read_key_file(raw))
    refused(lambda: bb.EncryptedTally.parse(MEETING.election, raw, num_tallied=1))


def written(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


TARGETS = {
    "archive": (read_archive, st.binary(max_size=2000) | mutated(RECORD)),
    "json": (read_json, st.binary(max_size=200) | JSONS.map(written) | mutated(b'{"a":[1,"b",{"c":null}]}')),
    "ballot": (read_ballot, mutated(BALLOT) | JSONS.map(written)),
    "set-up": (
        read_setup,
        mutated(MEETING.election.raw)
        | mutated(MEETING.trustees.raw)
        | mutated(MEETING.tally([]).raw)
        | JSONS.map(written),
    ),
}


def fuzz(name, examples):
    """Run so many examples against one target."""
    read, inputs = TARGETS[name]

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs)
    def run(raw):
        read(raw)

    run()


if __name__ == "__main__":
    end = time.monotonic() + float(sys.argv[1])
    while time.monotonic() < end:
        for target in TARGETS:
            fuzz(target, 2000)
    sys.stdout.write(f"{count[0]} executions, nothing but refusals\n")
