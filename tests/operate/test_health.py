"""What ails a server is told at /health and on the desk of those who lead a year, in words and without a secret."""

import os
import shutil
import subprocess
import time
from contextlib import ExitStack
from types import SimpleNamespace

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from shuping.core import ailing, soundness, vitals
from shuping.rehearsal.browser import Unexpected
from tests.builders import client_for, make_cycle
from tests.faults import cluster
from tests.meetings.halls import make_meeting
from tests.operate import sites


@pytest.fixture(autouse=True)
def _nothing_is_asked(monkeypatch):
    monkeypatch.setattr(vitals, "_questions", {})


def health(**headers):
    answer = Client(headers={"accept-language": "en"} | headers).get("/health")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    return answer.status_code, answer.content.decode()


def test_a_server_that_is_well_says_ok():
    vitals.register("worker", lambda: "")

    assert health() == (200, "ok\n")


def test_each_ailment_is_a_line_in_the_reader_s_language(settings, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=soundness.LEAST_FREE - 1))
    vitals.register("disk", lambda: ailing.disk(settings.DATA))
    vitals.register("worker", lambda: "It stopped.")

    assert health() == (503, "disk: The disk is nearly full: less than 2 GB is left. Make room.\nworker: It stopped.\n")
    assert "磁盘将满，剩余不足 2 GB" in health(**{"accept-language": "zh-CN"})[1]


@pytest.mark.parametrize(
    ("free", "told"),
    [(soundness.LEAST_FREE, ""), (soundness.LEAST_FREE - 1, "nearly full"), (ailing.FULL - 1, "nothing can be stored")],
)
def test_a_full_disk_is_another_thing_than_a_nearly_full_one(tmp_path, monkeypatch, free, told):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))

    assert told in str(ailing.disk(tmp_path))
    assert bool(ailing.disk(tmp_path)) == bool(told)


def test_a_folder_that_is_gone_is_told(tmp_path):
    assert str(ailing.disk(tmp_path / "gone")) == "The data folder is gone."


@pytest.mark.parametrize(
    ("jump", "told"), [(0, ""), (4, ""), (-4, ""), (3600, "set forward by 3600 s"), (-90, "set back by 90 s")]
)
def test_a_clock_that_was_set_is_told(monkeypatch, jump, told):
    clock, real = ailing.Clock(), time.time
    monkeypatch.setattr(time, "time", lambda: real() + jump)

    assert told in clock.ailment()
    assert bool(clock.ailment()) == bool(told)


def test_a_clock_that_is_steered_and_a_machine_that_slept_are_well(monkeypatch):
    """NTP steers both clocks at the same rate; the one compared with goes on while the machine sleeps."""
    clock, real, other = ailing.Clock(), time.time, time.clock_gettime
    monkeypatch.setattr(time, "time", lambda: real() + 36_000)
    monkeypatch.setattr(time, "clock_gettime", lambda kind: other(kind) + 36_000)

    assert clock.ailment() == ""


# --- on the desk ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_those_who_lead_a_year_see_it_on_their_desks_and_nobody_else_does():
    world = make_cycle("meeting")
    pages = [reverse("home"), reverse("desk", args=[make_meeting(world).address])]
    well = [client_for(world.clerk).get(page).content.decode() for page in pages]
    vitals.register("clock", lambda: "It was set.")

    told = [client_for(world.clerk).get(page).content.decode() for page in pages]
    others = [client_for(person).get(reverse("home")).content.decode() for person in (world.lin, world.chair)]

    assert all("It was set." in page and 'id="ailments"' in page for page in told)
    assert "It was set." in client_for(world.wei).get(reverse("home")).content.decode()
    assert not any('id="ailments"' in page for page in [*well, *others])


# --- a real server ----------------------------------------------------------------------------------------------------


def asked(address, **more):
    answer = httpx.get(f"{address}/health", trust_env=False, headers={"accept-language": "en"}, **more)
    return answer.status_code, answer.text


def lines(address, part):
    return [line for line in asked(address)[1].splitlines() if line.startswith(part)]


def test_a_database_that_was_moved_away_or_replaced_is_told(tmp_path):
    hall = sites.make_hall(tmp_path / "data")
    file = tmp_path / "data" / "shuping.sqlite3"
    with sites.serving(tmp_path / "data") as (_server, address):
        assert lines(address, "database") == []

        file.rename(tmp_path / "away")
        away = asked(address)
        cookie = {"cookies": {"sessionid": hall["sessions"]["wei"]}}
        assert asked(address, **cookie)[0] == 503
        shutil.copy(tmp_path / "away", file)
        replaced = lines(address, "database")
        (tmp_path / "away").rename(file)

        assert lines(address, "database") == []
    assert away[0] == 503
    assert "database: The database's file was moved away or replaced" in away[1]
    assert "moved away or replaced" in replaced[0]
    assert str(tmp_path) not in away[1]


