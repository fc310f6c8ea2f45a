"""Items at a state, made by the same steps as the real ones."""

from datetime import date

from shuping.cycles import queries as cycles
from shuping.cycles.followups import FollowUp
from shuping.rectification import actions
from shuping.rectification.models import Item
from tests.builders import NOW, World

STATEMENT = "三会一课流于形式；attendance was written up afterwards, in 2 of 5 units."
PLAN = {"cause": "No one looked", "measure": "Look every month", "target": "5 of 5", "due": date(2023, 5, 1)}


def make_item(world: World, entry: int = 0, source: str = "problem:1", **more) -> Item:
    """An issued problem of one of the world's entries."""
    followup = FollowUp(
        kind=more.pop("kind", "problem"),
        entry=world.entries[entry],
        source=source,
        source_text="Comment of the presiding officer",
        statement=more.pop("statement", STATEMENT),
        theme=more.pop("theme", cycles.themes(world.cycle)[0]),
        **more,
    )
    return actions.issue_item(followup, by=world.chair, now=NOW)


def lead_to(world: World, item: Item, state: str) -> Item:
    """Take the usual steps until the item is in a state."""
    owner, wei = item.owner, world.wei
    steps = {
        "planned": lambda: actions.plan_item(item, **PLAN, by=owner, now=NOW),
        "approved": lambda: actions.approve_plan(item, by=wei, now=NOW),
        "in_progress": lambda: actions.start_work(item, by=owner, now=NOW),
        "done": lambda: _declare(item),
        "verified": lambda: actions.verify_item(item, put_right=True, opinion="Seen", by=world.committee, now=NOW),
        "closed": lambda: actions.close_item(item, by=wei, now=NOW),
    }
    names = ["issued", *steps]
    for name in names[names.index(item.state) + 1 : names.index(state) + 1]:
        steps[name]()
        item.refresh_from_db()
        assert item.state == name
    return item


def _declare(item: Item) -> None:
    actions.add_evidence(item, text="Minutes of March", by=item.owner, now=NOW)
    actions.declare_done(item, by=item.owner, now=NOW)
