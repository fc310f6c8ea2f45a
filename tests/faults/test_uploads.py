"""The worst files that can be sent, one upon the other: everybody else's pages are answered meanwhile."""

import io
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor

import httpx

from shuping.core import lane
from tests.ballots.conftest import file_database  # noqa: F401 - a fixture
from tests.ballots.served import served
from tests.builders import client_for, make_cycle
from tests.reports import papers

SENT = 6


def _worst() -> bytes:
    """A unit's file with documents that take a second of the processor each, in a few kilobytes."""
    out, document = io.BytesIO(), papers.nested(9, runs=300_000)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for number in range(2):
            bundle.writestr(f"report {number}.docx", document)
    return out.getvalue()


def test_six_uploads_hold_up_nobody(file_database, tmp_path, monkeypatch):  # noqa: F811
    world = make_cycle("reporting")
    signed_in = {"sessionid": client_for(world.lin).cookies["sessionid"].value, "csrftoken": "a" * 32}
    worst, ended = _worst(), threading.Event()

    with served(None, tmp_path, monkeypatch) as site, ThreadPoolExecutor(SENT) as phones:

        def send(_number):
            answer = httpx.post(
                f"{site.address}/c/{world.cycle.pk}/units/01/",
                data={"csrfmiddlewaretoken": "a" * 32, "dry_run": "on"},
                files={"file": ("unit.zip", worst)},
                headers={"accept-language": "en", "origin": site.address},
                cookies=signed_in,
                trust_env=False,
                timeout=120,
            )
            if answer.status_code != 429:
                ended.set()
            return answer

        sent = [phones.submit(send, number) for number in range(SENT)]
        pages = [httpx.get(f"{site.address}/sign-in/", trust_env=False, timeout=60).status_code for _ in range(5)]
        before_the_first_was_read = not ended.is_set()
        answers = [one.result() for one in sent]

    assert pages == [200] * 5
    assert before_the_first_was_read
    told = [(answer.status_code, "Send it again" in answer.text) for answer in answers]
    assert sorted(told) == [(200, False)] * lane.MOST_OF_ONE + [(429, True)] * (SENT - lane.MOST_OF_ONE)
