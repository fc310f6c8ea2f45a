"""A counted hall for all tests of a file, and a database that threads and processes can share."""

import sqlite3
from contextlib import closing, contextmanager

import pytest
from django.db import connections, transaction

from tests.ballots.halls import added_up, paper_rows

PAPER = paper_rows(4, 3, 2, 1, 1, 1)  # twelve sheets


@contextmanager
def kept(django_db_blocker):
    """What is written inside stays for every test of the file and goes after the last of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


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
    """The database as a site has it: a file in WAL mode, with a connection for each thread."""
    memory = connections["default"]
    if memory.vendor == "postgresql":
        yield
        return
    memory.ensure_connection()
    with closing(sqlite3.connect(tmp_path / "hall.sqlite3")) as file:
        memory.connection.backup(file)
    name, memory.settings_dict["NAME"] = memory.settings_dict["NAME"], str(tmp_path / "hall.sqlite3")
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = memory
        memory.settings_dict["NAME"] = name
