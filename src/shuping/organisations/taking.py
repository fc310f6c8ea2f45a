"""Taking a workbook of units in from the page: twenty thousand rows are read, compared and written beside the pages."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shuping.core import clock, jobs
from shuping.core.jobs import Progress, Work
from shuping.core.refusals import FaultyRows, NotYours, ensure
from shuping.organisations import importing, queries, rules
from shuping.organisations.models import Organisation


def _root(person: Any, asked: dict[str, Any]) -> Organisation:
    root = queries.organisers_of(person).filter(pk=asked["organiser"]).first()
    if root is None:
        raise NotYours
    return root


def _take(person: Any, asked: dict[str, Any], _progress: Progress) -> list[str]:
    body, name, dry_run = jobs.kept(asked["file"]), asked["name"], asked["dry_run"]
    root = _root(person, asked)
    try:
        done = importing.import_tree(root, body=body, name=name, dry_run=dry_run, by=person, now=clock.now())
    except FaultyRows as refused:
        first = _("Nothing was taken in. Mend these rows and send the whole workbook again:")
        raise FaultyRows([first, *refused.faults]) from None
    return _told(done)


def _told(done: importing.Imported) -> list[str]:
    if done.nothing:
        return [_("The workbook says what is there already: nothing would change.")]
    counts = [_("Units"), _("People"), _("Posts"), _("Holders of posts"), _("Bodies"), _("Seats in bodies")]
    numbers = [getattr(done, kind) for kind in importing.KINDS]
    lines = [f"{what}: {number}" for what, number in zip(counts, numbers, strict=True)]
    if done.stored:
        return [_("The workbook is taken in."), *lines]
    first = _("Every row can be taken. Nothing was stored yet; this would be added or changed:")
    return [first, *lines, _("To take it in, send it once more without the tick.")]


IMPORT = Work(
    code="import_tree",
    check=lambda person, asked: ensure(rules.may_import(person, _root(person, asked))),
    make=_take,
    title=lambda asked: asked["name"],
    back=lambda _asked: reverse("tree"),
)
