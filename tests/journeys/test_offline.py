"""Everything runs on one laptop without a network: nothing leaves it, neither from the site nor from its pages."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.ballotbox_js.node import ROOT

# Every address leads to the loopback device, where the program sees what would have left (tests/journeys/offline.py).
ALONE = 'ip link set lo up && ip route add default dev lo && ip -6 route add default dev lo && exec "$@"'


def _missing():
    """Why this machine cannot give a program a network of its own; empty when it can."""
    if not shutil.which("unshare") or not shutil.which("ip"):
        return "no unshare or ip: apt-get install --yes util-linux iproute2"
    tried = subprocess.run(["unshare", "--net", "sh", "-c", ALONE, "sh", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "a network namespace is not permitted here: run as root"


@pytest.mark.journey
def test_no_request_leaves_the_machine(tmp_path):
    if (reason := _missing()) and "CI" not in os.environ:
        pytest.skip(reason)
    command = ["unshare", "--net", "sh", "-c", ALONE, "sh", sys.executable, "-m", "tests.journeys.offline", tmp_path]
    clean = {name: text for name, text in os.environ.items() if not name.startswith(("SHUPING_", "DJANGO_"))}

    done = subprocess.run(
        command,
        cwd=ROOT,
        env=clean | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "SHUPING_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-4000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["control"] == ["17 192.0.2.7", "6 192.0.2.7"]  # TCP and UDP: who calls home is seen
    assert told["noticed"] == ["http://elsewhere.example/"]
    assert told["sent"] == []
    assert told["asked"] == []
    assert len(told["pages"]) > 30
    assert len(told["tracker"]) == 43
