"""The command line: check records without us; make keys, credentials, ballots, decryptions away from the server."""

import argparse
import json
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ballotbox.ballot import check_form, check_proofs, encrypt_ballot, tracker
from ballotbox.ceremony_cli import LOWEST_FLOOR, Desk, add_shares, add_steps
from ballotbox.credentials import check_credentials, new_credential, public_credential
from ballotbox.election import Election
from ballotbox.encoding import JSON, canonical, strict_json
from ballotbox.errors import BallotboxError, located
from ballotbox.groups import Group, group
from ballotbox.keyfile import read_key_file
from ballotbox.pedersen import ceremony
from ballotbox.tally import EncryptedTally, encrypted_tally, partial_decryption
from ballotbox.trustees import Trustees
from ballotbox.verify import Summary, verify_record

_LIMIT = 64 * 2**20
_SECRET, _PUBLIC = 0o600, 0o644


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it succeeded, 1 when something was refused, 2 for a wrong call."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (BallotboxError, _Unusable) as refusal:
        return _fail(str(refusal))
    except OSError as problem:
        return _fail(f"{problem.filename}: {problem.strerror}.")
    return code


class _Unusable(Exception):
    pass


def _say(line: str = "") -> None:
    sys.stdout.write(line + "\n")


def _fail(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


# --- verify -------------------------------------------------------------------------------------------------------


def _verify(options: argparse.Namespace) -> int:
    code = 0
    for path in options.records:
        try:
            summary = verify_record(path, _bar() if sys.stderr.isatty() else None, workers=options.workers)
        except BallotboxError as refusal:
            code = _fail(f"{path}: not sound. {refusal}")
        else:
            _print_summary(path, summary)
    return code


def _bar() -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        filled = 40 * done // total
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (40 - filled)}] {100 * done // total:3d} %")
        if done == total:
            sys.stderr.write("\r" + " " * 60 + "\r")
        sys.stderr.flush()

    return progress


def _print_summary(path: str, summary: Summary) -> None:
    _say(f"{path}: sound")
    _say(f"  election     {summary.election.name} ({summary.election.uuid})")
    _say(f"  fingerprint  {summary.election.fingerprint}")
    _say(f"  group        {summary.group}")
    _say(f"  ballots      {summary.cast} cast, {summary.accepted} counted, {summary.credentials} credentials")
    _say(f"  decrypted    by {len(summary.partial_decryptions)} of {summary.trustees} trustees")
    _say(f"  chain        height {summary.height}, head {summary.head}")
    for question, counts in zip(summary.election.questions, summary.counts, strict=True):
        marks = ", ".join(f"{answer}: {n}" for answer, n in zip(question.answers, counts, strict=True))
        _say(f"  {question.question}  -  {marks}")


# --- keys and credentials -----------------------------------------------------------------------------------------


def _ceremony(options: argparse.Namespace) -> int:
    """All trustees on one machine; `ceremony step1` and so on are in `ceremony_cli`."""
    if None in (options.group, options.trustees, options.threshold, options.out):
        raise _Unusable("The whole ceremony needs --group, --trustees, --threshold and --out; or name one step of it.")
    g = group(options.group)
    made = ceremony(g, trustees=options.trustees, threshold=options.threshold)
    Trustees.build([made.public], g).verify()
    out = _folder(options.out)
    for key in made.key_files:
        _write(out / f"key-{key['index']}.json", _readable(key), _SECRET)
    _write(out / "trustees.json", canonical(made.public) + b"\n", _PUBLIC)
    _say(f"{options.trustees} keys of which any {options.threshold} suffice are in {out}.")
    _say("Give each key-N.json to its trustee and keep no copy; trustees.json is public.")
    return 0


def _credentials(options: argparse.Namespace) -> int:
    g = group(options.group)
    public = {}
    slips = {}
    for code, count in options.category:
        made = [new_credential() for _ in range(count)]
        public[code] = sorted(public_credential(g, options.ballot, credential) for credential in made)
        secrets.SystemRandom().shuffle(made)
        slips[code] = [_slip(options.address, options.ballot, credential) for credential in made]
    out = _folder(options.out)
    for code, lines in slips.items():
        _write(out / f"slips-{code}.txt", "".join(f"{line}\n" for line in lines).encode(), _SECRET)
    _write(out / "public-credentials.json", canonical(public) + b"\n", _PUBLIC)
    _say(f"{sum(map(len, slips.values()))} slips are in {out}. Print them, then destroy slips-*.txt;")
    _say("public-credentials.json goes to the server.")
    return 0


def _slip(address: str | None, ballot: str, credential: str) -> str:
    return credential if address is None else f"{address.rstrip('/')}/v/{ballot}#{credential}"


# --- ballots, the sum, its decryption -----------------------------------------------------------------------------


def _encrypt(options: argparse.Namespace) -> int:
    election = Election.parse(_read(options.election).rstrip(b"\n"))
    credential = _read(options.credential_file).decode("utf-8", "replace").strip().rpartition("#")[2]
    choices = strict_json(options.choices.encode(), where="choices", limit=_LIMIT)
    if not isinstance(choices, list) or not all(isinstance(row, list) for row in choices):
        raise _Unusable("The choices are a list of lists, for example [[1,0,0],[0,0,1]].")
    raw = encrypt_ballot(election, options.identifier, credential, choices)
    sys.stderr.write(f"tracker {tracker(raw)}\n")
    _emit(options.out, raw)
    return 0


def _tally(options: argparse.Namespace) -> int:
    election = Election.parse(_read(options.election).rstrip(b"\n"))
    listed = strict_json(_read(options.credentials), where="credentials", limit=_LIMIT)
    credentials = _public_credentials(election.group, listed)
    ballots = []
    for number, line in enumerate(_read(options.ballots).splitlines(), start=1):
        with located(f"line {number}"):
            ballot = check_form(election, line, credentials)
            check_proofs(election, ballot)
            ballots.append((credentials[ballot.credential], ballot))
    tally = encrypted_tally(election, ballots)
    sys.stderr.write(f"{len(ballots)} ballots, {tally.num_tallied} counted\n")
    _emit(options.out, tally.raw)
    return 0


def _public_credentials(g: Group, value: JSON) -> dict[str, int]:
    """Weights by credential, from a list or from {"A": [...], "B": [...]}."""
    lists = list(value.values()) if isinstance(value, dict) else [value]
    if not all(isinstance(listed, list) for listed in lists):
        raise _Unusable("The public credentials are a list, or a list for each category.")
    return check_credentials(g, [item for listed in lists for item in listed])


def _decrypt(options: argparse.Namespace) -> int:
    election = Election.parse(_read(options.election).rstrip(b"\n"))
    key = read_key_file(_read(options.key_file))
    if key.group.name != election.group.name:
        raise _Unusable(f"The key is of the group {key.group.name}, the election of {election.group.name}.")
    tally = EncryptedTally.parse(election, _read(options.tally).rstrip(b"\n"), num_tallied=options.cast)
    raw = partial_decryption(election, tally, key.decryption_key, cast=options.cast, floor=options.floor)
    _emit(options.out, raw)
    return 0


# --- files --------------------------------------------------------------------------------------------------------


def _read(path: str) -> bytes:
    with Path(path).open("rb") as file:
        content = file.read(_LIMIT + 1)
    if len(content) > _LIMIT:
        raise _Unusable(f"{path}: this file is larger than any that is read here.")
    return content


def _emit(path: str | None, content: bytes) -> None:
    if path is None:
        sys.stdout.write(content.decode() + "\n")
    else:
        _write(Path(path), content, _PUBLIC)


def _folder(path: str) -> Path:
    folder = Path(path)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a new file; an existing one is never replaced, since it may be somebody's only key."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)


def _readable(value: JSON) -> bytes:
    return json.dumps(value, indent=2).encode() + b"\n"


_DESK = Desk(_read, _write, _folder, _say)


# --- the call -----------------------------------------------------------------------------------------------------


def _category(text: str) -> tuple[str, int]:
    code, _, count = text.partition("=")
    if not (code.isascii() and code.isalnum() and count.isascii() and count.isdigit() and 0 < int(count) <= 100_000):
        raise argparse.ArgumentTypeError(f"“{text}” should look like A=20")
    return code, int(count)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ballotbox", description="The secret ballot, without the server.")
    add = parser.add_subparsers(required=True, metavar="COMMAND").add_parser
    _add_verify(add)
    _add_setup(add)
    _add_counting(add)
    return parser


_Add = Callable[..., argparse.ArgumentParser]


def _command(add: _Add, name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
    command = add(name, help=text, description=text)
    command.set_defaults(run=run)
    return command


def _add_verify(add: _Add) -> None:
    verify = _command(add, "verify", _verify, "Recompute records; exit 0 when all are sound.")
    verify.add_argument("records", nargs="+", metavar="RECORD")
    verify.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: all cores)")


def _add_setup(add: _Add) -> None:
    keys = _command(add, "ceremony", _ceremony, "Make trustees' keys of which some suffice to decrypt.")
    keys.add_argument("--group")
    keys.add_argument("--trustees", type=int, metavar="N")
    keys.add_argument("--threshold", type=int, metavar="N")
    keys.add_argument("--out", metavar="DIR")
    add_steps(keys, _DESK)
    slips = _command(add, "credentials", _credentials, "Make voters' credentials, private slips and public list.")
    slips.add_argument("--ballot", required=True, metavar="IDENT", help="identifier of the ballot, 14 characters")
    slips.add_argument("--group", required=True)
    slips.add_argument("--category", type=_category, action="append", required=True, metavar="CODE=COUNT")
    slips.add_argument("--address", metavar="URL", help="public address of the server, for the slips")
    slips.add_argument("--out", required=True, metavar="DIR")


def _floor(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) >= LOWEST_FLOOR):
        raise argparse.ArgumentTypeError(f"a floor is a number of at least {LOWEST_FLOOR}")
    return int(text)


