"""What became of the slips: made = used + returned + missing, counted by the scrutineer after closing."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shuping.ballots import queries, rules
from shuping.ballots.actions import locked, note
from shuping.ballots.models import Ballot
from shuping.core.refusals import ensure, refuse


@transaction.atomic
def account_slips(ballot: Ballot, *, returned: dict[str, int], by: Any, now: datetime) -> list[dict[str, Any]]:
    """Keep how many unused slips of each category came back; what is missing follows. Returns the account."""
    ballot = locked(ballot)
    ensure(rules.may_account(by, ballot))
    used = {row["code"]: row["cast"] for row in queries.turnout(ballot)}
    for category in queries.categories(ballot):
        if category.electorate:
            _keep(category, used[category.code], returned.get(category.code))
    account = queries.slips_account(ballot)
    numbers = {row["code"]: [row["made"], row["used"], row["returned"], row["missing"]] for row in account}
    note("account_slips", ballot, by=by, now=now, slips=numbers)
    return account


def _keep(category: Any, used: int, returned: int | None) -> None:
    words = {"code": category.code, "made": category.electorate, "used": used}
    if returned is None:
        raise refuse("not_counted", _("Count the unused slips of category %(code)s, too; none is 0.") % words)
    if not 0 <= returned <= category.electorate - used:
        sentence = _(
            "Category %(code)s: %(made)d slips were made and %(used)d voted, so that many cannot have come back unused."
        )
        raise refuse("too_many_slips", sentence % words)
    category.slips_returned = returned
    category.save(update_fields=["slips_returned"])
