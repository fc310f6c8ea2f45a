"""Debian's belenios-tool 2.0, a program that is not ours, accepts what we write in BELENIOS-2048."""

import os
import shutil
import subprocess

import pytest

import ballotbox as bb
from tests.ballotbox.meeting import FAIR, GOOD, NONE, QUESTIONS, Meeting

TOOL = shutil.which("belenios-tool")

pytestmark = pytest.mark.skipif(
    TOOL is None and not os.environ.get("CI"), reason="belenios-tool is not installed (apt-get install belenios-tool)"
)


def tool_verifies(folder):
    assert TOOL is not None, "belenios-tool must be installed where CI is set"
    done = subprocess.run(
        [TOOL, "election", "verify", "--dir", folder], capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode == 0 and "all checks passed" in done.stderr


LAX = (bb.Question("x / 一", QUESTIONS[0].answers, 0, 2), QUESTIONS[1])
MEETINGS = {
    "plain": (Meeting, {}, (1, 3)),
    "all trustees": (Meeting, {}, (1, 2, 3)),
    "weighted": (Meeting, {"weights": (2, 5, 1, 3)}, (2, 3)),
    "a range": (Meeting, {"questions": LAX}, (1, 2)),
}


@pytest.mark.parametrize(("make", "options", "trustees"), MEETINGS.values(), ids=MEETINGS)
def test_the_tool_accepts_our_records(tmp_path, make, options, trustees):
    meeting = make("BELENIOS-2048", **options)
    raws = [meeting.cast(0, GOOD, NONE), meeting.cast(1, GOOD, FAIR), meeting.cast(3, FAIR, FAIR)]
    raws.append(meeting.cast(0, NONE, FAIR))

    meeting.write(tmp_path / f"{meeting.election.uuid}.bel", raws, trustees)

    assert tool_verifies(tmp_path)
    assert bb.verify_record(tmp_path / f"{meeting.election.uuid}.bel").accepted == 3


def test_the_tool_refuses_what_we_refuse(tmp_path):
    meeting = Meeting("BELENIOS-2048", voters=2)
    path = tmp_path / f"{meeting.election.uuid}.bel"
    meeting.write(path, [meeting.cast(0, GOOD, NONE), meeting.cast(1, GOOD, FAIR)])
    path.write_bytes(path.read_bytes().replace(b'"result":[[2,0,0]', b'"result":[[0,2,0]'))

    assert not tool_verifies(tmp_path)
    with pytest.raises(bb.BallotboxError):
        bb.verify_record(path)
