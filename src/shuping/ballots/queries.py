"""Questions about a ballot: its state, its turnout, its counts. None leads from a person to a ballot."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from functools import lru_cache
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import Max, Q, QuerySet

import ballotbox
from ballotbox import exchange
from ballotbox.trustees import Single
from scoring import Scheme
from shuping.ballots.models import (
    Ballot,
    CastBallot,
    Category,
    Ceremony,
    Count,
    Credential,
    Event,
    Opinion,
    OpinionBox,
    PaperBatch,
    Seat,
    Trustee,
)
from shuping.core.refusals import NotYours
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry

SETTLED = 3  # the third keying: what the scrutineer settled


def ballot_of(cycle: Cycle) -> Ballot | None:
    """The ballot of a year; of several, the newest: those before it are void."""
    return Ballot.objects.filter(cycle=cycle).select_related("cycle").first()


def public_ballot(identifier: str) -> Ballot:
    """The ballot at a public address. Raises NotYours."""
    found = Ballot.objects.filter(identifier=identifier).select_related("cycle").first()
    if found is None:
        raise NotYours
    return found


def categories(ballot: Ballot) -> list[Category]:
    return list(ballot.categories.all())


def category_of(ballot: Ballot, code: str) -> Category:
    """A category by its letter. Raises NotYours."""
    found = ballot.categories.filter(code=code).first()
    if found is None:
        raise NotYours
    return found


def credential_hash(identifier: str, public: str) -> str:
    """Under which a public credential is looked up: the same for a voter's ballot and for the list."""
    return hashlib.sha256(f"{identifier}|{public}".encode()).hexdigest()


def category_of_credential(ballot: Ballot, public: str) -> Category | None:
    found = Credential.objects.filter(public_hash=credential_hash(ballot.identifier, public), category__ballot=ballot)
    row = found.select_related("category").first()
    if row is None:
        return None
    row.category.ballot = ballot
    return row.category


def listed_credentials(ballot: Ballot, publics: Iterable[str]) -> set[tuple[int, str]]:
    """Which of these public credentials are on the lists of a ballot: keys of categories with the credential's hash."""
    hashes = [credential_hash(ballot.identifier, public) for public in publics]
    found = Credential.objects.filter(public_hash__in=hashes, category__ballot=ballot)
    return set(found.values_list("category", "public_hash"))


class CredentialsOf:
    """The public credentials of one category, asked one at a time unless they are among those `listed`."""

    def __init__(self, category: Category, identifier: str, listed: Container[tuple[int, str]] = ()) -> None:
        self.category = category
        self.identifier = identifier
        self.listed = listed

    def __contains__(self, public: object) -> bool:
        digest = credential_hash(self.identifier, str(public))
        if (self.category.pk, digest) in self.listed:
            return True
        return Credential.objects.filter(public_hash=digest, category=self.category).exists()


def trackers_of_slips(hashes: Iterable[str]) -> defaultdict[tuple[int, str], set[str]]:
    """The trackers of what was cast with these credentials, by category and credential's hash."""
    found: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    cast = CastBallot.objects.filter(credential_hash__in=list(hashes))
    for category, digest, tracker in cast.order_by().values_list("category", "credential_hash", "tracker"):
        found[category, digest].add(tracker)
    return found


def scheme_of(ballot: Ballot) -> Scheme:
    return cycles.scheme_of(ballot.cycle)


def answer_codes(scheme: Scheme) -> list[str]:
    """The codes of the answers in their order on every ballot: the grades, then no opinion."""
    return [*scheme.grade_codes, "no_opinion"]


def row_codes(scheme: Scheme) -> list[str]:
    """The codes of a row on paper: the answers, then invalid."""
    return [*answer_codes(scheme), "invalid"]


def rows(cycle: Cycle) -> QuerySet[Entry]:
    """The entries on the ballot: everybody who reports, orally or in writing (R43)."""
    return cycles.entries(cycle)


def rows_of(category: Category) -> QuerySet[Entry]:
    """The entries on the ballot of a category: where reporters stand in groups, those of its own (R11)."""
    found = rows(category.ballot.cycle)
    return found.filter(group=category.group) if category.in_groups else found


def election_of(category: Category) -> ballotbox.Election:
    """The election of a category that was opened, parsed once per process."""
    return _parsed(category.election_raw)


