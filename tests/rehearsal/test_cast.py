"""The example's tables agree with each other and with the scheme, and are as large as such a meeting is."""

from collections import Counter

import pytest

from scoring import builtin_scheme
from scoring.loading import load_scheme
from shuping.rehearsal.example import cast

NUMBERS = [f"{number:02}" for number in range(1, 19)]
VOTES_ARE_HANDLED_BY = ("teller", "scrutineer", "trustee")
SIZES = {
    "secretariat": 2,
    "chair": 1,
    "commentator": 4,
    "clerk": 1,
    "committee": 5,
    "teller": 2,
    "scrutineer": 1,
    "trustee": 3,
    "observer": 1,
    "auditor": 1,
}


@pytest.fixture(scope="module")
def themes():
    return {theme.code for theme in load_scheme(builtin_scheme("provincial")).theme}


def oral():
    return [unit.number for unit in cast.organisation().units if unit.mode == "oral"]


def body(code):
    return next(body for body in cast.organisation().bodies if body.code == code)


def test_the_units_are_numbered_in_the_order_of_the_ballot():
    assert [unit.number for unit in cast.organisation().units] == NUMBERS


def test_sixteen_report_orally_and_two_in_writing():
    assert oral() == NUMBERS[:16]


def test_one_deputy_reports():
    deputies = [unit for unit in cast.organisation().units if unit.capacity == "deputy"]
    assert [(unit.number, unit.post_zh) for unit in deputies] == [("16", "常务副书记")]


@pytest.mark.parametrize("field", ["code", "zh", "en", "username", "holder_zh", "holder_en"])
def test_no_two_units_share_a_name(field):
    assert len({getattr(unit, field) for unit in cast.organisation().units}) == len(NUMBERS)


def test_every_account_is_opened_once():
    usernames = [person.username for person in cast.organisation().everybody]
    assert len(set(usernames)) == len(usernames)


@pytest.mark.parametrize(("code", "size"), [("standing", 12), ("leading", 10), ("grassroots", 6)])
def test_precedence_has_no_gaps(code, size):
    seats = body(code).seats
    assert [seat.precedence for seat in seats] == list(range(1, size + 1))
    assert len({seat.username for seat in seats}) == size


def test_seats_and_roles_belong_to_people_of_the_example():
    found = cast.organisation()
    seated = {seat.username for body in found.bodies for seat in body.seats}
    in_roles = {username for usernames in found.roles.values() for username in usernames}
    assert seated | in_roles == set(found.people)


def test_every_role_has_its_people():
    assert {kind: len(set(usernames)) for kind, usernames in cast.organisation().roles.items()} == SIZES


def test_the_committee_comes_from_the_standing_body():
    assert set(cast.organisation().roles["committee"]) <= {seat.username for seat in body("standing").seats}


def test_the_presiding_officer_comes_first_in_both_forms_of_the_meeting():
    assert {body(code).seats[0].username for code in ("standing", "leading")} == {"provincial-secretary"}
    assert cast.organisation().roles["chair"] == ("provincial-secretary",)


def test_whoever_handles_votes_casts_none():
    found = cast.organisation()
    voters = {unit.username for unit in found.units} | {seat.username for body in found.bodies for seat in body.seats}
    handlers = {username for kind in VOTES_ARE_HANDLED_BY for username in found.roles[kind]}
    assert not voters & handlers
    assert len(handlers) == sum(SIZES[kind] for kind in VOTES_ARE_HANDLED_BY)


def test_the_observer_sits_in_no_body():
    assert not {seat.username for body in cast.organisation().bodies for seat in body.seats} & {"observer"}


def test_every_unit_is_commented_on():
    assert list(cast.comments()) == NUMBERS
    assert {len(comment.problems) for comment in cast.comments().values()} == {3}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_comment_can_be_spoken_in_a_minute_and_a_half(number):
    comment = cast.comments()[number]
    length = len(comment.recognised + comment.direction) + sum(len(statement) for statement, _theme in comment.problems)
    assert 250 <= length <= 360


def test_the_commentators_speak_of_units_that_exist():
    assert {place for place, _number, _comment in cast.side_comments()} == set(range(SIZES["commentator"]))
    assert {number for _place, number, _comment in cast.side_comments()} <= set(NUMBERS)


def test_no_statement_is_made_twice():
    comments = [*cast.comments().values(), *(comment for _place, _number, comment in cast.side_comments())]
    statements = [statement for comment in comments for statement, _theme in comment.problems]
    statements += [problem.statement for problem in cast.last_year()]
    assert [statement for statement, times in Counter(statements).items() if times > 1] == []
    assert len(statements) == 54 + 8 + 72


def test_last_year_left_four_problems_to_every_unit():
    assert Counter(problem.number for problem in cast.last_year()) == dict.fromkeys(NUMBERS, 4)


def test_every_unit_put_something_right_and_left_something_open():
    for closed, how_many in ((True, 50), (False, 22)):
        found = [problem.number for problem in cast.last_year() if problem.closed is closed]
        assert len(found) == how_many
        assert set(found) == set(NUMBERS)


def test_figures_are_of_units_that_take_part_and_name_each_figure_once():
    assert set(cast.figures()) < set(NUMBERS)
    for rows in cast.figures().values():
        assert len({row["name"] for row in rows}) == len(rows) <= 3
        assert all(row["this_year"] != row.get("last_year") for row in rows)


def test_the_passages_are_in_the_speech_word_for_word():
    text, passages = cast.speech()
    assert 600 <= len(text) <= 900
    assert [passage.text for passage in passages if passage.text not in text] == []
    assert Counter(passage.kind for passage in passages) == {"judgement": 1, "priority": 4, "stressed": 3}


def test_a_priority_says_what_about_and_by_when():
    priorities = [passage for passage in cast.speech()[1] if passage.kind == "priority"]
    assert {passage.due.year for passage in priorities} == {2023}
    assert all(passage.theme for passage in priorities)


def test_a_date_in_the_speech_is_the_date_of_the_passage():
    months = {5: "五月底", 6: "六月底", 9: "九月底", 11: "十一月底"}
    dated = [passage for passage in cast.speech()[1] if passage.due]
    assert all(months[passage.due.month] in passage.text for passage in dated)


def test_every_theme_has_a_duty_for_everybody(themes):
    assert Counter(duty.theme for duty in cast.duties() if duty.addressees == "all") == dict.fromkeys(themes, 1)
    assert sum(duty.addressees != "all" for duty in cast.duties()) == 4


def test_addressees_are_units():
    lists = [spec.addressees for spec in (*cast.speech()[1], *cast.duties()) if spec.addressees != "all"]
    assert {number for addressees in lists for number in addressees} <= set(NUMBERS)


def test_the_scheme_knows_every_theme(themes):
    comments = [*cast.comments().values(), *(comment for _place, _number, comment in cast.side_comments())]
    named = {theme for comment in comments for _statement, theme in comment.problems}
    named |= {spec.theme for spec in (*cast.last_year(), *cast.duties())}
    named |= {passage.theme for passage in cast.speech()[1] if passage.theme}
    assert named == themes


def test_only_oral_reporters_promise_something():
    assert list(cast.undertakings()) == oral()


def test_questions_are_asked_by_a_role_of_an_oral_reporter():
    assert len(cast.questions()) == 4
    assert {number for number, *_rest in cast.questions()} <= set(oral())
    assert {asker for _number, asker, *_rest in cast.questions()} <= set(cast.organisation().roles)
