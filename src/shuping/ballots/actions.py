"""The verbs of a ballot before and after voting: prepare, open, close, add up, decrypt. Casting is in `casting`.

Nothing here leads from a person to a ballot; acts record who opened and closed, never who voted.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

import ballotbox
from shuping.ballots import boxing, counting, halves, held, parts, posting, queries, rules
from shuping.ballots.models import Ballot, Category, Count, Credential, Event, Share, Trustee
from shuping.box import waking
from shuping.core import acts, datafolder, digests, live
from shuping.core.refusals import Refused, ensure, refuse
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry, Role

SERVER = 1  # the server is the first owner of a part of the key
UNREADABLE = (ballotbox.BallotboxError, ValueError, TypeError, AttributeError, RecursionError)  # an upload, if hostile


def note(
    verb: str,
    ballot: Ballot,
    *,
    by: Any,
    now: datetime,
    reason: str = "",
    decides: digests.Things | None = None,
    **details: Any,
) -> None:
    """Record an act on the ballot, and tell the pages that follow it."""
    about: dict[str, Any] = {"cycle": ballot.cycle_id, "reason": reason, "decides": decides}
    acts.record(verb, ballot, by=by, now=now, details=details, **about)
    live.announce(f"ballot-{ballot.pk}")
    live.announce(f"cycle-{ballot.cycle_id}")


def locked(ballot: Ballot) -> Ballot:
    """The ballot as it is now, held until the end of the transaction."""
    return Ballot.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=ballot.pk)


def locked_category(category: Category) -> Category:
    """A category as it is now; its ballot is locked first, as every verb does, so that two never wait for each other
    and the last of two that finish at once sees the other.
    """
    ballot = locked(category.ballot)
    fresh = Category.objects.select_for_update().get(pk=category.pk)
    fresh.ballot = ballot
    return fresh


@transaction.atomic
def prepare_ballot(cycle: Cycle, *, by: Any, now: datetime) -> Ballot:
    """Make the ballot with the scheme's categories, each for every group, and the server's own part of the key."""
    ensure(rules.may_prepare(by, cycle))
    scheme = cycles.scheme_of(cycle)
    ballot = Ballot.objects.create(cycle=cycle, identifier=ballotbox.new_identifier(), group=scheme.scheme.group)
    for part in parts.planned(cycle):
        Category.objects.create(
            ballot=ballot,
            code=part.code,
            scheme_code=part.scheme_code,
            group=part.group,
            name_zh=part.zh,
            name_en=part.en,
            weight=part.weight,
            uuid=ballotbox.new_identifier(),
        )
    server_key(ballot)
    note("prepare_ballot", ballot, by=by, now=now)
    return ballot


def server_key(ballot: Ballot) -> dict[str, Any]:
    """The server's own key: {"private", "public"}; made on first use in the keys folder, mode 0600."""

    def make() -> str:
        key = ballotbox.make_single_key(ballotbox.group(ballot.group))
        return json.dumps({"private": str(key.private), "public": key.public})

    key: dict[str, Any] = json.loads(datafolder.secret_file(settings.DATA / "keys" / f"{ballot.identifier}.json", make))
    return key


@transaction.atomic
def set_trustees(ballot: Ballot, *, pedersen: bytes, by: Any, now: datetime) -> Ballot:
    """Take the trustees' public part, as the ceremony made it. Refused when a proof in it does not hold."""
    ballot = locked(ballot)
    ensure(rules.may_set_up(by, ballot))
    ensure(halves.no_private_key(pedersen))
    try:
        item = json.loads(pedersen)
    except UNREADABLE as error:
        raise _no_ceremony(error) from error
    take_public_keys(ballot, item)
    note("set_trustees", ballot, by=by, now=now)
    return ballot


def take_public_keys(ballot: Ballot, item: Any) -> None:
    """Check the trustees' item beside the server's own key and keep it. Raises Refused."""
    try:
        listed = ballotbox.Trustees.build([server_key(ballot)["public"], item], ballotbox.group(ballot.group))
        listed.verify()
    except UNREADABLE as error:
        raise _no_ceremony(error) from error
    people = cycles.people_with(ballot.cycle, Role.Kind.TRUSTEE)
    if len(people) != len(listed.owners) - 1:
        words = {"keys": len(listed.owners) - 1, "people": len(people)}
        raise refuse(
            "trustees_differ",
            _("The ceremony made %(keys)d keys, but %(people)d trustees are named in the plan.") % words,
        )
    ballot.trustees_raw = listed.raw.decode()
    ballot.save(update_fields=["trustees_raw"])
    _keep_trustees(ballot, listed, people)


