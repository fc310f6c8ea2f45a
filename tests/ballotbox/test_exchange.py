"""The key ceremony by messages: three trustees in three rooms, and everything that may go wrong between them."""

import json

import pytest

import ballotbox
from ballotbox import exchange
from ballotbox.cli import main
from ballotbox.errors import BadTrustees, BallotboxError, NotCanonical, WrongShape

GROUPS = ("Ed25519", "BELENIOS-2048")
IDENT = "QingchuanAbcde"


def setting(group="Ed25519", ident=IDENT, trustees=3, threshold=2):
    return exchange.Setting(ident, ballotbox.group(group), trustees, threshold)


class Rooms:
    """Three trustees with their seeds, as far as `steps` go."""

    def __init__(self, steps=0, group="Ed25519", ident=IDENT):
        self.seeds = [exchange.new_seed() for _ in range(3)]
        self.ceremony = exchange.Ceremonial.begin(setting(group, ident))
        self.keys = []
        for step in range(1, steps + 1):
            for index, raw in self.messages(step).items():
                exchange.check_message(self.ceremony, index, step, raw)
                self.ceremony = self.ceremony.with_message(index, step, raw.decode())

    def message(self, step, index):
        seed = self.seeds[index - 1]
        if step == 1:
            return exchange.first_message(self.ceremony.setting, index, seed)
        if step == 2:
            return exchange.second_message(self.ceremony, index, seed)
        raw, key = exchange.third_message(self.ceremony, index, seed)
        self.keys.append(key)
        return raw

    def messages(self, step):
        return {index: self.message(step, index) for index in (1, 2, 3)}


@pytest.fixture(scope="module")
def rooms():
    """Step by step: the rooms after none, one, two and three steps."""
    return [Rooms(steps) for steps in range(4)]


def refused(kind, ceremony, index, step, raw):
    with pytest.raises(kind) as caught:
        exchange.check_message(ceremony, index, step, raw)
    return caught.value


@pytest.mark.parametrize("group", GROUPS)
def test_three_rooms_make_a_key_that_everybody_accepts(group):
    rooms = Rooms(3, group)

    item = exchange.gather(rooms.ceremony)

    server = ballotbox.make_single_key(rooms.ceremony.setting.group)
    trustees = ballotbox.Trustees.build([server.public, item], rooms.ceremony.setting.group)
    trustees.verify()
    assert [owner.public_key for owner in trustees.owners[1:]] == [key.verification_key for key in rooms.keys]
    for key in rooms.keys:
        assert ballotbox.read_key_file(json.dumps(key.json()).encode()) == key


def test_the_seed_makes_the_same_key_again(rooms):
    for index, seed in enumerate(rooms[3].seeds, start=1):
        _raw, again = exchange.third_message(rooms[3].ceremony, index, seed)
        assert again == rooms[3].keys[index - 1]


def test_no_seed_and_no_key_stands_in_any_message(rooms):
    text = json.dumps(rooms[3].ceremony.json())

    secrets = [*rooms[3].seeds, *(str(key.decryption_key) for key in rooms[3].keys)]
    assert [secret for secret in secrets if secret in text] == []


def test_the_ceremony_s_file_is_read_back(rooms):
    ceremony = rooms[2].ceremony

    assert exchange.read_ceremony(json.dumps(ceremony.json()).encode()) == ceremony


# --- what is refused, and the ceremony goes on ---------------------------------------------------------------------


def test_a_step_is_not_taken_before_the_one_before_is_complete(rooms):
    first, second = rooms[0], rooms[1]

    refused(exchange.NotYet, first.ceremony, 1, 2, second.message(2, 1))
    with pytest.raises(exchange.NotYet):
        exchange.second_message(first.ceremony, 1, first.seeds[0])
    with pytest.raises(exchange.NotYet):
        exchange.gather(second.ceremony)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_message_for_another_place_step_or_ceremony_is_foreign(rooms, step):
    here = rooms[step - 1]
    raw = here.message(step, 1)

    refused(exchange.ForeignMessage, here.ceremony, 2, step, raw)
    refused(exchange.ForeignMessage, Rooms(step - 1, ident="AnotherBallotX").ceremony, 1, step, raw)
    if step > 1:
        refused(BallotboxError, rooms[step - 1].ceremony, 1, step - 1, raw)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_message_that_another_trustee_signed_is_refused(rooms, step):
    here = rooms[step - 1]
    own, others = json.loads(here.message(step, 1)), json.loads(here.message(step, 2))
    own["signature"] = others["signature"]

    refused(BadTrustees, here.ceremony, 1, step, json.dumps(own, separators=(",", ":")).encode())


