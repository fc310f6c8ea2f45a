"""A trustee who trusts no browser decrypts from the file of the tasks; the result is what the site takes."""

import json

import pytest

import ballotbox
from ballotbox import opinions
from ballotbox.cli import main
from tests.ballotbox_js.hall import BALLOT, Hall


@pytest.fixture(scope="module")
def hall():
    hall = Hall()
    ballots = []
    for _ in range(5):
        code = ballotbox.new_credential()
        public = ballotbox.public_credential(hall.election.group, BALLOT, code)
        raw = ballotbox.encrypt_ballot(hall.election, BALLOT, code, [[1, 0, 0, 0, 0]] * 3)
        ballots.append(ballotbox.check_form(hall.election, raw, {public}))
    hall.tally = ballotbox.encrypted_tally(hall.election, ballots)
    return hall


def tasks(hall, **changes):
    task = {
        "category": "A",
        "election": hall.election.raw.decode(),
        "tally": hall.tally.raw.decode(),
        "cast": 5,
        "done": False,
    }
    top = {"owner": 3, "floor": 5, "trustees": hall.trustees.raw.decode(), "opinions": None}
    given = {name: changes.pop(name) for name in list(changes) if name in top}
    return top | given | {"categories": [task | changes]}


def run(folder, hall, key=2, **changes):
    (folder / "tasks.json").write_text(json.dumps(tasks(hall, **changes)))
    (folder / "key.json").write_text(json.dumps(hall.ceremony.key_files[key - 1]))
    arguments = ["--tasks", folder / "tasks.json", "--key-file", folder / "key.json", "--out", folder / "out"]
    return main(["shares", *map(str, arguments)])


def test_the_parts_are_what_the_site_takes(hall, tmp_path):
    assert run(tmp_path, hall) == 0

    file = json.loads((tmp_path / "out" / "shares.json").read_text())
    assert (file["shuping"], file["shares"][0]["category"]) == ("shares", "A")
    raw = file["shares"][0]["share"].encode()
    ballotbox.check_partial_decryption(hall.election, hall.trustees, hall.tally, 3, raw)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": 1}, "not the key of place 3"),
        ({"cast": 4, "floor": 0}, "4"),
        ({"owner": 9}, "from 1 to 4"),
        ({"trustees": "[]"}, "trustees"),
        ({"tally": "[]"}, "tally"),
    ],
)
def test_what_is_not_in_order_is_refused_and_nothing_is_written(hall, tmp_path, capsys, changes, words):
    assert run(tmp_path, hall, **changes) == 1

    assert words in capsys.readouterr().err
    assert not (tmp_path / "out" / "shares.json").exists()


def opinions_task(hall, number, **changes):
    made = [opinions.seal(hall.election, "01", f"opinion {place}") for place in range(number)]
    listed = [one.raw.decode() for one in opinions.in_order([opinions.parse(hall.election, raw) for raw in made])]
    return {"election": hall.election.raw.decode(), "sealed": listed, "done": False} | changes


def test_opinions_are_opened_with_the_sums(hall, tmp_path):
    waiting = opinions_task(hall, 10)
    assert run(tmp_path, hall, opinions=waiting) == 0

    shares = json.loads((tmp_path / "out" / "shares.json").read_text())["shares"]
    assert [share["category"] for share in shares] == ["A", ""]
    sealed = [raw.encode() for raw in waiting["sealed"]]
    opinions.check_partial_opening(hall.election, hall.trustees, sealed, 3, shares[1]["share"].encode())


def test_opinions_that_are_opened_already_are_left_alone(hall, tmp_path):
    assert run(tmp_path, hall, opinions=opinions_task(hall, 10, done=True)) == 0

    assert len(json.loads((tmp_path / "out" / "shares.json").read_text())["shares"]) == 1


@pytest.mark.parametrize(
    ("task", "words"),
    [({"number": 9}, "9 opinions"), ({"sealed": "x"}, "list"), ({"sealed": ["{}"] * 10}, "fields")],
)
def test_opinions_that_are_not_in_order_are_not_opened(hall, tmp_path, capsys, task, words):
    assert run(tmp_path, hall, opinions=opinions_task(hall, **{"number": 10} | task)) == 1

    assert words in capsys.readouterr().err
    assert not (tmp_path / "out" / "shares.json").exists()
