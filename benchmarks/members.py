"""Processes of those who have a right to be there and misuse it.

`members.py slip PORT FOLDER` sends ballots of the hall's last slip, rightly signed and with a false proof, one after
the other as fast as it can until a line comes on standard input, then prints the statuses as JSON.
`members.py reporter PORT FOLDER NUMBER` signs in and hands in so many of the worst files at once, then prints the same.
"""

import asyncio
import json
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import hall  # noqa: F401 - finds what follows
import httpx
import worst
from lxml import html
from tests.faults import halls, load

import ballotbox
from ballotbox.credentials import private_exponent
from ballotbox.encoding import base64_sha256, canonical
from ballotbox.proofs import prove_knowledge

PATIENCE = 300


class Slip:
    """One slip, whose holder signs whatever they like."""

    def __init__(self, made: halls.Made) -> None:
        self.group = ballotbox.group("Ed25519")
        self.secret = private_exponent(self.group, made.identifier, made.last_slip)
        public = ballotbox.public_credential(self.group, made.identifier, made.last_slip)
        body = json.loads(made.ballots[0])
        self.body = {name: value for name, value in body.items() if name != "signature"} | {"credential": public}

    def another(self) -> bytes:
        """The next of them; the proofs are of somebody else's ballot."""
        proofs = self.body["answers"][0]["individual_proofs"][0]
        proofs[0]["response"] = str((int(proofs[0]["response"]) + 1) % self.group.order)
        digest = base64_sha256(canonical(self.body))
        proof = prove_knowledge(self.group, self.secret, f"sig|{digest}|").json()
        return canonical(self.body | {"signature": {"hash": digest, "proof": proof}})


def flood(port: int, made: halls.Made) -> Counter[str]:
    """Until a line comes."""
    slip, statuses, stop = Slip(made), Counter[str](), threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
    while not stop.is_set():
        try:
            statuses[str(asyncio.run(load.post(port, made.identifier, slip.another())))] += 1
        except (OSError, EOFError, IndexError, ValueError) as error:
            statuses[type(error).__name__] += 1
    return statuses


def hand_in(port: int, account: dict[str, Any], number: int) -> Counter[str]:
    """Reports and returned files of the unit, in turn, all at the same time."""
    address = f"http://127.0.0.1:{port}"
    browser = httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE, headers={"origin": address})
    page = html.fromstring(browser.get("/sign-in/").text)
    token = page.xpath("//input[@name='csrfmiddlewaretoken']/@value")[0]
    told = {"login": account["username"], "password": account["password"], "csrfmiddlewaretoken": token}
    assert browser.post("/sign-in/", data=told).status_code == 302
    year = account["cycle"]
    report = (f"/c/{year}/reports/01/submit", "report.docx", worst.document())
    returned = (
        f"/c/{year}/units/01/",
        "unit.zip",
        worst.bundle(answers_xlsx=worst.workbook(), a_docx=worst.document()),
    )

    def send(kind: tuple[str, str, bytes]) -> str:
        path, name, body = kind
        data = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        try:
            return f"{name}: {browser.post(path, data=data, files={'file': (name, body)}).status_code}"
        except httpx.TransportError as error:
            return f"{name}: {type(error).__name__}"

    with ThreadPoolExecutor(number) as pool:
        return Counter(pool.map(send, [(report, returned)[turn % 2] for turn in range(number)]))


if __name__ == "__main__":
    kind, port, folder, *more = sys.argv[1:]
    made = halls.load(Path(folder))
    met = flood(int(port), made) if kind == "slip" else hand_in(int(port), made.reporter, int(more[0]))
    print(json.dumps(met))
