"""The anchor of the log of acts: written down, read aloud, typed in again."""

import sqlite3
from contextlib import closing

import pytest
from django.db import connection

from shuping.core import acts, anchors
from shuping.core.anchors import Anchor
from tests.builders import NOW, make_organisation

HEAD = "ab12" + "0" * 28 + "f" * 32


def test_an_anchor_is_read_aloud_in_groups_of_four():
    assert str(Anchor(1162, HEAD)) == "1162:ab12-0000-0000-0000-0000-0000-0000-0000"


@pytest.mark.parametrize(
    "written",
    [
        "1162:ab12-0000-0000-0000-0000-0000-0000-0000",
        f"1162:{HEAD}",
        " 1162 : AB12 0000 0000 0000 0000 0000 0000 0000 ",
        "１１６２：ＡＢ１２–0000–0000–0000–0000–0000–0000–0000",
    ],
)
def test_an_anchor_is_read_as_it_was_noted(written):
    anchor = anchors.parse(written)

    assert anchor.number == 1162
    assert anchor.fits(HEAD)
    assert not anchor.fits("ab13" + HEAD[4:])


@pytest.mark.parametrize(
    "written", ["", "1162", "1162:ab12", f"{HEAD}", f":{HEAD}", f"x1:{HEAD}", f"1162:{HEAD}0", "1162:" + "g" * 32]
)
def test_what_is_no_anchor_is_refused_with_what_one_looks_like(written):
    with pytest.raises(anchors.BadAnchor, match=r"a number, a colon and 32 digits .* such as 1162:0123-4567-"):
        anchors.parse(written)


@pytest.mark.django_db
def test_an_anchor_of_an_act_does_not_move_when_the_log_grows():
    unit = make_organisation()
    first = acts.record("try_this", unit, by=None, now=NOW)
    noted = acts.anchor()
    acts.record("try_that", unit, by=None, now=NOW)

    assert acts.anchor_at(first) == noted == Anchor(2, first.digest)
    assert acts.anchor().number == 3


@pytest.mark.django_db
def test_an_empty_log_has_an_anchor():
    assert str(acts.anchor()) == "0:" + "-".join(["0000"] * 8)


@pytest.mark.django_db
def test_without_django_the_database_gives_the_same_anchor():
    acts.record("try_this", make_organisation(), by=None, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(anchors.QUESTION)
        row = cursor.fetchone()

    assert Anchor(*row) == acts.anchor()
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.execute("CREATE TABLE shuping_act (id INTEGER PRIMARY KEY, digest TEXT)")
        assert empty.execute(anchors.QUESTION).fetchone() == (0, None)