@lru_cache(maxsize=64)
def _parsed(raw: str) -> ballotbox.Election:
    return ballotbox.Election.parse(raw.encode())


def cast_ballots(category: Category) -> QuerySet[CastBallot]:
    """What is in the box, in the order of the chain."""
    return category.cast.filter(state=CastBallot.State.IN_BOX).order_by("height")


def counted_ballots(category: Category) -> list[CastBallot]:
    """The ballots that count: the last one of each credential."""
    # Without an order of its own: that of the chain would make a group of every single ballot.
    slips = cast_ballots(category).order_by().values("credential_hash")
    last = slips.annotate(last=Max("height")).values_list("last", flat=True)
    return list(cast_ballots(category).filter(height__in=list(last)))


def pending(ballot: Ballot) -> int:
    """How many ballots are received and not yet checked."""
    return CastBallot.objects.filter(category__ballot=ballot, state=CastBallot.State.RECEIVED).count()


def turnout(ballot: Ballot) -> list[dict[str, Any]]:
    """Per category: code, its group (None where it votes on everybody), names, electorate (slips), cast (credentials
    used), paper issued, height and head of the chain, fingerprint of the election. Never a result.
    """
    voted = CountOf("cast__credential_hash", distinct=True, filter=~Q(cast__state=CastBallot.State.SET_ASIDE))
    used = ballot.categories.order_by("code").values("code").annotate(voted=voted)
    cast = {row["code"]: row["voted"] for row in used}
    return [
        {
            "code": category.code,
            "group": category.group if category.in_groups else None,
            "zh": category.name_zh,
            "en": category.name_en,
            "name": category.name,
            "electorate": category.electorate,
            "cast": cast.get(category.code, 0),
            "paper": category.paper_issued,
            "height": category.height,
            "head": category.head,
            "fingerprint": election_of(category).fingerprint if category.election_raw else "",
        }
        for category in categories(ballot)
    ]


def trackers(category: Category) -> list[dict[str, Any]]:
    """The public list: every tracker of a category with its state, sorted by tracker and not by time."""
    found: QuerySet[Any, Any] = (
        category.cast.exclude(state=CastBallot.State.RECEIVED).order_by("tracker").values("tracker", "state", "height")
    )
    return list(found[:20_000])


def events(category: Category) -> QuerySet[Event]:
    return category.events.order_by("height")


def trustee_of(person: Any, ballot: Ballot) -> Trustee | None:
    return ballot.trustees.filter(person=person).first()


def need_trustee(person: Any, ballot: Ballot) -> Trustee:
    """This person's part of the key. Raises NotYours."""
    found = trustee_of(person, ballot)
    if found is None:
        raise NotYours
    return found


def running_ceremony(ballot: Ballot) -> Ceremony | None:
    return ballot.ceremonies.filter(state=Ceremony.State.RUNNING).first()


def latest_ceremony(ballot: Ballot) -> Ceremony | None:
    """The ceremony that runs, or the one that gave the keys."""
    return ballot.ceremonies.exclude(state=Ceremony.State.ABANDONED).first()


def seats(ceremony: Ceremony) -> list[Seat]:
    return list(ceremony.seats.select_related("person"))


def seat_of(person: Any, ceremony: Ceremony | None) -> Seat | None:
    return ceremony.seats.filter(person=person).first() if ceremony else None


def as_file(ceremony: Ceremony) -> exchange.Ceremonial:
    """A ceremony with its messages, which were checked when they came."""
    rows = seats(ceremony)
    group = ballotbox.group(ceremony.ballot.group)
    setting = exchange.Setting(ceremony.identifier, group, len(rows), ceremony.threshold)
    return exchange.Ceremonial(setting, tuple(seat.messages for seat in rows))


def step_of(rows: list[Seat]) -> int:
    """The step in which a ceremony is: the first that somebody has not done; 4 when everything is there."""
    return next((step for step in exchange.STEPS if not all(seat.messages[step - 1] for seat in rows)), 4)


def waited_for(rows: list[Seat]) -> list[Any]:
    """Who has not yet done the step that is due."""
    step = step_of(rows)
    return [seat.person for seat in rows if step in exchange.STEPS and not seat.messages[step - 1]]