@cluster.needed
def test_a_database_server_that_is_away_is_told_and_well_again_by_itself(tmp_path):
    with cluster.running() as server:
        more = {"SHUPING_DATABASE_URL": server.create("site")}
        hall = sites.make_hall(tmp_path / "data", **more)
        with sites.serving(tmp_path / "data", **more) as (_server, address):
            assert lines(address, "database") == []
            server.stop("immediate")
            away = asked(address, cookies={"sessionid": hall["sessions"]["wei"]})
            server.start()

            assert sites.until(lambda: lines(address, "database") == [], what="the database is well again")
    assert (away[0], "database: The database does not answer." in away[1]) == (503, True)
    assert "postgres" not in away[1]


def test_a_server_listens_on_ipv6_in_brackets(tmp_path):
    sites.make_site(tmp_path / "data")
    port = sites.site.free_port()
    given = {"SHUPING_LISTEN": f"[::]:{port}", "SHUPING_ADDRESS": f"http://[::1]:{port}"}

    with sites.started(sites.environment(tmp_path / "data", **given)):
        answer = sites.until(lambda: _page(f"http://[::1]:{port}/sign-in/"), what="it answers on IPv6")

    assert answer.status_code == 200


def _page(address):
    try:
        return httpx.get(address, trust_env=False)
    except httpx.TransportError:
        return None


# --- a full disk ------------------------------------------------------------------------------------------------------

SMALL = 24  # megabytes
# In CI it is never skipped: there whoever is not root has to be an error.
as_root = pytest.mark.skipif(os.geteuid() != 0 and "CI" not in os.environ, reason="Only root mounts a small disk.")


@as_root
def test_a_full_disk_says_that_it_is_full_once_in_the_log_and_is_well_with_room(tmp_path, small_disk):
    hall = sites.make_hall(small_disk / "data")
    log = tmp_path / "log"
    with log.open("wb") as out, sites.serving(small_disk / "data", out) as (_server, address), ExitStack() as people:
        scrutineer = people.enter_context(sites.person(hall, address, "scrutineer"))
        stranger = people.enter_context(httpx.Client(trust_env=False))
        scrutineer.open(f"/c/{hall['cycle']}/ballot/")
        assert _sign_in(stranger, address).status_code == 200
        fill(small_disk)

        answers = [_sign_in(stranger, address) for _ in range(4)]
        reads = stranger.get(f"{address}/sign-in/")
        with pytest.raises(Unexpected, match="507"):
            scrutineer.submit(f"/c/{hall['cycle']}/ballot/", "form-close-ballot")
        ill = asked(address)
        (small_disk / "filler").unlink()

        assert _sign_in(stranger, address).status_code == 200
    told = log.read_text("utf-8")
    assert "/health" not in told
    assert [answer.status_code for answer in answers] == [507] * 4
    assert "This could not be stored." in answers[0].text
    assert reads.status_code == 200
    assert (ill[0], "disk: The disk is full" in ill[1]) == (503, True)
    assert told.count("The disk is full: nothing can be stored") == 1, told
    assert "Traceback" not in told


def _sign_in(stranger, address):
    """A wrong password, as whoever mistypes sends it."""
    page = stranger.get(f"{address}/sign-in/", headers={"accept-language": "en"})
    token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    form = {"csrfmiddlewaretoken": token, "login": "nobody", "password": "wrong"}
    return stranger.post(f"{address}/sign-in/", data=form, headers={"accept-language": "en"})


@pytest.fixture
def small_disk(tmp_path):
    """A disk of a few megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}m", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place):
    """Leave nothing free."""
    with (place / "filler").open("wb", buffering=0) as file:
        for size in (64 * 1024, 4096, 512):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


@as_root
def test_no_site_starts_on_a_full_disk_and_it_is_not_blamed_on_the_database(small_disk):
    sites.make_site(small_disk / "data")
    fill(small_disk)

    status, said = sites.shuping(small_disk / "data", "serve")

    assert (status, "The disk is full" in said, "SHUPING_DATABASE_URL" in said) == (1, True, False), said
