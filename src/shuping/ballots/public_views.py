"""What needs no account: the booth, casting, the board. Booth and box set no cookie; nothing is logged."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

import ballotbox
from ballotbox import tokens
from shuping.ballots import asking, casting, held, posting, queries, rules, stored, trackers
from shuping.ballots.models import Ballot
from shuping.ballots.views import as_file
from shuping.core.refusals import NotYours, Refused, ensure
from shuping.core.text import in_both

LARGEST_QUESTION = 4_000  # bytes of a request that asks for an election
LONGEST_LENGTH = 12  # digits of a Content-Length; Python itself refuses to read more than 4,300
LARGEST_REQUEST = 60_000  # bytes of a request for tokens: 18 entries are 6 kB
LARGEST_BALLOT = 400_000  # bytes; 18 x 5 answers are 42 kB in Ed25519 and 130 kB in BELENIOS-2048

RETRY_AFTER = 2  # seconds; the booth adds chance to it
ASKED_AGAIN = {"one_at_a_time": 5}  # refusals that only ask for patience: the booth sends again after so many seconds

Answer = TypeVar("Answer")


def booth(request: HttpRequest, identifier: str) -> HttpResponse:
    """The booth's page; what stands behind '#' never reaches this function."""
    ballot = queries.public_ballot(identifier)
    context = {"ballot": ballot, "opinions": queries.scheme_of(ballot).ballot.opinions}
    return render(request, "ballots/booth.html", context)


def _error(code: str, sentence: Any, status: int) -> JsonResponse:
    """A refusal in both languages: a phone may be set to either."""
    return JsonResponse({"error": {"code": code, **in_both(sentence)}}, status=status)


