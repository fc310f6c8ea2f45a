"""A passkey in a real browser: added, asked for, accepted while a stranger's guesses make the place wait."""

import re
import subprocess
import sys
from contextlib import contextmanager

import pytest

from shuping.rehearsal import site
from tests.journeys.browsers import LAPTOP, barriers
from tests.operate import sites

pytestmark = pytest.mark.journey
NAME, PASSWORD = "lin", "bamboo-on-the-hill"
PERSON = f"""
import django
django.setup()
from shuping.organisations.models import Person
person = Person(username="{NAME}", name_zh="林", name_en="Lin")
person.set_password("{PASSWORD}")
person.save()
"""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server with one account. Passkeys belong to a name, not to a number such as 127.0.0.1."""
    folder = tmp_path_factory.mktemp("door") / "data"
    sites.make_site(folder)
    given = sites.environment(folder, DJANGO_SETTINGS_MODULE="shuping.settings")
    subprocess.run([sys.executable, "-c", PERSON], env=given, check=True)
    port = site.free_port()
    named = f"http://localhost:{port}"
    with sites.started(sites.environment(folder, port, SHUPING_ADDRESS=named)):
        sites.until(lambda: sites.answers(named), what="the server answers")
        yield named


@contextmanager
def browser(chromium, language="en-GB"):
    context = chromium.new_context(viewport=LAPTOP, locale=language)
    try:
        yield context.new_page()
    finally:
        context.close()


def sign_in(page, address, password):
    page.goto(f"{address}/sign-in/")
    page.fill("[name=login]", NAME)
    page.fill("[name=password]", password)
    page.click("#form-sign-in button")
    page.wait_for_load_state()


def test_a_passkey_opens_the_site_while_the_place_waits(chromium, address):
    with browser(chromium) as page:
        tool = page.context.new_cdp_session(page)
        tool.send("WebAuthn.enable")
        tool.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        sign_in(page, address, PASSWORD)
        page.goto(f"{address}/account/passkeys/add")
        page.fill("[name=password]", PASSWORD)
        page.click("#form-again button")
        page.fill("[name=name]", "this computer")
        page.check("[name=passwordless]")
        page.click("#passkey-add")
        page.wait_for_url(re.compile("/account/codes"))
        page.goto(f"{address}/account/")
        page.click("#form-leave button")
        page.wait_for_url(f"{address}/sign-in/")
        with browser(chromium) as stranger:
            for number in range(6):
                sign_in(stranger, address, f"guess {number}")
            assert "Too many wrong passwords for this name from here" in stranger.inner_text("main")
            assert barriers(stranger) == []
        page.click("#passkey-login")
        page.wait_for_url(f"{address}/")
        page.goto(f"{address}/account/")

        assert "Chrome or Chromium on Linux here" in " ".join(page.inner_text("main").split())
        assert "had to wait after wrong tries" in page.inner_text("main")
        assert barriers(page) == []
