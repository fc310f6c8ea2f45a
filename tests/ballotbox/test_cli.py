"""python -m ballotbox, called as a person would."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import ballotbox as bb
from ballotbox.cli import main
from tests.ballotbox.meeting import FAIR, GOOD, NONE, Meeting

VECTOR = next((Path(__file__).parents[1] / "vectors" / "belenios" / "ed-t30-3x4-5-single").glob("*.bel"))


def test_verify_prints_a_summary(capsys):
    assert main(["verify", "--workers", "1", str(VECTOR)]) == 0

    printed = capsys.readouterr().out
    assert printed.startswith(f"{VECTOR}: sound\n")
    assert "5 cast, 5 counted, 5 credentials" in printed
    assert "Reporter 1  -  good: 2, fairly good: 1, average: 2, poor: 0" in printed


def test_verify_names_the_first_thing_wrong_and_goes_on(tmp_path, capsys):
    spoiled = tmp_path / "spoiled.bel"
    spoiled.write_bytes(VECTOR.read_bytes().replace(b"Reporter 1", b"Reporter 7"))

    assert main(["verify", "--workers", "1", str(spoiled), str(VECTOR)]) == 1

    printed = capsys.readouterr()
    assert (
        printed.err
        == f"{spoiled}: not sound (bad_record). record 1: The name of this record is not the hash of its body.\n"
    )
    assert f"{VECTOR}: sound" in printed.out


def test_it_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "ballotbox", "verify", VECTOR],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2] / "src",
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert ": sound" in done.stdout


def test_ceremony(tmp_path):
    out = tmp_path / "keys"

    assert main(["ceremony", "--group", "Ed25519", "--trustees", "3", "--threshold", "2", "--out", str(out)]) == 0

    assert sorted(path.name for path in out.iterdir()) == ["key-1.json", "key-2.json", "key-3.json", "trustees.json"]
    bb.Trustees.build([json.loads((out / "trustees.json").read_text())]).verify()
    for index in (1, 2, 3):
        path = out / f"key-{index}.json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert bb.read_key_file(path.read_bytes()).index == index


def test_a_key_is_never_overwritten(tmp_path, capsys):
    call = ["ceremony", "--group", "Ed25519", "--trustees", "1", "--threshold", "1", "--out", str(tmp_path)]
    assert main(call) == 0
    key = (tmp_path / "key-1.json").read_bytes()

    assert main(call) == 1

    assert "exists" in capsys.readouterr().err
    assert (tmp_path / "key-1.json").read_bytes() == key


def test_credentials(tmp_path):
    ballot = bb.new_identifier()
    call = ["credentials", "--ballot", ballot, "--group", "Ed25519", "--category", "A=20", "--category", "B=3"]

    assert main([*call, "--address", "https://hall.example/", "--out", str(tmp_path)]) == 0

    public = json.loads((tmp_path / "public-credentials.json").read_text())
    slips = (tmp_path / "slips-A.txt").read_text().splitlines()
    made = [slip.removeprefix(f"https://hall.example/v/{ballot}#") for slip in slips]
    derived = [bb.public_credential(bb.group("Ed25519"), ballot, credential) for credential in made]
    assert (len(public["A"]), len(public["B"])) == (20, 3)
    assert public["A"] == sorted(derived) != derived
    assert stat.S_IMODE((tmp_path / "slips-A.txt").stat().st_mode) == 0o600
    assert not set(public["A"]) & set(public["B"])


@pytest.mark.parametrize("category", ["A", "A=0", "A=-1", "A=x", "=5", "../A=5"])
def test_a_category_that_is_none(tmp_path, category, capsys):
    call = ["credentials", "--ballot", bb.new_identifier(), "--group", "Ed25519", "--category", category]

    with pytest.raises(SystemExit):
        main([*call, "--out", str(tmp_path)])

    assert "should look like A=20" in capsys.readouterr().err


@pytest.fixture
def desk(tmp_path):
    """A folder with the files of a small election, and the meeting they belong to."""
    meeting = Meeting(voters=6)
    (tmp_path / "election.json").write_bytes(meeting.election.raw + b"\n")
    (tmp_path / "credentials.json").write_text(json.dumps({"A": meeting.public[:4], "B": meeting.public[4:]}))
    (tmp_path / "key-2.json").write_text(json.dumps(meeting.ceremony.key_files[1]))
    return tmp_path, meeting


def test_from_ballots_to_decryption(desk):
    folder, meeting = desk
    election = ["--election", str(folder / "election.json")]
    lines = []
    for voter, choices in enumerate(
        [[GOOD, FAIR], [GOOD, NONE], [FAIR, FAIR], [GOOD, FAIR], [GOOD, GOOD], [NONE, NONE]]
    ):
        (folder / "slip").write_text(f"https://hall.example/v/{meeting.identifier}#{meeting.slips[voter]}\n")
        out = folder / f"ballot-{voter}"
        call = ["encrypt", *election, "--identifier", meeting.identifier, "--credential-file", str(folder / "slip")]
        assert main([*call, "--choices", json.dumps(choices), "--out", str(out)]) == 0
        lines.append(out.read_text())
    (folder / "ballots").write_text("\n".join(lines))

    tally = [
        "tally",
        *election,
        "--credentials",
        str(folder / "credentials.json"),
        "--ballots",
        str(folder / "ballots"),
    ]
    assert main([*tally, "--out", str(folder / "tally.json")]) == 0
    decrypt = ["decrypt", *election, "--tally", str(folder / "tally.json"), "--key-file", str(folder / "key-2.json")]
    assert main([*decrypt, "--cast", "6", "--floor", "5", "--out", str(folder / "part.json")]) == 0

    total = bb.EncryptedTally.parse(meeting.election, (folder / "tally.json").read_bytes(), num_tallied=6)
    partials = meeting.decrypt(total, trustees=(1,)) | {3: (folder / "part.json").read_bytes()}
    counts = bb.combine(meeting.election, meeting.trustees, total, partials).counts
    assert counts == [[4, 1, 1], [1, 3, 2]]


def test_the_floor_holds_on_the_command_line(desk, capsys):
    folder, meeting = desk
    (folder / "tally.json").write_bytes(meeting.tally([meeting.cast(v, GOOD, FAIR) for v in range(5)]).raw)
    call = ["decrypt", "--election", str(folder / "election.json"), "--tally", str(folder / "tally.json")]
    call += ["--key-file", str(folder / "key-2.json"), "--cast", "5"]

    assert main([*call, "--floor", "6"]) == 1
    assert capsys.readouterr().err == "5 ballots; below 6 nothing is decrypted.\n"
    assert main([*call, "--floor", "5"]) == 0
    with pytest.raises(SystemExit):
        main([*call, "--floor", "4"])


def test_refusals_name_the_line(desk, capsys):
    folder, meeting = desk
    ballot = meeting.cast(0, GOOD, FAIR)
    (folder / "ballots").write_bytes(ballot + b"\n" + ballot.replace(b'"alpha"', b'"alpho"', 1))
    call = ["tally", "--election", str(folder / "election.json"), "--credentials", str(folder / "credentials.json")]

    assert main([*call, "--ballots", str(folder / "ballots")]) == 1

    assert capsys.readouterr().err.startswith("line 2, ballot.answers[0].choices[0]: The fields must be alpha, beta")


def test_a_key_of_another_group(desk, capsys):
    folder, _ = desk
    other = bb.ceremony(bb.group("BELENIOS-2048"), trustees=1, threshold=1).key_files[0]
    (folder / "key-2.json").write_text(json.dumps(other))
    call = ["decrypt", "--election", str(folder / "election.json"), "--tally", str(folder / "election.json")]

    assert main([*call, "--key-file", str(folder / "key-2.json"), "--cast", "6", "--floor", "5"]) == 1

    assert "group" in capsys.readouterr().err


@pytest.mark.parametrize("choices", ["[", "{}", "[[1,0,0]]", "[[1,0,0],[1,1,0]]", "[1,0]"])
def test_choices_that_do_not_fit(desk, choices, capsys):
    folder, meeting = desk
    (folder / "slip").write_text(meeting.slips[0])
    call = ["encrypt", "--election", str(folder / "election.json"), "--identifier", meeting.identifier]

    assert main([*call, "--credential-file", str(folder / "slip"), "--choices", choices]) == 1

    assert capsys.readouterr().err


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert main(["verify", str(tmp_path / "none.bel")]) == 1

    assert capsys.readouterr().err == f"{tmp_path / 'none.bel'}: No such file or directory.\n"
