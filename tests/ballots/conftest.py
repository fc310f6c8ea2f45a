"""A counted hall for all tests of a file, and a database that threads and processes can share."""

import sqlite3
from contextlib import ExitStack, closing, contextmanager

import pytest
from django.db import connections

from shuping.box import waking
from tests.ballots.halls import added_up, paper_rows, undone

PAPER = paper_rows(4, 3, 2, 1, 1, 1)  # twelve sheets


@contextmanager
def kept(django_db_blocker):
    """What is written inside stays for every test of the file and goes after the last of them."""
    with django_db_blocker.unblock(), undone():
        yield


@pytest.fixture(scope="module")
def counted(django_db_setup, django_db_blocker):
    """Electronic ballots in both categories, twelve sheets of paper in A."""
    with kept(django_db_blocker):
        hall = added_up(paper={"A": 12})
        hall.decrypt()
        hall.key("teller", PAPER)
        hall.key("second_teller", PAPER)
        hall.fresh()
        yield hall


@pytest.fixture
def file_database(tmp_path, transactional_db):
    """The databases as a site has them: files in WAL mode, with a connection for each thread."""
    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(_in_a_file(alias, tmp_path / f"{alias}.sqlite3"))
        yield


@contextmanager
def _in_a_file(alias, place):
    memory = connections[alias]
    if memory.vendor == "postgresql":
        yield
        return
    memory.ensure_connection()
    with closing(sqlite3.connect(place)) as file:
        memory.connection.backup(file)
    name, memory.settings_dict["NAME"] = memory.settings_dict["NAME"], str(place)
    del connections[alias]
    try:
        yield
    finally:
        connections[alias].close()
        connections[alias] = memory
        memory.settings_dict["NAME"] = name


@pytest.fixture
def rung():
    """What the worker was rung with."""
    heard = []
    waking.answer(heard.append)
    yield heard
    waking.answer(lambda _what: None)