@pytest.mark.parametrize("step", [1, 2, 3])
@pytest.mark.parametrize(
    "raw", [b"", b"{", b"3", b"[]", b"{}", b"\xff", b'{"message":"{}"}', b"[" * 9999, b'{"message":3,"signature":{}}']
)
def test_what_is_no_message_is_refused_by_name(rooms, step, raw):
    refused(BallotboxError, rooms[step - 1].ceremony, 1, step, raw)


def test_a_message_with_blanks_in_it_is_not_the_canonical_one(rooms):
    raw = json.dumps(json.loads(rooms[0].message(1, 1))).encode()

    refused(NotCanonical, rooms[0].ceremony, 1, 1, raw)


def test_two_trustees_with_one_identity_are_refused(rooms):
    start = rooms[0]
    seed = start.seeds[0]
    known = start.ceremony.with_message(1, 1, exchange.first_message(start.ceremony.setting, 1, seed).decode())

    fault = refused(BadTrustees, known, 2, 1, exchange.first_message(start.ceremony.setting, 2, seed))

    assert "same identity" in str(fault)


def resigned(rooms, step, index, change):
    """A message changed by its own trustee, and signed again."""
    content = json.loads(json.loads(rooms.message(step, index))["message"])["content"]
    change(content)
    identity = exchange.make_identity(rooms.ceremony.setting.place(index), rooms.seeds[index - 1])
    return exchange._signed(rooms.ceremony.setting, identity, step, content)


def test_shares_for_too_few_trustees_are_refused(rooms):
    raw = resigned(rooms[1], 2, 1, lambda content: content["secrets"].pop())

    refused(WrongShape, rooms[1].ceremony, 1, 2, raw)


def test_a_sealed_share_of_another_form_is_refused(rooms):
    def change(content):
        content["secrets"][1]["data"] = content["secrets"][1]["data"][:-2]

    refused(WrongShape, rooms[1].ceremony, 1, 2, resigned(rooms[1], 2, 1, change))


def test_other_commitments_than_were_agreed_on_are_refused(rooms):
    other = json.loads(json.loads(rooms[1].message(2, 1))["message"])["content"]

    def change(content):
        content["commitment"] = other["commitment"]

    refused(BadTrustees, rooms[1].ceremony, 1, 2, resigned(rooms[1], 2, 1, change))


def test_a_verification_key_that_does_not_follow_is_refused(rooms):
    other = json.loads(json.loads(rooms[2].message(3, 2))["message"])["content"]["verification_key"]

    def change(content):
        content["verification_key"] = other

    fault = refused(BadTrustees, rooms[2].ceremony, 1, 3, resigned(rooms[2], 3, 1, change))

    assert "does not follow" in str(fault)


def with_wrong_share(rooms, change):
    """The ceremony after step 2, in which trustee 1 sealed something else for trustee 2."""
    ceremony = rooms.ceremony
    for index in (1, 2, 3):
        raw = resigned(rooms, 2, index, change) if index == 1 else rooms.message(2, index)
        exchange.check_message(ceremony, index, 2, raw)
        ceremony = ceremony.with_message(index, 2, raw.decode())
    return ceremony


def test_a_wrong_share_is_refused_by_its_reader_who_names_its_sender(rooms):
    def change(content):
        secrets = content["secrets"]
        secrets[1] = secrets[2]

    ceremony = with_wrong_share(rooms[1], change)

    with pytest.raises(exchange.WrongShare, match="from trustee 1"):
        exchange.third_message(ceremony, 2, rooms[1].seeds[1])
    exchange.third_message(ceremony, 3, rooms[1].seeds[2])


def test_a_share_that_opens_but_does_not_fit_is_refused(rooms):
    setting = rooms[1].ceremony.setting
    recipient = exchange._encryption_key(exchange._certificates(rooms[1].ceremony)[1])

    def change(content):
        content["secrets"][1] = exchange._seal(setting.group, recipient, 12345, exchange._context(setting, 1, 2))

    ceremony = with_wrong_share(rooms[1], change)

    with pytest.raises(exchange.WrongShare, match="from trustee 1"):
        exchange.third_message(ceremony, 2, rooms[1].seeds[1])