def _body(request: HttpRequest, largest: int) -> bytes | None:
    """The request's body, or None when it is too large: then it is not even read. Of one that breaks off, nothing."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > LONGEST_LENGTH or int(length) > largest:
        return None
    try:
        return request.read(largest + 1)[: int(length)]
    except OSError:
        return b""


@csrf_exempt
@require_POST
@never_cache
def which(request: HttpRequest, identifier: str) -> JsonResponse:
    """Which election a public credential belongs to."""
    body = _body(request, LARGEST_QUESTION)
    if body is None:
        return _error("too_large", lambda: _("This is larger than any question can be."), 413)
    public = posting.credential_in(body)

    def tell() -> JsonResponse:
        told = asking.about(identifier, public) if public else None
        return JsonResponse(told) if told else _error("unknown_credential", _unknown_code, 404)

    return _answered(tell)


def _unknown_code() -> str:
    return _("This code is not known for this ballot. Check it, or ask at the desk.")


WORDS = {
    "unknown_credential": lambda: _("This slip is not one of this category. Check the code, or ask at the desk."),
    "wrong_election": lambda: _("This ballot belongs to another election."),
    "too_large": lambda: _("This is larger than any ballot can be. Reload the page and vote again."),
    "bad_token": lambda: _("This opinion came without a token of this ballot. Open the ballot with your slip again."),
    "bad_opinion": lambda: _("An opinion is sealed in one size; this one is not, or is too long."),
    "bad_signature": lambda: _("The ballot was changed on its way. Reload the page and vote again."),
}


@csrf_exempt
@require_POST
@never_cache
def cast(request: HttpRequest, identifier: str) -> JsonResponse:
    """Take a sealed ballot: 201 for a new one, 200 for one that is there already, an error with its name otherwise."""
    raw = _body(request, LARGEST_BALLOT)
    return answers(identifier, [raw])[0] if raw is not None else _error("too_large", WORDS["too_large"], 413)


def answers(identifier: str, raws: Sequence[bytes]) -> list[JsonResponse]:
    """What each of these bodies, posted to one ballot at the same time, is answered."""
    answered = _answered(lambda: [_receipt(outcome) for outcome in casting.cast(identifier, raws)])
    return answered if isinstance(answered, list) else [answered] * len(raws)


def _receipt(outcome: casting.Outcome) -> JsonResponse:
    if isinstance(outcome, casting.Receipt):
        return JsonResponse({"tracker": outcome.tracker, "received": True}, status=201 if outcome.new else 200)
    return _refused(outcome)


@csrf_exempt
@require_POST
@never_cache
def give_tokens(request: HttpRequest, identifier: str) -> JsonResponse:
    """Blind signatures for whoever proves to hold a slip."""

    def give(ballot: Ballot, raw: bytes) -> tuple[dict[str, Any], int]:
        return {"signatures": posting.give_tokens(ballot, raw)}, 200

    return _posted(request, identifier, LARGEST_REQUEST, give)


@csrf_exempt
@require_POST
@never_cache
def take_opinion(request: HttpRequest, identifier: str) -> JsonResponse:
    """Take a sealed opinion with its token: 201 for a new one, 200 for one that is there already."""

    def take(ballot: Ballot, raw: bytes) -> tuple[dict[str, Any], int]:
        return {"received": True}, 201 if posting.take_opinion(ballot, raw) else 200

    return _posted(request, identifier, tokens.LARGEST_OPINION, take)


def _posted(
    request: HttpRequest, identifier: str, largest: int, act: Callable[[Ballot, bytes], tuple[dict[str, Any], int]]
) -> JsonResponse:
    """What an act answers to a body, or the error with its name."""
    raw = _body(request, largest)
    if raw is None:
        return _error("too_large", WORDS["too_large"], 413)

    def take() -> JsonResponse:
        answer, status = act(queries.public_ballot(identifier), raw)
        return JsonResponse(answer, status=status)

    return _answered(take)


def _answered(take: Callable[[], Answer]) -> Answer | JsonResponse:
    """What is answered for a ballot, or the error with its name."""
    try:
        return take()
    except NotYours:
        return _error("no_ballot", lambda: _("There is no such ballot."), 404)
    except (Refused, ballotbox.BallotboxError) as error:
        return _refused(error)
    except DatabaseError:
        return busy()


def _refused(error: Refused | ballotbox.BallotboxError) -> JsonResponse:
    if isinstance(error, Refused):
        asked = ASKED_AGAIN.get(error.refusal.code)
        answer = _error(error.refusal.code, error.refusal.sentence, 503 if asked else 409)
        if asked:
            answer.headers["Retry-After"] = str(asked)
        return answer
    return _error(error.code, WORDS.get(error.code, _damaged), 400)


def busy() -> JsonResponse:
    """Disk full, or database away: nothing was taken; the booth keeps the ballot and sends it again by itself."""
    answer = _error("busy", lambda: _("The ballot could not be stored just now. It is sent again by itself."), 503)
    answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def _damaged() -> str:
    return _("The ballot arrived damaged and was not taken. Reload the page and vote again.")


def kept(request: HttpRequest, identifier: str) -> HttpResponse:
    """What is stored of a vote and who can see what, in plain words; for every voter, without an account."""
    ballot = queries.public_ballot(identifier)
    settings = queries.scheme_of(ballot).ballot
    context = {
        "ballot": ballot,
        "floor": settings.floor,
        "distribution": settings.distribution,
        "opinions": settings.opinions,
        "tables": [
            {"name": table.model.__name__.lower(), "title": table.title, "columns": table.columns.items()}
            for table in stored.KEPT
        ],
    }
    return render(request, "ballots/stored.html", context)


def record(request: HttpRequest, identifier: str, category: str) -> HttpResponse:
    """The record of a category, for a circle that the scheme has widened to people without an account."""
    part = queries.category_of(queries.public_ballot(identifier), category)
    ensure(rules.may_have_record(request.user, part))
    return as_file(part)


@csrf_exempt
def board(request: HttpRequest, identifier: str) -> HttpResponse:
    """The public board: trackers, turnout, height and head of each chain; never a result. A tracker is looked up by a
    POST, which changes nothing and has no token: in an address it would stand in the logs of proxies, beside a time.
    """
    ballot = queries.public_ballot(identifier)
    ensure(rules.may_see_board(request.user, ballot))
    asked = request.POST.get("tracker", "").strip()[: trackers.LONGEST]
    context = {
        "ballot": ballot,
        "turnout": queries.turnout(ballot),
        "lists": [(category, held.trackers(category)) for category in queries.categories(ballot)],
        "everybody": queries.scheme_of(ballot).circles.board == "everybody",
        "asked": asked,
        "answer": _looked_up(request, ballot, asked) if asked else None,
        "records": [part for part in queries.categories(ballot) if rules.may_have_record(request.user, part) is None],
    }
    return render(request, "ballots/board.html", context)


def _looked_up(request: HttpRequest, ballot: Ballot, asked: str) -> trackers.Answer:
    """What the board says; of another ballot only to whoever reads its board, too."""
    answer = trackers.look_up(ballot, asked)
    if answer.elsewhere and rules.may_see_board(request.user, answer.elsewhere):
        return trackers.Answer()
    return answer