def _add_counting(add: _Add) -> None:
    ballot = _command(add, "encrypt", _encrypt, "Encrypt and sign one ballot.")
    ballot.add_argument("--election", required=True, metavar="FILE")
    ballot.add_argument("--identifier", required=True, help="identifier of the ballot (not the election's uuid)")
    ballot.add_argument("--credential-file", required=True, metavar="FILE", help="holds one credential or slip")
    ballot.add_argument("--choices", required=True, metavar="JSON", help="for example [[1,0,0],[0,0,1]]")
    ballot.add_argument("--out", metavar="FILE")
    tally = _command(add, "tally", _tally, "Check ballots and add them up, still encrypted.")
    tally.add_argument("--election", required=True, metavar="FILE")
    tally.add_argument("--credentials", required=True, metavar="FILE", help="public credentials, as JSON")
    tally.add_argument("--ballots", required=True, metavar="FILE", help="one ballot a line")
    tally.add_argument("--out", metavar="FILE")
    text = "Make a trustee's parts of all sums in the file of the trustee's tasks."
    add_shares(add("shares", help=text, description=text), _DESK)
    decrypt = _command(add, "decrypt", _decrypt, "Make one trustee's part of the decryption of a sum.")
    decrypt.add_argument("--election", required=True, metavar="FILE")
    decrypt.add_argument("--tally", required=True, metavar="FILE")
    decrypt.add_argument("--key-file", required=True, metavar="FILE")
    decrypt.add_argument("--cast", type=int, required=True, metavar="N", help="ballots in the sum")
    decrypt.add_argument("--floor", type=_floor, required=True, metavar="N", help="below this nothing is decrypted")
    decrypt.add_argument("--out", metavar="FILE")
