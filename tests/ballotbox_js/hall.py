"""A small server that keeps to the booth's and the trustee page's contract, with the real checks of `ballotbox`."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import ballotbox
from shuping.core.access import POLICY

STATIC = Path(__file__).resolve().parents[2] / "src" / "shuping" / "static"
TYPES = {".js": "text/javascript", ".css": "text/css"}
BALLOT = "QingchuanAbcde"
ANSWERS = ("好 / Good", "较好 / Fairly good", "一般 / Average", "差 / Poor", "不了解 / No opinion")
NAMES = (
    "青川市委书记 / Secretary of Qingchuan",
    "云岭市委书记 / Secretary of Yunling",
    "省直工委书记 / Provincial organs",
)
UNKNOWN = {"code": "unknown", "zh": "这个投票码不属于本次测评。", "en": "This code does not belong to this ballot."}
CLOSED = {
    "code": "closed",
    "zh": "投票已经结束，这张选票没有计入。",
    "en": "Voting has closed; this ballot was not counted.",
}
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{kind}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csrf-token" content="token-of-the-session">
<link rel="stylesheet" href="/static/booth/booth.css"><script src="/static/built/{kind}.js" defer></script></head>
<body><main id="{kind}" data-ballot="{ballot}" data-which="/v/which" data-cast="/v/cast" data-board="/b/"
data-worker="/static/built/booth-worker.js" data-tasks="/t/tasks" data-submit="/t/share" data-lang="{lang}"></main>
</body></html>"""


class Hall:
    """One category of three rows; `credential` is on Chen's slip. `failures` are answered before anything else."""

    def __init__(self, group_name: str = "Ed25519") -> None:
        g = ballotbox.group(group_name)
        self.server_key = ballotbox.make_single_key(g)
        self.ceremony = ballotbox.ceremony(g, trustees=3, threshold=2)
        self.trustees = ballotbox.Trustees.build([self.server_key.public, self.ceremony.public], g)
        self.election = ballotbox.Election.build(
            uuid=ballotbox.new_identifier(),
            name="2022 年度测评 / Evaluation 2022",
            description="",
            group_name=group_name,
            public_key=self.trustees.public_key,
            questions=[ballotbox.Question(f"{i + 1:02} {name}", ANSWERS) for i, name in enumerate(NAMES)],
        )
        self.credential = ballotbox.new_credential()
        self.public = {ballotbox.public_credential(g, BALLOT, self.credential)}
        self.state = "open"
        self.failures: list[Any] = []
        self.bodies: list[tuple[str, str, dict[str, str]]] = []
        self.tasks: dict[str, Any] = {}

    @property
    def casts(self) -> list[bytes]:
        return [body.encode() for path, body, _ in self.bodies if path == "/v/cast"]

    def answer(self, path: str, body: str) -> tuple[int, dict[str, Any]]:
        if path == "/v/which":
            return self.which(json.loads(body)["credential"])
        if path == "/t/share":
            return 201, {"received": True}
        if self.state == "closed":
            return 409, {"error": CLOSED}
        ballotbox.check_proofs(self.election, ballotbox.check_form(self.election, body.encode(), self.public))
        return 201, {"tracker": ballotbox.tracker(body.encode()), "received": True}

    def which(self, credential: str) -> tuple[int, dict[str, Any]]:
        if credential not in self.public:
            return 404, {"error": UNKNOWN}
        label = {"zh": "A 类票", "en": "Category A"}
        return 200, {
            "category": "A",
            "category_label": label,
            "election": self.election.raw.decode(),
            "open": self.state == "open",
            "state": self.state,
            "entries": [],
        }

    def choices_of(self, raw: bytes) -> list[list[int]]:
        """What a ballot says, by all keys together."""
        ballot = ballotbox.check_form(self.election, raw, self.public)
        tally = ballotbox.encrypted_tally(self.election, [ballot])
        keys = [self.server_key.private, *(int(key["decryption_key"]) for key in self.ceremony.key_files)]
        parts = {
            owner: ballotbox.partial_decryption(self.election, tally, key, cast=1, floor=1)
            for owner, key in enumerate(keys, start=1)
            if owner < 4
        }
        return ballotbox.combine(self.election, self.trustees, tally, parts).counts


class _Handler(BaseHTTPRequestHandler):
    hall: Hall
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""

    def reply(self, status: int, content: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        usual = {"Content-Type": kind, "Content-Length": str(len(content)), "Content-Security-Policy": POLICY}
        for name, value in {**usual, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            return self.reply(200, file.read_bytes(), TYPES[file.suffix])
        if path == "/t/tasks":
            return self.reply(200, json.dumps(self.hall.tasks).encode(), "application/json")
        kind = "trustee" if path.startswith("/t/") else "booth"
        page = PAGE.format(kind=kind, ballot=BALLOT, lang="en" if query == "en" else "zh-hans")
        return self.reply(200, page.encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.hall.bodies.append((self.path, body, dict(self.headers)))
        failure = self.hall.failures.pop(0) if self.hall.failures else None
        if failure == "down":
            self.close_connection = True
            return None
        if failure == "waits":
            waits = json.dumps({"error": {"code": "one_at_a_time", "zh": "等", "en": "wait"}}).encode()
            return self.reply(503, waits, "application/json", {"Retry-After": "30"})
        if failure == "busy":
            return self.reply(503, b"{}", "application/json", {"Retry-After": "0"})
        status, answer = self.hall.answer(self.path, body)
        return self.reply(status, json.dumps(answer, ensure_ascii=False).encode(), "application/json")


def serve(hall: Hall) -> tuple[ThreadingHTTPServer, str]:
    """Serve until `shutdown()`; the address is without a slash at the end."""
    handler = type("Handler", (_Handler,), {"hall": hall})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"
