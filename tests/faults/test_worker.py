"""The worker that checks ballots: killed, hung or in a circle of crashes, it is noticed, replaced, and told of."""

import os
import signal
import sys
import time

import pytest

from shuping import worker as keeping
from shuping.rehearsal.site import children
from tests.faults import load, trials
from tests.faults.conftest import SLIPS

SILENT = (sys.executable, "-c", "import time; time.sleep(60)")
CRASHES = (sys.executable, "-c", "raise SystemExit(1)")
ALIVE = (sys.executable, "-u", "-c", "import time\nwhile True: print('0.0'); time.sleep(0.05)")
WAITS = (sys.executable, "-u", "-c", "import time\nwhile True: print('75.0'); time.sleep(0.05)")


def _until(found, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := found():
            return answer
        time.sleep(0.05)
    raise AssertionError("It did not happen in time.")


def test_a_hung_worker_is_replaced_and_what_it_held_goes_in(hall_on_sqlite, tmp_path):
    hall, told = hall_on_sqlite, load.Told()
    trial = hall.trial(tmp_path / "data")
    with trial.serving() as site:
        (first,) = children(site.process.pid)
        trials.vote(hall, site.port, told, 0.2, first=SLIPS)
        trial.wait_for_the_box(SLIPS, 60)
        os.kill(first, signal.SIGSTOP)
        stopped = time.monotonic()
        trials.vote(hall, site.port, told, 0.2, first=2 * SLIPS)  # everybody votes once more
        (second,) = _until(lambda: [pid for pid in children(site.process.pid) if pid != first], 30)
        noticed = time.monotonic() - stopped
        trial.wait_for_the_box(2 * SLIPS, 60)
        assert children(site.process.pid) == [second]

    assert keeping.SILENCE - 3 < noticed < 2 * keeping.SILENCE
    assert trial.in_the_box() == len(set(told.acknowledged)) == 2 * SLIPS


@pytest.fixture
def kept(monkeypatch):
    """A keeper of a worker that runs this command, impatient."""
    for name, seconds in (("PAUSE", 0.05), ("BEGIN", 3.0), ("SILENCE", 0.5)):
        monkeypatch.setattr(keeping, name, seconds)

    def start(command):
        monkeypatch.setattr(keeping, "COMMAND", command)
        return keeping.Worker()

    return start


def test_one_that_is_well_has_no_ailment(kept):
    with kept(ALIVE) as worker:
        first = worker.process.pid
        time.sleep(1.5)

        assert (str(worker.ailment()), str(worker.waits())) == ("", "")
        assert worker.process.pid == first


def test_one_that_never_answers_is_replaced_and_told(kept):
    with kept(SILENT) as worker:
        first = worker.process.pid
        _until(lambda: worker.process.pid != first, 20)

        assert "did not answer" in str(worker.ailment())


def test_one_that_crashes_again_and_again_is_counted(kept):
    with kept(CRASHES) as worker:
        sentence = _until(lambda: "ended" in str(worker.ailment()) and str(worker.ailment()), 20)

    assert "see the log" in sentence
    assert len(worker.ends) >= keeping.MANY


def test_one_that_has_stopped_is_told_until_it_runs_again(kept, monkeypatch):
    monkeypatch.setattr(keeping, "PAUSE", 60.0)
    with kept(ALIVE) as worker:
        worker.process.kill()
        worker.process.wait()

        assert "has stopped" in str(worker.ailment())


def test_a_ballot_that_waits_too_long_is_told(kept):
    with kept(WAITS) as worker:
        assert "more than a minute" in str(_until(worker.waits, 10))


def test_a_ring_that_nobody_answers_is_told_after_a_while(kept, monkeypatch):
    with kept(SILENT) as worker:
        worker.ring()
        assert str(worker.waits()) == ""
        monkeypatch.setattr(keeping, "WAITS", 0.2)

        assert _until(worker.waits, 5)


def test_ringing_never_waits_and_never_fails(kept):
    with kept(SILENT) as worker:
        for _ in range(100_000):  # more than the pipe holds
            worker.ring()
        worker.process.kill()
        worker.process.wait()
        worker.ring()


def test_the_worker_loads_nothing_of_the_site():
    """It stands beside the server on one laptop: what it does not need it does not load."""
    program = (
        "import sys, django; django.setup(); import shuping.worker; from shuping.box import checker, tidying; "
        "print([name for name in ('shuping.models', 'scoring', 'allauth', 'pydantic', 'django.contrib.auth', 'lxml') "
        "if name in sys.modules])"
    )
    import subprocess  # noqa: PLC0415 - only here

    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "shuping.box.settings"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
