"""The laptop dies in mid-ballot, its disk with it; another machine goes on from the copy, and the count comes out."""

import shutil

import ballotbox
from tests.operate import sites


def test_a_standby_machine_goes_on(tmp_path):
    laptop, standby, stick = tmp_path / "laptop", tmp_path / "standby", tmp_path / "stick"
    hall = sites.make_hall(laptop)
    with sites.serving(laptop) as (server, address):
        before = [sites.vote(hall, address, slip, (slip % 5, 0)) for slip in range(10)]
        assert sites.shuping(laptop, "backup", stick)[0] == 0
        lost = sites.vote(hall, address, 10, (4, 4))
        sites.kill(server)
    shutil.rmtree(laptop)

    status, said = sites.shuping(standby, "restore", stick)
    assert status == 0, said
    with sites.serving(standby) as (_server, address):
        # What the copy caught in mid-check waits for the desk's button, as docs/operate/standby.md says.
        sites.check_again(hall, address)
        board = sites.until(lambda: sites.board(hall, address, before), what="what was copied stands on the board")
        assert lost not in board  # came after the copy: its voter sees that, and votes again
        sites.vote(hall, address, 10, (4, 4))
        late = sites.vote(hall, address, 11, (2, 1))
        record = sites.count(hall, address)

    (tmp_path / "record-A.bel").write_bytes(record)
    checked = ballotbox.verify_record(tmp_path / "record-A.bel")
    assert {*before, late} <= set(checked.trackers)
    assert checked.counts == [[2, 2, 3, 2, 3], [10, 1, 0, 0, 1]]