def _no_ceremony(error: Exception) -> Refused:
    return unusable("bad_trustees", _("This is not the public part of a key ceremony for this ballot: %(why)s"), error)


def _keep_trustees(ballot: Ballot, listed: ballotbox.Trustees, people: list[Any]) -> None:
    ballot.trustees.all().delete()
    for number, (owner, person) in enumerate(zip(listed.owners, [None, *people], strict=True), 1):
        Trustee.objects.create(ballot=ballot, owner=number, person=person, verification_key=owner.public_key)


def unusable(code: str, sentence: Any, error: Exception) -> Refused:
    """A refusal that says what is wrong with something that was sent in."""
    return refuse(code, sentence % {"why": str(error)[:200]})


@transaction.atomic
def set_credentials(
    ballot: Ballot, *, listed: bytes, paper_issued: dict[str, int], by: Any, now: datetime
) -> dict[str, int]:
    """Take the public halves of the slips: {"A": [...], ...} as `ballotbox credentials` wrote it.

    Returns how many there are of each category.
    """
    ballot = locked(ballot)
    ensure(rules.may_set_up(by, ballot))
    ensure(halves.no_private_slip(listed))
    by_category = _read_credentials(ballot, listed)
    Credential.objects.filter(category__ballot=ballot).delete()
    for category in queries.categories(ballot):
        publics = by_category.get(category.code, [])
        Credential.objects.bulk_create(
            Credential(category=category, public=public, public_hash=queries.credential_hash(ballot.identifier, public))
            for public in sorted(publics)
        )
        category.electorate, category.paper_issued = len(publics), paper_issued.get(category.code, 0)
        category.withheld, category.merged_into = False, None  # a new list undoes what was merged with the old one
        category.save(update_fields=["electorate", "paper_issued", "withheld", "merged_into"])
    numbers = {code: len(publics) for code, publics in by_category.items()}
    note("set_credentials", ballot, by=by, now=now, slips=numbers, paper=paper_issued)
    return numbers


def _read_credentials(ballot: Ballot, listed: bytes) -> dict[str, list[str]]:
    group = ballotbox.group(ballot.group)
    known = {category.code for category in queries.categories(ballot)}
    try:
        table = json.loads(listed)
        weights = ballotbox.check_credentials(group, [public for publics in table.values() for public in publics])
        if set(weights.values()) - {1}:
            raise ballotbox.Unsupported("Every slip counts once; a list with weights is not taken.")
    except UNREADABLE as error:
        raise unusable(
            "bad_credentials", _("This is not a list of public credentials for this ballot: %(why)s"), error
        ) from error
    unknown = sorted(set(table) - known)
    if unknown:
        words = {"code": ", ".join(unknown), "known": ", ".join(sorted(known))}
        raise refuse("unknown_category", _("This ballot has no category %(code)s; it has: %(known)s.") % words)
    return {code: list(publics) for code, publics in table.items()}


@transaction.atomic
def merge_categories(ballot: Ballot, source: Category, target: Category, *, by: Any, now: datetime) -> None:
    """Let a category that is too small for secrecy vote with another; its slips stay good."""
    ballot = locked(ballot)
    ensure(rules.may_merge(by, ballot, source, target))
    source.credentials.update(category=target)
    target.electorate += source.electorate
    target.paper_issued += source.paper_issued
    target.save(update_fields=["electorate", "paper_issued"])
    source.electorate, source.paper_issued, source.withheld, source.merged_into = 0, 0, True, target
    source.save(update_fields=["electorate", "paper_issued", "withheld", "merged_into"])
    note("merge_categories", ballot, by=by, now=now, source=source.code, target=target.code)


def open_ballot(ballot: Ballot, *, reason: str = "", by: Any, now: datetime) -> Ballot:
    """Fix the elections, trustees and credentials, write the first event of each chain, and open; then lay the box. A
    `reason` opens it without quorum where the scheme takes one; it is recorded.
    """
    opened = _open(ballot, reason=reason, by=by, now=now)
    boxing.lay(opened)
    return opened


