"""Who may do what to a ballot, and when. No rule ever needs to know how somebody voted."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shuping.ballots import boxing, held, opening, queries
from shuping.ballots.models import Ballot, Category, OpinionBox, PaperBatch
from shuping.core.refusals import Refusal
from shuping.cycles import queries as cycles
from shuping.cycles import rules as years
from shuping.cycles.models import Cycle, Role

State = Ballot.State
RUN_IT = (Role.Kind.SECRETARIAT, Role.Kind.SCRUTINEER)
HOLD_RECORDS = frozenset(
    {Role.Kind.COMMITTEE, Role.Kind.SCRUTINEER, Role.Kind.TRUSTEE, Role.Kind.AUDITOR, Role.Kind.SECRETARIAT}
)


def may_prepare(person: Any, cycle: Cycle) -> Refusal | None:
    """Secretariat or scrutineer, once the plan is approved; again when the ballot was void (R64)."""
    if not cycle.approved:
        return Refusal("plan_not_approved", _("The plan is not approved yet: who is on the ballot is not final."))
    ballot = queries.ballot_of(cycle)
    if ballot and ballot.state != State.VOID:
        return Refusal("ballot_exists", _("The ballot of this year is prepared already."))
    return years.may_in_role(person, cycle, *RUN_IT)


def may_set_up(person: Any, ballot: Ballot) -> Refusal | None:
    """Trustees and credentials are set until the ballot opens; then they are frozen (R58)."""
    if ballot.state != State.PREPARED:
        return Refusal("ballot_frozen", _("The ballot was opened: trustees and credentials no longer change."))
    return years.may_in_role(person, ballot.cycle, *RUN_IT)


def may_hold_ceremony(person: Any, ballot: Ballot, threshold: int | None = None) -> Refusal | None:
    """The trustees named in the plan make their keys; of them `threshold` have to suffice, one at least."""
    if queries.running_ceremony(ballot):
        return Refusal("ceremony_runs", _("The key ceremony is running already; start it over if it has gone wrong."))
    trustees = len(cycles.people_with(ballot.cycle, Role.Kind.TRUSTEE))
    if not trustees:
        return Refusal("nobody_named", _("No trustee is named in the plan."))
    if threshold is not None and not 1 <= threshold <= trustees:
        words = {"number": trustees}
        return Refusal("bad_threshold", _("How many suffice is a number from 1 to %(number)d.") % words)
    return may_set_up(person, ballot)


def may_start_over(person: Any, ballot: Ballot) -> Refusal | None:
    """The whole ceremony again, before opening."""
    if not ballot.ceremonies.exists():
        return Refusal("no_ceremony", _("There is no key ceremony to start over."))
    return may_set_up(person, ballot)


def may_send_message(person: Any, ballot: Ballot) -> Refusal | None:
    """A trustee with a seat in the ceremony that is running."""
    running = queries.running_ceremony(ballot)
    if ballot.state != State.PREPARED or running is None:
        return Refusal("no_ceremony_runs", _("No key ceremony is running: this message was not taken."))
    if queries.seat_of(person, running) is None:
        return Refusal("not_in_ceremony", _("Only a trustee of this ceremony sends messages in it."))
    return None


def may_account(person: Any, ballot: Ballot) -> Refusal | None:
    """The scrutineer counts the slips that came back, after closing."""
    if ballot.state not in (State.CLOSED, State.COUNTED):
        return Refusal("slips_later", _("Slips are accounted for when the ballot is closed."))
    return years.may_in_role(person, ballot.cycle, Role.Kind.SCRUTINEER)


def may_open(person: Any, ballot: Ballot, reason: str = "") -> Refusal | None:
    """With trustees, credentials for every category, enough of them for secrecy, and what the rooms above ask for
    (a quorum), or a reason where the scheme takes one.
    """
    if ballot.state != State.PREPARED:
        return Refusal("not_prepared", _("The ballot is not waiting to be opened."))
    if not ballot.trustees_raw:
        return Refusal(
            "no_trustees", _("The trustees' public keys are missing: hold the key ceremony and upload them first.")
        )
    refusal = _too_small(ballot) or _wrong_stage(ballot) or years.may_in_role(person, ballot.cycle, *RUN_IT)
    return refusal or (None if reason.strip() and takes_reason(ballot) else _unmet(ballot))


def takes_reason(ballot: Ballot) -> bool:
    """Whether a recorded reason opens a ballot without quorum."""
    return queries.scheme_of(ballot).ballot.quorum == "reason"


def _unmet(ballot: Ballot) -> Refusal | None:
    return None if queries.scheme_of(ballot).ballot.quorum == "none" else opening.unmet(ballot.cycle)


def _wrong_stage(ballot: Ballot) -> Refusal | None:
    if ballot.cycle.stage == Cycle.Stage.MEETING:
        return None
    return Refusal("not_in_meeting", _("The ballot is opened in the meeting: open the meeting first."))


def _too_small(ballot: Ballot) -> Refusal | None:
    floor = queries.scheme_of(ballot).ballot.floor
    parts = queries.categories(ballot)
    if not any(category.electorate for category in parts):
        return Refusal(
            "no_credentials", _("The public credentials are missing: make the slips and upload the public list first.")
        )
    small = [category.code for category in parts if not category.withheld and _few(category, floor)]
    if not small:
        return None
    words = {"categories": ", ".join(small), "floor": floor}
    return Refusal(
        "below_floor", _("Category %(categories)s has fewer than %(floor)d slips: merge it into another first.") % words
    )


def _few(category: Category, floor: int) -> bool:
    """Whether too few can vote in a category; one that has only paper needs no slips."""
    slips, sheets = category.electorate, category.paper_issued
    return slips < floor and not (slips == 0 and sheets >= floor)


def may_merge(person: Any, ballot: Ballot, source: Category, target: Category) -> Refusal | None:
    """A category that is too small joins another of its group before opening."""
    if source == target or source.withheld or target.withheld:
        return Refusal("no_merge", _("Choose two different categories that are still there."))
    if source.group != target.group:
        words = {"source": source.code, "target": target.code}
        sentence = _("%(source)s and %(target)s vote on different groups: a category joins another of its own group.")
        return Refusal("other_group", sentence % words)
    return may_set_up(person, ballot)


CLOSED = Refusal("closed", _("The ballot is closed: this ballot was not taken."))


def was_opened(ballot: Ballot) -> Refusal | None:
    """Whether voting has begun: before that nothing is taken. Whether it has ended, the box says."""
    if ballot.state != State.PREPARED:
        return None
    return Refusal("not_open", _("The ballot is not open yet."))


def may_close(person: Any, ballot: Ballot) -> Refusal | None:
    if ballot.state != State.OPEN:
        return Refusal("not_open", _("The ballot is not open."))
    return years.may_in_role(person, ballot.cycle, *RUN_IT)


def may_finish_year(cycle: Cycle) -> Refusal | None:
    """Registered with the year: a finished year takes no ballots and no closing."""
    ballot = queries.ballot_of(cycle)
    if ballot and ballot.state == State.OPEN:
        return Refusal("ballot_open", _("The ballot is open: close it first, then finish the year."))
    return None


def may_check_again(person: Any, ballot: Ballot) -> Refusal | None:
    """Whoever runs the ballot: the worker may have been cut off while it checked."""
    return years.may_in_role(person, ballot.cycle, *RUN_IT)


def may_tally(person: Any, ballot: Ballot) -> Refusal | None:
    """After closing, when everything in the box is checked; the server adds up and decrypts its part."""
    if ballot.state != State.CLOSED:
        return Refusal("not_closed", _("The ballot has to be closed before it is added up."))
    if boxing.added_up(ballot):
        return Refusal("added_up", _("The ballots are added up already; the trustees decrypt next."))
    left = held.pending(ballot)
    if left:
        return Refusal(
            "still_checking", _("%(number)d ballots are still being checked; wait a moment.") % {"number": left}
        )
    return years.may_in_role(person, ballot.cycle, *RUN_IT)


def may_decrypt(person: Any, category: Category) -> Refusal | None:
    """A trustee, once for each category, after it was added up."""
    trustee = queries.trustee_of(person, category.ballot)
    if trustee is None:
        return Refusal("not_trustee", _("Only a trustee of this ballot decrypts."))
    if refusal := _nothing_to_decrypt(category):
        return refusal
    if category.shares.filter(owner=trustee.owner).exists():
        return Refusal("share_twice", _("Your share for category %(code)s is there already.") % {"code": category.code})
    return None


def _nothing_to_decrypt(category: Category) -> Refusal | None:
    code = {"code": category.code}
    if category.ballot.state == State.VOID:
        return Refusal("void", _("The ballot is void."))
    if category.withheld:
        return Refusal("withheld", _("Too few ballots: this category is not opened."))
    if not category.tally_raw:
        return Refusal("not_added_up", _("Category %(code)s is not added up yet.") % code)
    if category.result_raw:
        return Refusal("decrypted", _("Category %(code)s is decrypted already; no more shares are needed.") % code)
    return None


def may_key_paper(person: Any, category: Category) -> Refusal | None:
    """A teller who does not report, after closing; two different ones (R66, R117)."""
    ballot = category.ballot
    if ballot.state != State.CLOSED:
        return Refusal("paper_later", _("Paper is counted after the ballot is closed and before the result."))
    if not category.paper_issued:
        return Refusal("no_paper", _("No paper was issued in category %(code)s.") % {"code": category.code})
    if cycles.REPORTER in cycles.roles_of(person, ballot.cycle):
        return Refusal("teller_reports", _("Whoever is evaluated does not count."))
    keyed = queries.batches(category)
    if keyed.keys() >= {1, 2}:
        return Refusal("keyed_twice", _("The sheets of this category are keyed twice already."))
    if any(batch.by_id == person.pk for batch in keyed.values()):
        return Refusal("same_teller", _("You keyed these sheets already: another teller has to key them, too."))
    return years.may_in_role(person, ballot.cycle, Role.Kind.TELLER)


def may_settle_paper(person: Any, category: Category) -> Refusal | None:
    """A scrutineer, where the two keyings differ."""
    keyed: dict[int, PaperBatch] = queries.batches(category)
    if category.ballot.state != State.CLOSED:
        return Refusal("paper_later", _("Paper is counted after the ballot is closed and before the result."))
    if not keyed.keys() >= {1, 2}:
        return Refusal("not_keyed_twice", _("The sheets have to be keyed by two tellers first."))
    if queries.settled_batch(category):
        return Refusal("settled", _("There is nothing to settle: the figures agree."))
    return years.may_in_role(person, category.ballot.cycle, Role.Kind.SCRUTINEER)


def may_have_record(person: Any, category: Category) -> Refusal | None:
    """The committee's circle, the trustees and the auditor, after the result (ballot.md, disclosure). Of a void ballot
    there is none: whoever had it beside that of the repetition could tell who voted differently.
    """
    if category.ballot.state == State.VOID:
        return Refusal("void", _("The ballot is void."))
    if not category.result_raw:
        return Refusal("no_record", _("The record of this category is not complete yet."))
    if person.is_authenticated and cycles.roles_of(person, category.ballot.cycle) & HOLD_RECORDS:
        return None
    if _in_circle(person, category.ballot, queries.scheme_of(category.ballot).circles.record):
        return _too_small_to_widen(category.ballot)
    return Refusal(
        "not_your_record", _("The record goes to the committee, the scrutineers, the trustees and the auditor.")
    )


def may_see_board(person: Any, ballot: Ballot) -> Refusal | None:
    """Everybody, unless the scheme keeps the board to those who have a part in the year."""
    if _in_circle(person, ballot, queries.scheme_of(ballot).circles.board):
        return None
    return Refusal("not_your_board", _("This year’s board is for those who take part: sign in to read it."))


def _in_circle(person: Any, ballot: Ballot, circle: str) -> bool:
    """Whether a circle of the scheme holds somebody: everybody, or whoever has a part in the year."""
    if circle == "attendees":
        return person.is_authenticated and bool(cycles.roles_of(person, ballot.cycle))
    return circle == "everybody"


def _too_small_to_widen(ballot: Ballot) -> Refusal | None:
    """A wider circle, in which reporters are, gets records only where reporters may see how marks are spread in every
    part: of one that is kept back, the rest and the own total would tell (docs/spec/ballot.md, disclosure).
    """
    least = queries.scheme_of(ballot).ballot.distribution
    if ballot.state == State.COUNTED and queries.smallest_counted(ballot) >= least:
        return None
    sentence = _("Records leave the circle of the count only when every category has %(number)d ballots.")
    return Refusal("too_small_to_widen", sentence % {"number": least})


# --- opinions -----------------------------------------------------------------------------------------------------


OPINIONS_LATE = Refusal("opinions_not_open", _("Opinions are taken while the ballot is open; this one was not taken."))


def may_post_opinion(ballot: Ballot) -> Refusal | None:
    """Whoever holds a slip, or a token, while the ballot is open."""
    if queries.box_of(ballot) is None:
        return Refusal("no_opinions", _("Opinions in words are not asked for with this ballot."))
    if ballot.state != State.OPEN:
        return OPINIONS_LATE
    return None


def may_open_opinions(person: Any, ballot: Ballot) -> Refusal | None:
    """A trustee, once, after closing, when there are enough of them."""
    trustee, box = queries.trustee_of(person, ballot), queries.box_of(ballot)
    if trustee is None:
        return Refusal("not_trustee", _("Only a trustee of this ballot decrypts."))
    if box is None or box.received is None or ballot.state not in (State.CLOSED, State.COUNTED):
        return Refusal("opinions_later", _("Opinions are opened after the ballots are added up."))
    if box.state == OpinionBox.State.TOO_FEW:
        return Refusal("too_few_opinions", _("Fewer than ten opinions: none was opened."))
    if box.state != OpinionBox.State.SEALED:
        return Refusal("opinions_opened", _("The opinions are opened already; no more parts are needed."))
    if box.shares.filter(owner=trustee.owner).exists():
        return Refusal("opening_twice", _("Your part of opening the opinions is there already."))
    return None


def may_moderate(person: Any, ballot: Ballot) -> Refusal | None:
    """A scrutineer who is not evaluated, from the opening of the opinions to their release."""
    box = queries.box_of(ballot)
    if box is None or box.state != OpinionBox.State.OPENED:
        return Refusal("nothing_to_read", _("There are no opinions that wait to be read."))
    if cycles.REPORTER in cycles.roles_of(person, ballot.cycle):
        return Refusal("moderator_reports", _("Whoever is evaluated does not read the opinions first."))
    return years.may_in_role(person, ballot.cycle, Role.Kind.SCRUTINEER)


def may_read_opinions(person: Any, ballot: Ballot) -> Refusal | None:
    """After the release: the circle of the count reads all of them, a reporter those on the own entry."""
    box = queries.box_of(ballot)
    if box is None or box.state != OpinionBox.State.RELEASED:
        return Refusal("not_released", _("Opinions are shown when a scrutineer has read and released them."))
    if cycles.roles_of(person, ballot.cycle) & (HOLD_RECORDS | {cycles.REPORTER}):
        return None
    return Refusal("not_your_opinions", _("Opinions go to those who see the count, and to each unit its own."))


def reads_every_opinion(person: Any, ballot: Ballot) -> bool:
    """Whether somebody reads the opinions on others, too; who only reports reads the own."""
    return bool(cycles.roles_of(person, ballot.cycle) & HOLD_RECORDS)
