"""The key ceremony step by step on the command line: each trustee on a computer of their own, messages as files."""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ballotbox import exchange
from ballotbox.credentials import new_identifier
from ballotbox.election import Election
from ballotbox.encoding import JSON, canonical, integer, items, strict_json, string
from ballotbox.errors import BadKeyFile, BadTrustees, WrongShape
from ballotbox.exchange import Ceremonial, Setting, read_ceremony, read_seed
from ballotbox.groups import group
from ballotbox.keyfile import KeyFile, read_key_file
from ballotbox.tally import EncryptedTally, partial_decryption
from ballotbox.trustees import Trustees

_SECRET, _PUBLIC = 0o600, 0o644
_SEED_LIMIT = 10_000
_TASKS_LIMIT = 64 * 2**20
LOWEST_FLOOR = 5  # whatever a scheme says


@dataclass(frozen=True)
class Desk:
    """How a command reads and writes files and speaks; `write` never replaces a file."""

    read: Callable[[str], bytes]
    write: Callable[[Path, bytes, int], None]
    folder: Callable[[str], Path]
    say: Callable[[str], None]


def add_steps(keys: argparse.ArgumentParser, desk: Desk) -> None:
    """The commands below `ceremony`."""
    add = keys.add_subparsers(metavar="STEP").add_parser

    def command(name: str, act: Callable[[argparse.Namespace, Desk], int], text: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = add(name, help=text, description=text)
        parser.set_defaults(run=lambda options: act(options, desk))
        parser.add_argument("--out", required=True, metavar="DIR", help="where new files are written")
        return parser

    begin = command("begin", _begin, "Begin a ceremony without a server: writes ceremony.json.")
    begin.add_argument("--group", required=True)
    begin.add_argument("--trustees", type=int, required=True, metavar="N")
    begin.add_argument("--threshold", type=int, required=True, metavar="N")
    first = command("step1", _step1, "Make a seed, which is secret, and the first message.")
    second = command("step2", _step2, "Make the second message: a sealed share for every trustee.")
    third = command("step3", _step3, "Check the shares; make the third message and the key file.")
    again = command("key", _key, "Make the key file again from the seed of a printed sheet.")
    for parser in (first, second, third, again):
        parser.add_argument("--index", type=int, required=True, metavar="N", help="which trustee you are")
    for parser in (second, third, again):
        parser.add_argument("--seed-file", required=True, metavar="FILE", help="seed-N.json, or the seed itself")
    adding = command("add", _add, "Put messages into the ceremony's file; every one is checked.")
    adding.add_argument("messages", nargs="+", metavar="MESSAGE")
    finish = command("finish", _finish, "Check everything and write trustees.json for the server.")
    for parser in (first, second, third, again, adding, finish):
        parser.add_argument("--state", required=True, metavar="FILE", help="ceremony.json, as far as it has come")


def add_shares(parser: argparse.ArgumentParser, desk: Desk) -> None:
    """The command `shares`: what a trustee's page does with the file of its tasks."""
    parser.set_defaults(run=lambda options: _shares(options, desk))
    parser.add_argument("--tasks", required=True, metavar="FILE", help="tasks.json from your page")
    parser.add_argument("--key-file", required=True, metavar="FILE")
    parser.add_argument("--out", required=True, metavar="DIR")


def _shares(options: argparse.Namespace, desk: Desk) -> int:
    key = read_key_file(desk.read(options.key_file))
    tasks = strict_json(desk.read(options.tasks), where="tasks", limit=_TASKS_LIMIT)
    if not isinstance(tasks, dict) or not isinstance(tasks.get("categories"), list):
        raise WrongShape("This is not the file of a trustee's tasks.", where="tasks")
    trustees = Trustees.parse(string(tasks.get("trustees"), where="tasks").encode(), key.group)
    owner = integer(tasks.get("owner"), where="tasks", low=1, high=len(trustees.owners))
    if trustees.owners[owner - 1].public_key != key.verification_key:
        raise BadKeyFile(f"This is not the key of place {owner}.", where="key file")
    floor = max(integer(tasks.get("floor"), where="tasks"), LOWEST_FLOOR)
    waiting = [task for task in tasks["categories"] if isinstance(task, dict) and not task.get("done")]
    shares = [{"category": task.get("category"), "share": _share(task, trustees, key, floor)} for task in waiting]
    if isinstance(opinions := tasks.get("opinions"), dict) and not opinions.get("done"):
        shares.append({"category": "", "share": _opening(opinions, trustees, key)})
    desk.write(desk.folder(options.out) / "shares.json", canonical(_as_file(shares)) + b"\n", _PUBLIC)
    desk.say(f"shares.json has {len(shares)} parts; hand it in on your page.")
    return 0


def _as_file(shares: list[dict[str, JSON]]) -> JSON:
    return {"shuping": "shares", "version": 1, "shares": shares}


def _share(task: dict[str, JSON], trustees: Trustees, key: KeyFile, floor: int) -> str:
    """The part of one category's decryption. Raises FloorNotReached, BadTrustees, BadTally."""
    election = _election(task, trustees)
    cast = integer(task.get("cast"), where="tasks")
    tally = EncryptedTally.parse(election, string(task.get("tally"), where="tasks").encode(), num_tallied=cast)
    return partial_decryption(election, tally, key.decryption_key, cast=cast, floor=floor).decode()


def _election(task: dict[str, JSON], trustees: Trustees) -> Election:
    election = Election.parse(string(task.get("election"), where="tasks").encode())
    if election.public_key != trustees.public_key:
        raise BadTrustees("The list of trustees does not make the public key of the election.", where="tasks")
    return election


def _opening(task: dict[str, JSON], trustees: Trustees, key: KeyFile) -> str:
    """The part of opening all opinions at once. Raises FloorNotReached, BadTrustees, BadProof."""
    from ballotbox.opinions import partial_opening  # noqa: PLC0415 - needs PyNaCl, which a bare Python lacks

    sealed = [string(one, where="tasks").encode() for one in items(task.get("sealed"), None, where="tasks")]
    return partial_opening(_election(task, trustees), sealed, key.decryption_key).decode()


def _begin(options: argparse.Namespace, desk: Desk) -> int:
    if not 1 <= options.threshold <= options.trustees <= exchange.MOST:
        raise BadTrustees(f"{options.threshold} of {options.trustees} trustees: this cannot be.")
    setting = Setting(new_identifier(), group(options.group), options.trustees, options.threshold)
    return _keep(options, desk, Ceremonial.begin(setting))


def _keep(options: argparse.Namespace, desk: Desk, ceremony: Ceremonial) -> int:
    desk.write(desk.folder(options.out) / "ceremony.json", canonical(ceremony.json()) + b"\n", _PUBLIC)
    due = next((step for step in exchange.STEPS if not ceremony.complete(step)), None)
    desk.say("Every message is there: finish." if due is None else f"The ceremony is in step {due} of 3.")
    return 0


def _step1(options: argparse.Namespace, desk: Desk) -> int:
    ceremony, index = _opened(options, desk)
    seed = exchange.new_seed()
    raw = exchange.first_message(ceremony.setting, index, seed)
    file = {"shuping": "trustee-seed", "version": 1, "ceremony": ceremony.setting.identifier}
    _secret(options, desk, f"seed-{index}.json", file | {"index": index, "seed": seed})
    return _hand_out(options, desk, 1, index, raw)


def _step2(options: argparse.Namespace, desk: Desk) -> int:
    ceremony, index = _opened(options, desk)
    return _hand_out(options, desk, 2, index, exchange.second_message(ceremony, index, _seed(options, desk)))


def _step3(options: argparse.Namespace, desk: Desk) -> int:
    ceremony, index = _opened(options, desk)
    raw, key = exchange.third_message(ceremony, index, _seed(options, desk))
    _secret(options, desk, f"key-{index}.json", key.json())
    return _hand_out(options, desk, 3, index, raw)


def _key(options: argparse.Namespace, desk: Desk) -> int:
    ceremony, index = _opened(options, desk)
    _raw, key = exchange.third_message(ceremony, index, _seed(options, desk))
    _secret(options, desk, f"key-{index}.json", key.json())
    return 0


def _add(options: argparse.Namespace, desk: Desk) -> int:
    ceremony = read_ceremony(desk.read(options.state))
    messages = [desk.read(path).rstrip(b"\n") for path in options.messages]
    return _keep(options, desk, exchange.merge(ceremony, messages))


def _finish(options: argparse.Namespace, desk: Desk) -> int:
    item = exchange.gather(read_ceremony(desk.read(options.state)))
    desk.write(desk.folder(options.out) / "trustees.json", canonical(item) + b"\n", _PUBLIC)
    desk.say("trustees.json is public and goes to the server.")
    return 0


def _opened(options: argparse.Namespace, desk: Desk) -> tuple[Ceremonial, int]:
    ceremony = read_ceremony(desk.read(options.state))
    if not 1 <= options.index <= ceremony.setting.trustees:
        raise BadTrustees(f"This ceremony has trustees 1 to {ceremony.setting.trustees}.")
    return ceremony, options.index


def _seed(options: argparse.Namespace, desk: Desk) -> str:
    """From its file, or as it stands on a sheet."""
    raw = desk.read(options.seed_file)
    if not raw.lstrip().startswith(b"{"):
        return read_seed(raw.decode("utf-8", "replace"))
    value = strict_json(raw, where="seed", limit=_SEED_LIMIT)
    return read_seed(str(value.get("seed")))


def _secret(options: argparse.Namespace, desk: Desk, name: str, value: dict[str, object]) -> None:
    desk.write(desk.folder(options.out) / name, json.dumps(value, indent=2).encode() + b"\n", _SECRET)
    desk.say(f"{name} is secret: keep it, give it to nobody.")


def _hand_out(options: argparse.Namespace, desk: Desk, step: int, index: int, raw: bytes) -> int:
    name = f"step-{step}-trustee-{index}.json"
    desk.write(desk.folder(options.out) / name, raw + b"\n", _PUBLIC)
    desk.say(f"{name} is public: hand it in on your page, or to whoever keeps ceremony.json.")
    return 0
