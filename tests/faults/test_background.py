"""The process that makes papers: there when something is asked for, gone afterwards, and its death is told."""

import os
import re
import signal
import time
from pathlib import Path

import httpx
import pytest

from shuping.rehearsal import site as sites
from tests.ballots.conftest import file_database  # noqa: F401 - a fixture
from tests.ballots.served import served
from tests.builders import client_for, make_cycle

SERVER = re.compile(r"shuping\.cli\0serve")


class Office:
    """The secretariat's browser at the real server, and what runs there."""

    def __init__(self, place, world, cookie) -> None:
        self.place, self.world = place, world
        cookies = {"sessionid": cookie, "csrftoken": "a" * 32}
        self.http = httpx.Client(
            base_url=place.address,
            cookies=cookies,
            trust_env=False,
            timeout=60,
            headers={"accept-language": "en", "origin": place.address},
        )

    def ask(self) -> str:
        """Ask for the year's file; the address of its page."""
        answer = self.http.post(f"/c/{self.world.cycle.pk}/papers/all", data={"csrfmiddlewaretoken": "a" * 32})
        assert answer.status_code == 302, answer.text[:500]
        return answer.headers["Location"]

    def state(self, page: str) -> str:
        return re.search(r'data-state="(\w+)"', self.http.get(page).text)[1]

    def wait(self, page: str, *states: str) -> str:
        return wait_for(lambda: found if (found := self.state(page)) in states else None)


def wait_for(look, patience=120):
    until = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < until
        time.sleep(0.1)
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8")
    except OSError:
        return ""


def running() -> list[int]:
    """The background processes of the servers that this test started."""
    servers = [child for child in sites.children(os.getpid()) if SERVER.search(_command(child))]
    return [child for server in servers for child in sites.children(server) if "background" in _command(child)]


@pytest.fixture
def office(file_database, tmp_path, monkeypatch):  # noqa: F811
    world = make_cycle("reporting")
    cookie = client_for(world.wei).cookies["sessionid"].value
    with served(None, tmp_path, monkeypatch) as place:
        found = Office(place, world, cookie)
        with found.http:
            yield found


def test_it_is_there_when_needed_and_gone_when_idle(office):
    assert running() == []

    page = office.ask()
    office.wait(page, "ready")

    assert office.http.get(f"{page}file").content.startswith(b"PK")
    wait_for(lambda: not running())
    assert office.wait(office.ask(), "ready")
    assert office.place.rows("SELECT COUNT(*) FROM django_tasks_database_dbtaskresult") == [(0,)]


def test_a_task_whose_process_is_killed_is_told_and_not_begun_again(office):
    page = office.ask()
    (process,) = wait_for(running)
    office.wait(page, "making")

    os.kill(process, signal.SIGKILL)

    office.wait(page, "broken")
    assert "It was broken off halfway" in office.http.get(page).text
    assert office.wait(office.ask(), "ready")
    assert office.state(page) == "broken"


def test_what_waits_is_made_when_the_server_begins_and_what_was_begun_is_told(office, tmp_path):
    page = office.ask()
    office.wait(page, "making")
    (process,) = running()
    (server,) = (pid for pid in sites.children(os.getpid()) if SERVER.search(_command(pid)))
    second = office.http.get(f"/c/{office.world.cycle.pk}/papers/compilation/en.docx").headers["Location"]

    os.kill(server, signal.SIGKILL)

    wait_for(lambda: not _command(process))  # it ends with the server
    os.waitpid(server, 0)
    with sites.running(tmp_path / "again.log"):
        assert office.wait(page, "broken")
        assert office.wait(second, "ready")
