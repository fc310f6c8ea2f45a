"""Trustees in browsers and on the command line in one ceremony: each reads what the other wrote."""

import json

import pytest
import segno

import ballotbox
from ballotbox import exchange
from tests.ballotbox_js import qr_reader
from tests.ballotbox_js.node import ask

GROUPS = ("Ed25519", "BELENIOS-2048")
IDENT = "QingchuanAbcde"


def made(ceremony, step, index, seed):
    """Trustees 1 and 3 sit at a browser, 2 at the command line; the message and the key file, if there is one."""
    if index != 2:
        answer = ask("step", file=ceremony.json(), index=index, step=step, seed=seed)
        return (answer["sent"], answer["file"]) if step == 3 else (answer, "")
    if step == 3:
        raw, key = exchange.third_message(ceremony, index, seed)
        return raw.decode(), json.dumps(key.json())
    if step == 1:
        return exchange.first_message(ceremony.setting, index, seed).decode(), ""
    return exchange.second_message(ceremony, index, seed).decode(), ""


@pytest.mark.parametrize("group", GROUPS)
def test_browsers_and_command_line_make_one_key(group):
    g = ballotbox.group(group)
    ceremony = exchange.Ceremonial.begin(exchange.Setting(IDENT, g, 3, 2))
    seeds = [exchange.new_seed() for _ in range(3)]
    files = []
    for step in exchange.STEPS:
        for index in (1, 2, 3):
            raw, file = made(ceremony, step, index, seeds[index - 1])
            exchange.check_message(ceremony, index, step, raw.encode())
            ceremony = ceremony.with_message(index, step, raw)
            files += [file] if file else []

    item = exchange.gather(ceremony)

    assert ask("gather", file=ceremony.json()) == item
    keys = [ballotbox.read_key_file(file.encode()) for file in files]
    server = ballotbox.make_single_key(g)
    trustees = ballotbox.Trustees.build([server.public, item], g)
    trustees.verify()
    assert [owner.public_key for owner in trustees.owners[1:]] == [key.verification_key for key in keys]


@pytest.mark.parametrize("group", GROUPS)
def test_slips_of_the_browser_have_the_public_halves_that_they_need(group):
    task = {"ballot": IDENT, "group": group, "categories": [{"code": "A"}, {"code": "B"}]}

    slips = ask("slips", task=task, numbers={"A": 12, "B": 3})

    g = ballotbox.group(group)
    for code, number in (("A", 12), ("B", 3)):
        publics = [ballotbox.public_credential(g, IDENT, credential) for credential in slips["codes"][code]]
        assert len(set(publics)) == number
        assert sorted(publics) == slips["publics"][code]
        assert publics != slips["publics"][code] or number < 4  # the slips lie in another order


@pytest.mark.parametrize("text", [f"https://review.example.org/v/{IDENT}#jAw6S-3Ch8rW-H9dp5-n5QhqY", "1" * 22])
def test_the_codes_on_paper_say_what_stands_beside_them(text):
    assert qr_reader.read(ask("qr", text=text)) == text


def test_the_reader_reads_what_another_library_draws_and_notices_a_fault():
    matrix = [list(row) for row in segno.make("1" * 22, error="m", boost_error=False, mode="byte", micro=False).matrix]
    assert qr_reader.read(matrix) == "1" * 22
    matrix[24][24] ^= 1
    with pytest.raises(AssertionError):
        qr_reader.read(matrix)
