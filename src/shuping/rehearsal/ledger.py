"""A year of putting right, after the letters: half of what was named is closed, the rest is on its way or late."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from shuping.rehearsal.company import Company, moment

if TYPE_CHECKING:
    from shuping.rectification.models import Item

A_YEAR_LATER = moment(2023, 12, 4, 10)
PLANNED_ON = moment(2023, 1, 18, 10)
CAUSES = (
    "责任没有分解到岗位到人，督促检查不够经常。",
    "力量和经费主要用于新建，日常管理跟得不紧。",
    "有关部门各管一段，信息不通，没有形成合力。",
    "对政策的宣讲不够，基层干部掌握得不透。",
)
MEASURES = (
    "逐村逐社区建立清单，明确责任人和时限，每月调度一次。",
    "由分管负责同志牵头，按季度实地核查，结果在全系统通报。",
    "修订管理办法，把日常管护经费列入预算，并公开使用情况。",
    "分期分批培训到位，组织互查互学，年底逐项验收。",
)
TARGET = "年底前逐项验收，抽查合格率达到百分之九十五。"


@dataclass(frozen=True)
class Fate:
    """How far a problem comes in the year: its last step, and the day that its plan promises."""

    last: str
    due: date


FATES = (
    Fate("closed", date(2023, 6, 30)),
    Fate("in_progress", date(2023, 9, 30)),
    Fate("closed", date(2023, 8, 31)),
    Fate("planned", date(2024, 2, 29)),
    Fate("in_progress", date(2024, 3, 31)),
    Fate("closed", date(2023, 10, 31)),
)


def work_off(company: Company) -> None:
    """Work half of the ledger off and set the clock to the end of the year after (R93-R97).

    By the same actions as the pages, in a process of its own: over HTTP it would take as long as the year before it.
    """
    with get_context("spawn").Pool(1) as pool:
        pool.apply(_work_off, (company.cycle,))
    company.at(A_YEAR_LATER)


def _work_off(cycle: int) -> None:
    import django  # noqa: PLC0415 - in the new process only

    django.setup()
    from shuping.cycles import queries as cycles  # noqa: PLC0415 - its tables exist once Django is set up
    from shuping.cycles.models import Cycle  # noqa: PLC0415
    from shuping.rectification.models import Item  # noqa: PLC0415

    year = Cycle.objects.get(pk=cycle)
    people = {kind: cycles.people_with(year, kind)[0] for kind in ("secretariat", "commentator")}
    waiting = Item.objects.filter(cycle=year, state=Item.State.ISSUED).select_related("owner", "entry")
    of_units: dict[int, list[Item]] = defaultdict(list)
    for item in waiting.order_by("number"):
        of_units[item.entry_id].append(item)
    for items in of_units.values():
        for place, item in enumerate(items):
            bring(item, FATES[place % len(FATES)], place, people)


def bring(item: "Item", fate: Fate, place: int, people: dict[str, Any]) -> None:
    """Bring one issued item as far as its fate says; `people` are the secretariat's and whoever verifies."""
    from shuping.rectification import actions  # noqa: PLC0415 - its tables exist once Django is set up

    owner, secretary = item.owner, people["secretariat"]
    cause, measure = CAUSES[place % len(CAUSES)], MEASURES[place % len(MEASURES)]
    day = PLANNED_ON + timedelta(days=int(item.entry.number) % 9)
    item = actions.plan_item(item, cause=cause, measure=measure, target=TARGET, due=fate.due, by=owner, now=day)
    if fate.last == "planned":
        return
    actions.approve_plan(item, by=secretary, now=day + timedelta(days=6))
    actions.start_work(item, by=owner, now=day + timedelta(days=10))
    shown = datetime.combine(fate.due, day.timetz()) - timedelta(days=20)
    if shown < A_YEAR_LATER:
        actions.add_evidence(item, text=f"已开展：{measure}台账和现场记录备查。", by=owner, now=shown)
    if fate.last == "closed":
        _close(item, shown, people)


def _close(item: "Item", shown: datetime, people: dict[str, Any]) -> None:
    from shuping.rectification import actions  # noqa: PLC0415 - its tables exist once Django is set up

    actions.declare_done(item, by=item.owner, now=shown + timedelta(days=4))
    checked, opinion = shown + timedelta(days=11), "实地核查，整改到位，同意销号。"
    actions.verify_item(item, put_right=True, opinion=opinion, by=people["commentator"], now=checked)
    actions.close_item(item, by=people["secretariat"], now=checked + timedelta(days=2))