@transaction.atomic(durable=True)
def _open(ballot: Ballot, *, reason: str, by: Any, now: datetime) -> Ballot:
    ballot = locked(ballot)
    ensure(rules.may_open(by, ballot, reason))
    trustees = queries.trustees_of(ballot)
    for category in queries.categories(ballot):
        if category.electorate:
            _fix_election(ballot, category, trustees)
    if queries.scheme_of(ballot).ballot.opinions:
        named = _election(
            ballot,
            trustees,
            queries.rows(ballot.cycle),
            uuid=ballotbox.new_identifier(),
            description="意见 / Opinions",
            name=("意见", "Opinions"),
        )
        posting.make_box(ballot, named)
    ballot.state = Ballot.State.OPEN
    ballot.save(update_fields=["state"])
    opened = [part for part in queries.categories(ballot) if part.electorate]
    note("open_ballot", ballot, by=by, now=now, reason=reason.strip()[:300], decides={"setup": opened, "slips": opened})
    return ballot


def append_event(category: Category, kind: str, payload: bytes | None) -> None:
    """Add an event to a category's chain, before or after it is in the box; the caller saves the category."""
    chain = ballotbox.Chain(height=category.height, head=category.head or None)
    event = chain.append(kind, payload)
    Event.objects.create(category=category, height=event.height, raw=event.raw.decode())
    category.height, category.head = event.height, event.hash


def _fix_election(ballot: Ballot, category: Category, trustees: ballotbox.Trustees) -> None:
    election = _election(
        ballot,
        trustees,
        queries.rows_of(category),
        uuid=category.uuid,
        description=category.both,
        name=(category.code, category.code),
    )
    category.election_raw = election.raw.decode()
    listed = list(category.credentials.order_by("public").values_list("public", flat=True))
    setup = ballotbox.setup_payload(election.raw, trustees.raw, ballotbox.credential_list(listed))
    append_event(category, "Setup", setup)
    category.save()


def _election(
    ballot: Ballot,
    trustees: ballotbox.Trustees,
    entries: Iterable[Entry],
    *,
    uuid: str,
    description: str,
    name: tuple[str, str],
) -> ballotbox.Election:
    zh, en = name
    return ballotbox.Election.build(
        uuid=uuid,
        name=f"{ballot.cycle.title_zh} · {zh} / {ballot.cycle.title_en} · {en}",
        description=description,
        group_name=ballot.group,
        public_key=trustees.public_key,
        questions=_questions(ballot, entries),
    )


def _questions(ballot: Ballot, entries: Iterable[Entry]) -> list[ballotbox.Question]:
    """The texts of the election: "zh / en" in one string, answers in scheme order, no opinion last."""
    scheme = queries.scheme_of(ballot)
    words: list[Any] = [*scheme.grade, scheme.ballot.no_opinion]
    answers = tuple(f"{word.zh} / {word.en}" for word in words)
    return [
        ballotbox.Question(question=f"{entry.number} {entry.unit_zh} / {entry.unit_en}", answers=answers)
        for entry in entries
    ]


def close_ballot(ballot: Ballot, *, by: Any, now: datetime) -> Ballot:
    """Close: the box's own mark first, which decides what arrived in time; what was received is still checked."""
    ensure(rules.may_close(by, Ballot.objects.select_related("cycle").get(pk=ballot.pk)))
    boxing.lay(ballot)
    boxing.shut(ballot)
    closed = _close(ballot, by=by, now=now)
    waking.ring(waking.AGAIN)
    return closed


@transaction.atomic
def _close(ballot: Ballot, *, by: Any, now: datetime) -> Ballot:
    ballot = locked(ballot)
    ensure(rules.may_close(by, ballot))
    ballot.state = Ballot.State.CLOSED
    ballot.save(update_fields=["state"])
    note("close_ballot", ballot, by=by, now=now, turnout={row["code"]: row["cast"] for row in queries.turnout(ballot)})
    return ballot


@transaction.atomic
def check_again(ballot: Ballot, *, by: Any, now: datetime) -> None:
    """Wake the worker once more, also for ballots whose check failed by itself."""
    ensure(rules.may_check_again(by, ballot))
    note("check_again", ballot, by=by, now=now)
    transaction.on_commit(partial(waking.ring, waking.AGAIN))