def has_turn(person: Any, ballot: Ballot) -> bool:
    """Whether the ceremony waits for this person's message."""
    running = running_ceremony(ballot)
    rows = seats(running) if running and ballot.state == Ballot.State.PREPARED else []
    return person in waited_for(rows)


def slips_account(ballot: Ballot) -> list[dict[str, Any]]:
    """Per category with slips: code, name, made, used, returned and missing (both None until they are counted)."""
    rows = {row["code"]: row["cast"] for row in turnout(ballot)}
    return [slips_of(category, rows[category.code]) for category in categories(ballot) if category.electorate]


def slips_of(category: Category, used: int) -> dict[str, Any]:
    """The account of one category: made = used + returned + missing."""
    returned = category.slips_returned
    missing = None if returned is None else category.electorate - used - returned
    numbers = {"made": category.electorate, "used": used, "returned": returned, "missing": missing}
    return {"code": category.code, "name": category.name, **numbers}


def batches(category: Category) -> dict[int, PaperBatch]:
    """The keyings of a category's paper by their number: 1 and 2 by tellers, 3 as settled."""
    return {batch.keying: batch for batch in category.batches.select_related("by")}


def mismatches(first: PaperBatch, second: PaperBatch) -> list[tuple[str, int, int]]:
    """Where two keyings differ: (place, first, second); a place is a total's name or "entry grade"."""
    found = [
        (name, getattr(first, name), getattr(second, name))
        for name in ("issued", "returned", "unreturned", "void")
        if getattr(first, name) != getattr(second, name)
    ]
    for entry, row in first.rows.items():
        other = second.rows.get(entry, {})
        found += [(f"{entry} {code}", n, other.get(code, 0)) for code, n in row.items() if n != other.get(code, 0)]
    return found


def settled_batch(category: Category) -> PaperBatch | None:
    """The figures that count: what two tellers agree on, or what the scrutineer settled."""
    keyed = batches(category)
    if SETTLED in keyed:
        return keyed[SETTLED]
    if 1 in keyed and 2 in keyed and not mismatches(keyed[1], keyed[2]):
        return keyed[1]
    return None


def paper_missing(ballot: Ballot) -> list[str]:
    """The categories whose paper is not yet keyed twice and agreed on."""
    with_paper = [category for category in categories(ballot) if category.paper_issued]
    return [category.code for category in with_paper if settled_batch(category) is None]


def trustees_of(ballot: Ballot) -> ballotbox.Trustees:
    """The public part of all keys."""
    return ballotbox.Trustees.parse(ballot.trustees_raw.encode(), ballotbox.group(ballot.group))


def shares_needed(ballot: Ballot) -> int:
    """How many of the trustees have to decrypt beside the server."""
    listed = trustees_of(ballot)
    return max((member.threshold for member in listed.members if not isinstance(member, Single)), default=0)


def sums(ballot: Ballot) -> dict[str, Count]:
    """What was counted in each category, electronic and paper together."""
    return {row.category.code: row for row in _counts(ballot, Count.Source.SUM)}


def smallest_counted(ballot: Ballot) -> int:
    """The fewest ballots that any counted part has, electronic or paper, of any category; 0 before the count."""
    counted = Count.objects.filter(category__ballot=ballot, rows__isnull=False).exclude(source=Count.Source.SUM)
    return min(counted.values_list("cast", flat=True), default=0)


def _counts(ballot: Ballot, source: str) -> QuerySet[Count]:
    found = Count.objects.filter(category__ballot=ballot, source=source)
    return found.select_related("category__ballot__cycle")


def counts_for_scoring(cycle: Cycle) -> dict[str, Any]:
    """The "categories" of COUNTS.json: rows by entry, null where a category is withheld; empty before the count. Groups
    are joined under the scheme's category: a group that is withheld has null for each of its entries.
    """
    ballot = ballot_of(cycle)
    found: dict[str, Any] = {}
    for count in sums(ballot).values() if ballot else ():
        category = count.category
        if not category.in_groups:
            found[category.code] = count.rows
        else:
            found.setdefault(category.letter, {}).update(count.rows or dict.fromkeys(_numbers(category)))
    return found


def _numbers(category: Category) -> list[str]:
    return list(rows_of(category).values_list("number", flat=True))


