"""Whatever is changed in the database by hand is found by the walk of `shuping check`, and named."""

import json
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection

from ballotbox.encoding import sha256_hex
from shuping import audit, fitness
from shuping.ballots.models import Event
from shuping.core import acts, anchors
from shuping.core.models import Act, ContentNonce
from shuping.meetings.models import Attendance, Comment, Problem
from shuping.reports.models import Revision
from shuping.results.models import Grade, Letter, Score
from tests.ballots.conftest import kept
from tests.operate.finished import make_year

pytestmark = pytest.mark.django_db
SQLITE = connection.vendor == "sqlite"
LAST = 60


@pytest.fixture(scope="module")
def year(django_db_setup, django_db_blocker):
    with kept(django_db_blocker):
        yield make_year()


@pytest.fixture
def noted(year):
    return acts.anchor()


@pytest.fixture
def sql(year):
    """A hand in the database: the triggers are gone, keys are not looked after."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER act_no_update" + " ON shuping_act" * (not SQLITE))
        if SQLITE:
            cursor.execute("DROP TRIGGER act_no_delete")
        yield cursor.execute


def faults(*noted_before) -> list[str]:
    return [finding.sentence for finding in audit.walk(noted_before) if finding.fault]


def named(found: list[str], *words: str) -> bool:
    return any(all(word in sentence for word in words) for sentence in found)


def place(act) -> str:
    return f"act {acts.anchor_at(act).number} ({act.verb}"


def test_nothing_is_wrong_with_a_year_that_nobody_touched(year, noted):
    findings = list(audit.walk([noted]))

    assert [finding for finding in findings if finding.fault] == []
    told = [finding.sentence for finding in findings]
    assert f"The log of acts agrees with {noted}." in told
    assert any("category A: chain whole" in sentence and "counts recomputed" in sentence for sentence in told)
    assert any("computed again for 2 entries" in sentence for sentence in told)
    assert any(sentence.startswith("Request:") and "deleted by act" in sentence for sentence in told)
    assert told[-1] == f"{noted.number} acts, log of acts whole. To be noted: {noted}"
    assert not any("No digest" in sentence for sentence in told)


# --- rows of the log --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'open_account'",
        "by_id = NULL",
        "at = '2022-11-02 09:00:00'",
        "reason = 'x'",
        "digests = NULL",
        *["at = 'x'"] * SQLITE,  # where a column takes anything
    ],
)
def test_a_row_that_was_changed_is_named(year, sql, change):
    act = Act.objects.filter(verb="decide_grade").first()
    name = place(act).replace("decide_grade", "open_account" if "verb" in change else "decide_grade")
    sql(f"UPDATE shuping_act SET {change} WHERE id = {act.pk}")

    found = faults()

    assert named(found, name, f"row {act.pk}", "was changed after it was recorded") or named(found, "cannot be read")
    assert "digests" in change or len(found) == 1


def test_a_row_that_was_deleted_is_named_by_the_one_after_it(year, sql):
    act = Act.objects.filter(verb="decide_grade").first()
    sql(f"DELETE FROM shuping_act WHERE id = {act.pk}")

    found = faults()

    assert named(found, f"row {act.pk + 1}", "an act is missing or stands elsewhere")
    assert named(found, "Grade:", "that the log does not hold") or named(found, "Grade:", "its nonce is not the one")


def test_rows_that_were_swapped_are_named(year, sql):
    first = Act.objects.filter(verb="decide_grade").first().pk
    sql(f"UPDATE shuping_act SET id = -1 WHERE id = {first}")
    sql(f"UPDATE shuping_act SET id = {first} WHERE id = {first + 1}")
    sql(f"UPDATE shuping_act SET id = {first + 1} WHERE id = -1")

    found = faults()

    assert all(named(found, f"row {row}", "stands elsewhere") for row in (first, first + 1, first + 2))


def test_an_end_that_was_cut_off_is_found_with_an_anchor(year, noted, sql):
    sql(f"DELETE FROM shuping_act WHERE id IN (SELECT id FROM shuping_act ORDER BY id DESC LIMIT {LAST})")
    ContentNonce.objects.all().delete()  # what else would tell, too

    found = faults(noted)

    assert named(
        found, f"it has {noted.number - LAST} acts, and {noted} was noted", f"at least the last {LAST} are gone"
    )


def test_an_end_that_was_cut_off_is_found_by_the_nonces_without_an_anchor(year, sql):
    cut = Act.objects.order_by("-id")[LAST - 1]
    sql(f"DELETE FROM shuping_act WHERE id >= {cut.pk}")

    found = faults()

    assert named(found, "letter of letter:", "that the log does not hold")
    assert named(found, "score of score:", "that the log does not hold")


def anew(sql, first: int) -> None:
    """Compute the chain again from a row on, as somebody would who knows the program."""
    parent = Act.objects.filter(pk__lt=first).order_by("-pk").values_list("digest", flat=True).first() or acts.START
    for act in Act.objects.filter(pk__gte=first).order_by("pk"):
        act.parent = parent
        parent = acts.digest_of(act)
        sql(f"UPDATE shuping_act SET parent = '{act.parent}', digest = '{parent}' WHERE id = {act.pk}")


def test_acts_put_on_somebody_else_and_hashed_anew_are_found_with_an_anchor(year, noted, sql):
    resets = Act.objects.filter(verb="reset_password").order_by("pk")
    first, before = resets.first(), acts.anchor_at(Act.objects.get(pk=resets.first().pk - 1))
    sql(f"UPDATE shuping_act SET by_id = {year.world.committee.pk} WHERE verb = 'reset_password'")
    anew(sql, first.pk)

    assert faults() == []
    (found,) = faults(before, noted)
    assert f"act {noted.number} is not the one that was noted as {noted}" in found
    assert acts.anchor().number == noted.number


# --- what acts decided ------------------------------------------------------------------------------------------------


def forged_comment(_year):
    comment = Comment.objects.first()
    Comment.objects.filter(pk=comment.pk).update(recognised="Nothing was built")
    return f"Comment:{comment.pk} (entry {comment.entry.number})", "confirm_comment"


def forged_problem(_year):
    problem = Problem.objects.first()
    Problem.objects.filter(pk=problem.pk).update(statement="Nothing")
    return f"Problems of comment:{problem.comment_id}", "confirm_comment"


def forged_grade(_year):
    grade = Grade.objects.select_related("entry").first()
    Grade.objects.filter(pk=grade.pk).update(decided="excellent", reason="Because")
    return f"Grade:{grade.pk} (entry {grade.entry.number})", "decide_grade"


def forged_score(_year):
    score = Score.objects.first()
    Score.objects.filter(pk=score.pk).update(value="99.99")
    return f"Score:{score.pk}", "compute_scores"


def forged_letter(_year):
    letter = Letter.objects.first()
    Letter.objects.filter(pk=letter.pk).update(content=letter.content | {"grade": "poor"})
    return f"Letter:{letter.pk}", "issue_letter"


def forged_count(year):
    count = year.hall.part("A").counts.get(source="paper")
    rows = json.loads(json.dumps(count.rows))
    rows["01"]["good"], rows["01"]["poor"] = rows["01"]["poor"], rows["01"]["good"]
    type(count).objects.filter(pk=count.pk).update(rows=rows)
    return f"Count:{count.pk} (category A)", "count_ballot"


def forged_paper(year):
    batch = year.hall.part("A").batches.get(keying=1)
    type(batch).objects.filter(pk=batch.pk).update(void=1)
    return f"Paper of paperbatch:{batch.pk} (category A)", "key_paper"


def forged_attendance(year):
    Attendance.objects.filter(meeting=year.meeting).update(present=True, arrived_at=None)
    return f"Presence of meeting:{year.meeting.pk}", "arrive"


def forged_list(year):
    Attendance.objects.filter(meeting=year.meeting, precedence=1).update(name_zh="别人")
    return f"Roster of meeting:{year.meeting.pk}", "set_roster"


def forged_minutes(year):
    minutes = year.meeting.minutes
    type(minutes).objects.filter(pk=minutes.pk).update(text="Nobody said anything.")
    return f"Minutes:{minutes.pk}", "lock_minutes"


def forged_report(year):
    revision = Revision.objects.get(report__entry=year.world.entries[0])
    type(revision).objects.filter(pk=revision.pk).update(sections=[])
    return f"Revision:{revision.pk} (entry 01, number 1)", "accept_report"


def forged_role(year):
    year.world.cycle.roles.filter(kind="scrutineer").update(person=year.world.zhou)
    return f"Roles of cycle:{year.world.cycle.pk}", "approve_plan"


def forged_plan(year):
    year.world.cycle.entries.filter(number="02").update(holder=year.world.zhou)
    return f"Entries of cycle:{year.world.cycle.pk}", "approve_plan"


def forged_slip(year):
    year.hall.part("B").credentials.first().delete()
    return f"Slips of category:{year.hall.part('B').pk}", "open_ballot"


@pytest.mark.parametrize(
    "forge",
    [
        forged_comment,
        forged_problem,
        forged_grade,
        forged_score,
        forged_letter,
        forged_count,
        forged_paper,
        forged_attendance,
        forged_list,
        forged_minutes,
        forged_report,
        forged_role,
        forged_plan,
        forged_slip,
    ],
)
def test_forged_content_is_named_with_the_act_that_recorded_it(year, forge):
    thing, verb = forge(year)

    found = faults()

    assert named(found, thing, ": it is not what act ", f"({verb}) recorded."), found


def test_a_forged_score_or_count_is_also_found_by_computing_it_again(year):
    forged_score(year)
    forged_count(year)
    ContentNonce.objects.filter(kind__in=("score", "count")).delete()

    found = faults()

    assert named(found, "Scores of 2022", "entry 01: the score is kept as 99.99, and is ")
    assert named(found, "category A: the count (paper) is not what the result and the paper give: entry 01.")
    assert sum("its nonce is not the one of" in sentence for sentence in found) == 8


def test_a_proposal_that_is_not_the_computed_one_is_found(year):
    Grade.objects.filter(entry=year.world.entries[1]).update(proposed="good!")

    assert named(faults(), "Scores of 2022", "entry 02: the proposal is kept as good!, and is ")


def test_forged_counts_that_make_scores_impossible_are_said_and_do_not_stop_the_walk(year):
    year.hall.part("A").counts.filter(source="sum").update(rows={"01": "many"})

    found = faults()

    assert named(found, "Scores of 2022", "cannot be computed again from what is stored")
    assert named(found, "Count:", "(count_ballot) recorded.")


def test_content_without_any_act_is_named(year):
    comment = Comment.objects.first()
    other = Comment.objects.create(meeting=comment.meeting, entry=comment.entry, by=year.world.zhou, state="confirmed")

    assert f"Comment:{other.pk}: it is there, and no act recorded it." in faults()


def test_another_scheme_or_another_plan_is_found(year):
    cycle = year.world.cycle
    type(cycle).objects.filter(pk=cycle.pk).update(scheme_text=bytes(cycle.scheme_text) + b"\n")
    cycle.versions.update(content=cycle.versions.get().content | {"year": 1999})

    found = faults()

    assert named(found, "Year 2022", "the scheme is not the one of its fingerprint")
    assert named(found, "Plan of 2022: version 1 is not the one of its fingerprint")


# --- the chains of the ballots ----------------------------------------------------------------------------------------


def in_a(found: list[str], *words: str) -> bool:
    return named(found, "Ballot of 2022", "category A: ", *words)


def test_height_and_head_of_a_category_are_compared_with_its_events(year):
    part = year.hall.part("A")
    type(part).objects.filter(pk=part.pk).update(height=3, head="0" * 64)

    found = faults()

    assert in_a(found, "height and head are kept as 3, 0000", f"its events end with {part.height}, {part.head}")
    assert named(found, f"Chain of category:{part.pk}", "(count_ballot) recorded.")


def test_a_chain_whose_events_are_all_gone_is_named(year):
    part = year.hall.part("A")
    part.events.all().delete()

    found = faults()

    assert in_a(found, f"height and head are kept as {part.height}, ", "its events end with -1, -")
    assert in_a(found, "the chain does not begin with the election, trustees and slips")
    assert in_a(found, "the ballot ", " is in the box at 1, and not in the chain.")
    assert not named(found, "category B: ")


def test_a_gap_in_a_chain_is_named(year):
    year.hall.part("A").events.filter(height__in=(3, 4)).delete()

    found = faults()

    assert in_a(found, "the events from 3 to 4 are missing.")
    assert in_a(found, "is in the box at 3, and not in the chain.")


def test_an_event_that_was_changed_is_named(year):
    event = year.hall.part("A").events.get(height=2)
    payload = json.loads(event.raw)["payload"]
    Event.objects.filter(pk=event.pk).update(raw=event.raw.replace(payload, sha256_hex(b"another ballot")))

    found = faults()

    assert in_a(found, "event 3 does not continue the chain.")
    assert in_a(found, "the ballot at 2 is not the one of the chain.")


@pytest.mark.parametrize("raw", ["", "[]", "{}", "{", "7"])
def test_an_event_that_cannot_be_read_is_named(year, raw):
    Event.objects.filter(category=year.hall.part("A"), height=2).update(raw=raw)

    assert in_a(faults(), "event 2 cannot be read.")


def test_a_ballot_that_was_taken_out_of_the_box_or_changed_in_it_is_named(year):
    first, second = year.hall.part("A").cast.order_by("height")[:2]
    first.delete()
    type(second).objects.filter(pk=second.pk).update(raw=bytes(second.raw) + b" ")

    found = faults()

    assert in_a(found, "1 ballots of the chain are not in the box (at 1).")
    assert in_a(found, f"the ballot at 2 is not the one of its tracker {second.tracker}.")
    assert in_a(found, "the ballot at 2 is not the one of the chain.")
    assert in_a(found, "the record is not sound")


def test_a_chain_written_anew_without_a_ballot_is_found_by_its_sum_and_by_the_count_s_digest(year):
    part = year.hall.part("A")
    part.cast.order_by("height").first().delete()
    _rebuild(part)

    found = faults()

    assert in_a(found, "the record is not sound (bad_tally)")
    assert named(found, f"Chain of category:{part.pk}", "(count_ballot) recorded.")


def _rebuild(part) -> None:
    """The chain of what is left, every link in order."""
    from ballotbox import Chain  # noqa: PLC0415

    chain, payloads = Chain(), [json.loads(event.raw) for event in part.events.order_by("height")]
    part.events.all().delete()
    for place_, payload in enumerate(one for one in payloads if one["height"] != 1):
        from ballotbox import build_event  # noqa: PLC0415

        raw = build_event(chain.head, place_, payload["type"], payload.get("payload"))
        chain.height, chain.head = place_, sha256_hex(raw)
        Event.objects.create(category=part, height=place_, raw=raw.decode())
    for height, row in enumerate(part.cast.order_by("height"), 1):
        type(row).objects.filter(pk=row.pk).update(height=height)
    type(part).objects.filter(pk=part.pk).update(height=chain.height, head=chain.head)


def test_another_result_is_found(year):
    part = year.hall.part("A")
    type(part).objects.filter(pk=part.pk).update(result_raw=part.result_raw.replace("[[", "[[1", 1))

    found = faults()

    assert in_a(found, "what follows the ballots in the chain is not the sum, the parts and the result")
    assert in_a(found, "the record is not sound (bad_result)")


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_says_it_all_and_exits_with_one(year, noted, monkeypatch, capsys):
    # The tests' database lies in memory: what is asked of folder and version is asked elsewhere.
    monkeypatch.setattr(fitness.place, "look", lambda: settings.DATA)
    monkeypatch.setattr(fitness, "look", lambda: SimpleNamespace(behind=()))
    monkeypatch.setattr(fitness, "_open_to_others", lambda: False)
    assert fitness.check([str(noted)]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.rstrip().endswith(f"{noted.number} acts, log of acts whole. To be noted: {noted}")

    forged_grade(year)
    assert fitness.check([str(noted)]) == 1
    said = capsys.readouterr()
    assert "Grade:" in said.err
    assert "1 fault, named above" in said.out


def test_what_is_no_anchor_is_refused_before_anything_is_walked(year, capsys):
    assert audit.report(["1162:ab12"]) == 1

    said = capsys.readouterr()
    assert "is no anchor of the log of acts" in said.err
    assert said.out == ""


def test_acts_of_an_older_version_are_told_in_one_line_and_are_no_fault(year, sql):
    sql("UPDATE shuping_act SET digests = NULL")
    ContentNonce.objects.all().delete()
    anew(sql, Act.objects.order_by("pk").first().pk)

    findings = list(audit.walk())

    assert [finding.sentence for finding in findings if finding.fault] == []
    (line,) = [finding.sentence for finding in findings if finding.sentence.startswith("No digest (older acts)")]
    assert line == f"No digest (older acts): {Act.objects.count()} acts, 42 contents."


def test_an_anchor_of_before_the_first_act_holds(year):
    assert faults(anchors.Anchor(0, acts.START)) == []
