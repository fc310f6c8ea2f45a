"""Wrong passwords at a real server, each with another X-Forwarded-For: they are counted as what they are."""

import re
import subprocess
import sys

import httpx
import pytest

from tests.operate import sites

TRIES = 9


def _tries(address, forwarded):
    """How many of some wrong sign-ins were evaluated; `forwarded` makes each one's header."""
    evaluated = 0
    for number in range(TRIES):
        with httpx.Client(base_url=address, trust_env=False, timeout=60, headers={"accept-language": "en"}) as visitor:
            page = visitor.get("/sign-in/").text
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
            given = {"login": "office", "password": "wrong", "csrfmiddlewaretoken": token}
            answer = visitor.post("/sign-in/", data=given, headers={"x-forwarded-for": forwarded(number)})
            evaluated += "are not correct" in answer.text
    return evaluated


def test_without_a_proxy_the_header_is_worth_nothing(tmp_path):
    sites.make_site(tmp_path / "data")
    with sites.serving(tmp_path / "data") as (_server, address):
        assert _tries(address, lambda number: f"203.0.113.{number}") == 5


def test_behind_a_proxy_its_own_entry_counts_whatever_stands_before_it(tmp_path):
    sites.make_site(tmp_path / "data")
    with sites.serving(tmp_path / "data", SHUPING_TRUSTED_PROXY="1") as (_server, address):
        assert _tries(address, lambda number: f"203.0.113.{number}, 192.0.2.1") == 5
        assert _tries(address, lambda number: f"192.0.2.1, 192.0.2.{number + 2}") == TRIES


@pytest.mark.parametrize(
    ("name", "told", "sentence"),
    [
        ("SHUPING_TRUSTED_PROXY", "perhaps", "neither yes nor no, nor a number"),
        ("SHUPING_PROXY_FROM", "somewhere", "no addresses or networks with commas between"),
    ],
)
def test_a_setting_that_cannot_be_read_is_no_start(tmp_path, name, told, sentence):
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env=sites.environment(tmp_path, DJANGO_SETTINGS_MODULE="shuping.settings") | {name: told},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode
    assert sentence in done.stderr
