"""The kinds of rule that a scheme's [[rule]] tables may name. A new kind is one class and one entry in `KINDS`."""

from scoring.rules.base import Rule
from scoring.rules.deduction import Deduction
from scoring.rules.distribution import Distribution
from scoring.rules.gates import Gate, Requirement, Satisfaction, Veto
from scoring.rules.share import ShareOfMarks
from scoring.rules.thresholds import Thresholds

__all__ = ["KINDS", "Rule"]

KINDS: dict[str, type[Rule]] = {
    "deduction": Deduction,
    "thresholds": Thresholds,
    "share": ShareOfMarks,
    "gate": Gate,
    "requirement": Requirement,
    "satisfaction": Satisfaction,
    "veto": Veto,
    "distribution": Distribution,
}
