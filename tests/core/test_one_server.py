"""One server on one folder, and a database that does not lose what it acknowledged."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from shuping.core import datafolder
from shuping.rehearsal import site

HOLD = """
import pathlib, sys
from shuping.core import datafolder
held = datafolder.hold(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""
DURABLE = "import django; django.setup(); from shuping import fitness; fitness.assert_safe(); print('safe')"
WEAKER = """
import django
from django.conf import settings
settings.DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
django.setup()
from shuping import fitness
try:
    fitness.assert_safe()
except fitness.UnsafeDatabase:
    print("refused")
"""


def _python(code, folder, *arguments):
    environment = {**os.environ, "SHUPING_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "shuping.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_second_server_on_the_folder_is_refused(tmp_path):
    with _python(HOLD, tmp_path, str(tmp_path)) as first:
        assert first.stdout.readline() == "held\n"
        with pytest.raises(datafolder.FolderInUse, match=str(tmp_path)):
            datafolder.hold(tmp_path)
        first.communicate()

    datafolder.hold(tmp_path).close()


def test_the_database_syncs_before_it_acknowledges(tmp_path):
    out, errors = _python(DURABLE, tmp_path).communicate(timeout=60)

    assert out == "safe\n", errors


def test_a_weaker_database_is_refused(tmp_path):
    out, errors = _python(WEAKER, tmp_path).communicate(timeout=60)

    assert out == "refused\n", errors


def test_transactions_take_the_write_lock_at_once(tmp_path, monkeypatch):
    monkeypatch.delenv("SHUPING_DATABASE_URL", raising=False)

    assert datafolder.database(tmp_path)["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_postgresql_is_told_to_sync(tmp_path, monkeypatch):
    monkeypatch.setenv("SHUPING_DATABASE_URL", "postgresql://wei:p%40ss@db.example:5433/shuping")
    settings = datafolder.database(tmp_path)

    assert (settings["NAME"], settings["PASSWORD"], settings["PORT"]) == ("shuping", "p@ss", "5433")
    assert settings["OPTIONS"]["options"] == "-c synchronous_commit=on"


def test_the_secret_of_the_site_is_for_its_owner_only(tmp_path):
    assert datafolder.site_secret(tmp_path) != datafolder.site_secret(tmp_path)
    datafolder.settle(tmp_path / "data")
    secret = datafolder.site_secret(tmp_path / "data")

    assert (tmp_path / "data" / "keys" / "site-secret").stat().st_mode & 0o777 == 0o600
    assert len(secret) >= 50
    assert datafolder.site_secret(tmp_path / "data") == secret
    assert list(tmp_path.iterdir()) == [tmp_path / "data"]


def _until(found, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := found():
            return answer
        time.sleep(0.1)
    raise AssertionError("It did not happen in time.")


@pytest.fixture
def serving(tmp_path):
    """A real server on a folder of its own."""
    port = site.free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SHUPING_", "DJANGO_"))}
    environment |= {"SHUPING_DATA": str(tmp_path / "data"), "SHUPING_LISTEN": f"127.0.0.1:{port}"}
    server = subprocess.Popen([sys.executable, "-m", "shuping.cli", "serve", "--new"], env=environment)
    try:
        _until(lambda: _answers(port))
        server.port = port
        yield server
    finally:
        server.kill()
        server.wait()


def _answers(port):
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False).status_code in (200, 503)
    return False


def test_the_worker_is_started_again_and_stops_with_its_server(serving, tmp_path):
    (first,) = _until(lambda: site.children(serving.pid))

    os.kill(first, signal.SIGKILL)
    (second,) = _until(lambda: [pid for pid in site.children(serving.pid) if pid != first])
    serving.terminate()
    serving.wait(timeout=30)

    assert not Path(f"/proc/{second}").exists()
    assert (tmp_path / "data" / "shuping.sqlite3").stat().st_mode & 0o077 == 0


def test_it_stops_at_once_while_somebody_watches(serving):
    address = f"http://127.0.0.1:{serving.port}"
    page = httpx.get(f"{address}/now/", trust_env=False).text
    followed = re.search(r'sse-connect="(.*?)"', page)
    assert followed
    with httpx.stream("GET", f"{address}{followed[1]}", trust_env=False, timeout=30) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry: ")
        begun = time.monotonic()
        serving.terminate()
        assert [line for line in lines if line.startswith("event")] == []
        let_go = time.monotonic() - begun
    serving.wait(timeout=30)

    assert let_go < 5
    assert serving.returncode == 0
