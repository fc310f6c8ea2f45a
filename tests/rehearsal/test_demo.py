"""The moments that the demo starts from, what its terminal says, and the year in which the ledger is worked off."""

import os
from argparse import Namespace
from collections import Counter

import pytest

from shuping.core import log_walk
from shuping.rectification import queries
from shuping.rectification.models import Item
from shuping.rehearsal import demo, folder, lan, ledger
from tests.builders import make_cycle
from tests.rectification.ledgers import make_item


def test_a_later_moment_has_more_scenes_behind_it():
    assert list(demo.STAGES) == ["before", "ballot", "results", "later"]
    assert list(demo.STAGES.values()) == sorted(demo.STAGES.values())
    assert demo.STAGES["results"] == len(demo.SCENES)


def test_half_of_a_ledger_is_worked_off_in_a_year_and_some_of_it_is_late():
    fates = Counter(fate.last for fate in ledger.FATES)
    assert fates["closed"] * 2 == len(ledger.FATES)
    assert {fate.last for fate in ledger.FATES[:4]} == {"closed", "in_progress", "planned"}
    late = [fate for fate in ledger.FATES if fate.last != "closed" and fate.due < ledger.A_YEAR_LATER.date()]
    assert 0 < len(late) < len(ledger.FATES) - fates["closed"]


@pytest.mark.django_db
@pytest.mark.parametrize("fate", sorted(set(ledger.FATES), key=str), ids=lambda fate: f"{fate.last}-{fate.due}")
def test_an_item_comes_as_far_as_its_fate_says(fate):
    world = make_cycle("rectification")
    item = make_item(world)
    ledger.bring(item, fate, 3, {"secretariat": world.wei, "commentator": world.commentator})
    item = Item.objects.get(pk=item.pk)
    today = ledger.A_YEAR_LATER.date()
    assert item.state == fate.last
    assert item.due == fate.due
    assert queries.is_late(item, today) == (fate.last != "closed" and fate.due < today)
    assert item.closed_at is None or item.closed_at.date() <= fate.due
    log = log_walk.walk()
    assert (log.number > 0, log.faults) == (True, [])


# --- for telephones in the same network -------------------------------------------------------------------------------


def test_the_demo_is_found_at_the_address_in_the_network(monkeypatch):
    monkeypatch.setattr(lan, "_own_host", lambda: "192.168.7.20")
    monkeypatch.setenv("SHUPING_ADDRESS", "http://127.0.0.1:8123")
    assert demo._address(Namespace(lan=True)) == "http://192.168.7.20:8123"
    assert demo._address(Namespace(lan=False)) == "http://127.0.0.1:8123"
    monkeypatch.delenv("SHUPING_ADDRESS")
    assert demo._address(Namespace(lan=True)) == "http://192.168.7.20:8000"


@pytest.mark.parametrize("host", ["", "127.0.0.1", "0.0.0.0"])
def test_without_a_network_the_demo_says_so(monkeypatch, tmp_path, capsys, host):
    monkeypatch.setattr(lan, "_own_host", lambda: host)
    monkeypatch.setattr(demo.signal, "signal", lambda *_: None)
    monkeypatch.setenv("SHUPING_DATA", str(tmp_path))
    assert demo.demo(Namespace(stage="before", lan=True)) == 1
    assert "no address in a network" in capsys.readouterr().err
    assert not (tmp_path / "example").exists()


class Unplugged(lan.socket.socket):
    """A socket of a machine without a network."""

    def connect(self, _address):
        raise OSError("Network is unreachable")


def test_an_unplugged_machine_has_no_address(monkeypatch):
    monkeypatch.setattr(lan.socket, "socket", Unplugged)
    with pytest.raises(lan.NoNetwork, match="no telephone could reach the demo"):
        lan.address()


def test_for_the_network_the_server_listens_everywhere(monkeypatch):
    monkeypatch.setenv("SHUPING_LISTEN", "192.168.7.20:8123")
    folder.listen_everywhere()
    assert os.environ["SHUPING_LISTEN"] == "0.0.0.0:8123"


def test_a_qr_code_is_a_square_of_half_blocks():
    lines = lan.qr_code("http://192.168.7.20:8000/now/2/").rstrip("\n").split("\n")
    assert len(lines) > 10
    assert len({len(line) for line in lines}) == 1
