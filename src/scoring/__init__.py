"""The rules: a scheme and counts in, grades out, with the working. Nothing in here knows Django, a clock or a name.

What a scheme can say: docs/spec/scheme.md.
"""

from scoring.counts import Counts, merge
from scoring.disclosure import may_show_distribution, reaches_floor, short_parts
from scoring.evaluate import UNDETERMINED, EntryResult, ResultSheet, evaluate
from scoring.faults import CountsError, Fault, FaultyInput, PaperFault, SchemeError
from scoring.loading import builtin_scheme, load_scheme
from scoring.paper import check_paper_totals, compare_keyings
from scoring.reporters import Shown, reporters_view, reporters_working
from scoring.scheme import Scheme
from scoring.shares import largest_remainder
from scoring.steps import Step

__all__ = [
    "UNDETERMINED",
    "Counts",
    "CountsError",
    "EntryResult",
    "Fault",
    "FaultyInput",
    "PaperFault",
    "ResultSheet",
    "Scheme",
    "SchemeError",
    "Shown",
    "Step",
    "builtin_scheme",
    "check_paper_totals",
    "compare_keyings",
    "evaluate",
    "largest_remainder",
    "load_scheme",
    "may_show_distribution",
    "merge",
    "reaches_floor",
    "reporters_view",
    "reporters_working",
    "short_parts",
]
