"""One example year per language on the real server, and everybody's browser."""

import os
from argparse import Namespace

import pytest

from shuping.rehearsal import play, site
from shuping.rehearsal.progress import Progress
from tests.journeys.browsers import ARGUMENTS, CHROMIUM, Browsers

SIZE = Namespace(entries=4, voters=50, seed=3, group="Ed25519")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """A year goes one way: what other plugins shuffled is put back into the order it is written in."""
    places = [place for place, item in enumerate(items) if getattr(item.cls, "ONE_YEAR", False)]
    written = sorted(
        (items[place] for place in places), key=lambda item: (item.path, item.function.__code__.co_firstlineno)
    )
    for place, item in zip(places, written, strict=True):
        items[place] = item


@pytest.fixture(scope="session")
def chromium(playwright):
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="class")
def company(tmp_path_factory):
    """The players of a year of 4 entries and 50 voters; the server runs until the year is over."""
    before, mask = dict(os.environ), os.umask(0o077)  # as the command line sets it
    folder = tmp_path_factory.mktemp("year")
    found = play.load(folder / "data", SIZE, Progress(0))
    with site.running(folder / "server.log"):
        yield found
        for participant in found._there.values():
            participant.http.close()
    os.umask(mask)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="class")
def browsers(chromium, company, request):
    """Everybody's browser in the language of the year; no page may have broken anywhere."""
    found = Browsers(chromium, company, request.cls.LANGUAGE)
    yield found
    found.close()
    assert found.faults == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.failed = report.failed
    return report