def test_another_s_seed_is_told_so(rooms):
    with pytest.raises(BadTrustees, match="not the seed of trustee 1"):
        exchange.second_message(rooms[1].ceremony, 1, rooms[1].seeds[1])


@pytest.mark.parametrize("typed", ["", "abc", "0" * 22, "1" * 23])
def test_what_is_no_seed_is_refused(typed):
    with pytest.raises(BadTrustees, match="22 letters"):
        exchange.read_seed(typed)


def test_a_seed_is_read_as_it_stands_on_the_sheet():
    seed = exchange.new_seed()

    assert exchange.read_seed(f" {seed[:5]}-{seed[5:11]}-{seed[11:16]}-{seed[16:]}\n") == seed


# --- messages as files --------------------------------------------------------------------------------------------


def test_messages_are_merged_in_any_order_and_twice(rooms):
    start = rooms[0]
    raws = list(start.messages(1).values())

    merged = exchange.merge(exchange.merge(start.ceremony, raws[::-1]), raws)

    assert merged.complete(1)
    with pytest.raises(exchange.ForeignMessage, match="another message"):
        exchange.merge(merged, [start.message(1, 2)])


# --- on the command line ------------------------------------------------------------------------------------------


def run(*arguments):
    return main(["ceremony", *map(str, arguments)])


@pytest.mark.parametrize("group", GROUPS)
def test_an_office_without_browsers_makes_its_key_step_by_step(group, tmp_path, capsys):
    begun = tmp_path / "0"
    assert run("begin", "--group", group, "--trustees", 3, "--threshold", 2, "--out", begun) == 0
    state = begun / "ceremony.json"
    for step in (1, 2, 3):
        for index in (1, 2, 3):
            seed = ["--seed-file", tmp_path / f"room{index}" / f"seed-{index}.json"] if step > 1 else []
            room = tmp_path / f"room{index}"
            assert run(f"step{step}", "--state", state, "--index", index, *seed, "--out", room) == 0
        messages = [tmp_path / f"room{index}" / f"step-{step}-trustee-{index}.json" for index in (3, 1, 2)]
        assert run("add", "--state", state, "--out", tmp_path / str(step), *messages) == 0
        state = tmp_path / str(step) / "ceremony.json"
    assert run("finish", "--state", state, "--out", tmp_path / "end") == 0

    item = json.loads((tmp_path / "end" / "trustees.json").read_text())
    trustees = ballotbox.Trustees.build([item], ballotbox.group(group))
    trustees.verify()
    keys = [ballotbox.read_key_file((tmp_path / f"room{i}" / f"key-{i}.json").read_bytes()) for i in (1, 2, 3)]
    assert [owner.public_key for owner in trustees.owners] == [key.verification_key for key in keys]
    for name in ("seed-1.json", "key-1.json"):
        assert (tmp_path / "room1" / name).stat().st_mode & 0o777 == 0o600
    assert "is secret" in capsys.readouterr().out
    check_sheet(tmp_path, state, keys[1])


def check_sheet(folder, state, key):
    """What stands on a printed sheet makes the key file again."""
    seed = json.loads((folder / "room2" / "seed-2.json").read_text())["seed"]
    sheet = folder / "sheet.txt"
    sheet.write_text(f"{seed[:5]}-{seed[5:11]}-{seed[11:16]}-{seed[16:]}\n")
    assert run("key", "--state", state, "--index", 2, "--seed-file", sheet, "--out", folder / "again") == 0
    assert ballotbox.read_key_file((folder / "again" / "key-2.json").read_bytes()) == key


def test_a_step_out_of_turn_or_out_of_place_is_refused_with_a_sentence(tmp_path, capsys):
    run("begin", "--group", "Ed25519", "--trustees", 3, "--threshold", 2, "--out", tmp_path)
    state = ("--state", tmp_path / "ceremony.json")
    sheet = tmp_path / "sheet.txt"
    sheet.write_text(exchange.new_seed())

    assert run("step2", *state, "--index", 1, "--seed-file", sheet, "--out", tmp_path) == 1
    assert "first message" in capsys.readouterr().err
    assert run("step1", *state, "--index", 4, "--out", tmp_path) == 1
    assert "trustees 1 to 3" in capsys.readouterr().err
    assert run("finish", *state, "--out", tmp_path) == 1
    assert run("begin", "--group", "Ed25519", "--trustees", 2, "--threshold", 3, "--out", tmp_path / "x") == 1
    assert run("--group", "Ed25519") == 1
    assert "--threshold" in capsys.readouterr().err