@transaction.atomic
def tally(ballot: Ballot, *, by: Any, now: datetime) -> Ballot:
    """Take the box over, add up each category that reaches the floor and decrypt the server's part; the others are
    never opened.
    """
    ballot = locked(ballot)
    ensure(rules.may_tally(by, ballot))
    boxing.take_over(ballot)
    private = int(server_key(ballot)["private"])
    floor = queries.scheme_of(ballot).ballot.floor
    for category in queries.categories(ballot):
        if category.electorate:
            _add_up(category, private, floor)
    posting.close_box(ballot, private)
    boxing.tidy_later()
    note("tally", ballot, by=by, now=now)
    finish_count(ballot, by=by, now=now)
    return ballot


def _add_up(category: Category, private: int, floor: int) -> None:
    append_event(category, "EndBallots", None)
    counted = queries.counted_ballots(category)
    category.withheld = len(counted) < floor
    if not category.withheld:
        election = queries.election_of(category)
        credentials = queries.CredentialsOf(category, category.ballot.identifier)
        parsed = [ballotbox.check_form(election, bytes(row.raw), credentials) for row in counted]
        added = ballotbox.encrypted_tally(election, parsed)
        category.tally_raw = added.raw.decode()
        append_event(category, "EncryptedTally", added.sized())
        share = ballotbox.partial_decryption(election, added, private, cast=len(counted), floor=floor)
        _keep_share(category, SERVER, share)
    category.save()


def _keep_share(category: Category, owner: int, raw: bytes) -> None:
    Share.objects.create(category=category, owner=owner, raw=raw.decode())
    append_event(category, "PartialDecryption", ballotbox.owned_payload(owner, raw))


def sum_of(category: Category) -> ballotbox.EncryptedTally:
    """The encrypted sum of a category as it is recorded."""
    number = len(queries.counted_ballots(category))
    return ballotbox.EncryptedTally.parse(
        queries.election_of(category), category.tally_raw.encode(), num_tallied=number
    )


@transaction.atomic
def add_share(category: Category, *, raw: bytes, by: Any, now: datetime) -> bool:
    """Take a trustee's share, checked before it is stored; True when the category is decrypted with it."""
    category = locked_category(category)
    ensure(rules.may_decrypt(by, category))
    ballot = category.ballot
    trustee = queries.trustee_of(by, ballot)
    assert trustee is not None
    election = queries.election_of(category)
    trustees = queries.trustees_of(ballot)
    added = sum_of(category)
    try:
        ballotbox.check_partial_decryption(election, trustees, added, trustee.owner, raw)
    except ballotbox.BallotboxError as error:
        raise unusable("bad_share", _("This share does not belong to this sum and your key: %(why)s"), error) from error
    _keep_share(category, trustee.owner, raw)
    decrypted = category.shares.count() > queries.shares_needed(ballot)
    if decrypted:
        shares = {share.owner: share.raw.encode() for share in category.shares.all()}
        result = ballotbox.combine(election, trustees, added, shares, added.num_tallied)
        category.result_raw = result.raw.decode()
        append_event(category, "Result", result.raw)
    category.save()
    note("add_share", ballot, by=by, now=now, category=category.code)
    finish_count(ballot, by=by, now=now)
    return decrypted


def finish_count(ballot: Ballot, *, by: Any, now: datetime) -> None:
    """When every sum is decrypted and the paper agreed on: counts per category, and the ballot is counted, by whoever
    took the last step.
    """
    found = queries.categories(ballot)
    waiting = [part for part in found if part.electorate and not part.withheld and not part.result_raw]
    if waiting or queries.paper_missing(ballot) or held.pending(ballot):
        return
    if not all(part.result_raw or part.withheld or not part.electorate for part in found):
        return
    for part in found:
        for source, cast, rows in counting.counts_of(part):
            Count.objects.update_or_create(category=part, source=source, defaults={"cast": cast, "rows": rows})
    ballot.state = Ballot.State.COUNTED
    ballot.save(update_fields=["state"])
    note("count_ballot", ballot, by=by, now=now, decides=_decided(found))


def _decided(parts: list[Category]) -> digests.Things:
    """What the count decides: the figures, and the chains that they came from."""
    counts = Count.objects.filter(category__in=parts)
    return {"count": list(counts), "chain": [part for part in parts if part.election_raw]}