def joined(ballot: Ballot) -> list[tuple[Category, Category]]:
    """Which category voted with which, the last one of a chain."""
    there = {part.pk: part for part in categories(ballot)}
    found = []
    for part in there.values():
        last = part
        while last.merged_into_id:
            last = there[last.merged_into_id]
        if last is not part:
            found.append((part, last))
    return found


def merged(cycle: Cycle) -> dict[str, Any]:
    """The "merged" of COUNTS.json: which category voted with which; of groups, for which entries."""
    ballot = ballot_of(cycle)
    found: dict[str, Any] = {}
    for part, last in joined(ballot) if ballot else ():
        if part.in_groups:
            found.setdefault(part.letter, {}).update(dict.fromkeys(_numbers(part), last.letter))
        else:
            found[part.code] = last.code
    return found


def ballot_report(cycle: Cycle) -> dict[str, Any]:
    """The "ballot" of results.json: per category (where there are groups, of each) issued, cast (electronic, after
    re-votes), paper (valid), counts.
    """
    ballot = ballot_of(cycle)
    if ballot is None:
        return {}
    electronic = {row.category.code: row for row in _counts(ballot, Count.Source.ELECTRONIC)}
    paper = {row.category.code: row for row in _counts(ballot, Count.Source.PAPER)}
    return {
        code: {
            "issued": count.category.electorate + count.category.paper_issued,
            "cast": electronic[code].cast,
            "paper": paper[code].cast,
            "counts": count.rows,
        }
        for code, count in sums(ballot).items()
    }


def add_rows(*parts: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Counts added up row by row, as totals per category (R69)."""
    whole: dict[str, Counter[str]] = {}
    for part in parts:
        for entry, row in part.items():
            whole.setdefault(entry, Counter()).update(row)
    return {entry: dict(row) for entry, row in whole.items()}


# --- opinions -----------------------------------------------------------------------------------------------------


def box_of(ballot: Ballot) -> OpinionBox | None:
    """The opinions of a ballot; None when it takes none, or has not been opened."""
    return OpinionBox.objects.filter(ballot=ballot).first()


def need_box(ballot: Ballot) -> OpinionBox:
    """The opinions of a ballot that takes some. Raises NotYours."""
    found = box_of(ballot)
    if found is None:
        raise NotYours
    return found


def opinions_released(cycle: Cycle) -> bool:
    """Whether the opinions of a year can be read."""
    return OpinionBox.objects.filter(ballot__cycle=cycle, state=OpinionBox.State.RELEASED).exists()


def election_of_box(box: OpinionBox) -> ballotbox.Election:
    """What opinions are sealed to, parsed once per process."""
    return _parsed(box.election_raw)


def open_to_opinions(ballot: Ballot, least: int) -> set[str]:
    """The entries on which opinions are kept: of a group, only where at least so many slips voted in it, because only
    they write on its entries.
    """
    voted: Counter[str | None] = Counter()
    for row in turnout(ballot):
        voted[row["group"]] += row["cast"]
    enough = [group for group, number in voted.items() if group is None or number >= least]
    return {entry.number for entry in rows(ballot.cycle) if None in enough or entry.group in enough}


def sealed_opinions(box: OpinionBox) -> list[bytes]:
    """What is to be opened, in the order of the hashes."""
    return [bytes(raw) for raw in box.sealed.order_by("digest").values_list("raw", flat=True)]


def opinions_by_entry(box: OpinionBox, *, holder: Any = None, shown: bool = True) -> list[tuple[Entry, list[Opinion]]]:
    """The opinions on each entry that has some, in an order by chance: those that are `shown` to everybody who may read
    them, or with those that were removed; of one holder's entry, or of all.
    """
    found: dict[str, list[Opinion]] = {}
    for opinion in box.opinions.order_by("pk").filter(**{"removed_because": ""} if shown else {}):
        found.setdefault(opinion.entry, []).append(opinion)
    listed = rows(box.ballot.cycle).filter(**{"holder": holder} if holder else {})
    return [(entry, found[entry.number]) for entry in listed if entry.number in found]


def removed_reasons(box: OpinionBox) -> list[tuple[str, int]]:
    """Why opinions were removed, and how many for each reason."""
    return sorted(Counter(box.opinions.exclude(removed_because="").values_list("removed_because", flat=True)).items())
