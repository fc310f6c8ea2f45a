"""Power cuts at random moments of a vote: nothing acknowledged is lost; with a careless database something is.

Twenty cuts with 1,000 voters each, and five of the control (`--quick`: two with 100, and two): `synchronous=NORMAL`
on SQLite, `synchronous_commit=off` on PostgreSQL. What no sync covered is gone after a cut (tools/powercut.c). The last
line is JSON. Exit status 1 when something was lost, or when the control lost nothing: then the cut proves nothing.
"""

import random
import sys
from pathlib import Path

import hall
from report import promise, tell
from tests.faults import halls, load, trials

CUTS, CONTROLS, VOTERS = 20, 5, 1000
A_SECOND = 100  # voters
ROWS = 6


def main(arguments: list[str]) -> int:
    with hall.setting("Power cuts in mid-vote.", arguments) as setting:
        cuts, controls, voters = (2, 2, 100) if setting.quick else (CUTS, CONTROLS, VOTERS)
        made = halls.make(setting.place / "made", slips=voters, ballots=voters, rows=ROWS, cluster=setting.server)
        more, undo = trials.powered(made, setting.place)
        full = [_cut(made, setting, more, undo, weaker=False) for _number in range(cuts)]
        control = [_cut(made, setting, more, undo, weaker=True) for _number in range(controls)]
    lost_by_control = sum(lost for _acknowledged, lost in control)
    figures = {
        "database": setting.database,
        "cuts": cuts,
        "acknowledged": sum(acknowledged for acknowledged, _lost in full),
        "control_cuts": controls,
        "control_acknowledged": sum(acknowledged for acknowledged, _lost in control),
        "control_lost": lost_by_control,
    }
    promises = {
        "lost": promise(sum(lost for _acknowledged, lost in full), 0),
        "control_that_lost_nothing": promise(int(lost_by_control == 0), 0),
    }
    return tell("hall_power", figures, promises)


def _cut(made: halls.Made, setting: hall.Setting, more: dict[str, str], undo: Path, *, weaker: bool) -> tuple[int, int]:
    """How many ballots were acknowledged before the cut, and how many of them are gone."""
    trial, told = made.trial(setting.place / "data"), load.Told()
    over = len(made.ballots) / A_SECOND
    site = trial.site(**more)
    if weaker:
        site.program = ["-c", halls.WEAKER]
    site.start()
    try:
        moment = over * (0.5 + random.random() * 0.45)
        trials.vote_until(made, site.port, told, over=over, moment=moment, stop=lambda: trials.cut(made, site))
    finally:
        site.cut()
    trials.after_the_cut(made, undo)
    lost = len(set(told.acknowledged) - set(trial.stored()))
    hall.say(f"{'control' if weaker else 'cut'}: {len(told.acknowledged)} acknowledged, {lost} lost")
    return len(told.acknowledged), lost


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
