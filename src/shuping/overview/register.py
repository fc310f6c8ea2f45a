"""What the overview hands to the rooms below it: the papers that draw on several rooms."""

from shuping.core import jobs
from shuping.cycles import finished
from shuping.documents import kinds
from shuping.overview import documents, making


def register() -> None:
    for kind in documents.KINDS:
        kinds.register(kind)
    for work in (making.PAPER, making.YEAR_FILE):
        jobs.register(work)
    finished.takes("unit")  # of what a unit's file brings only the ledger is taken
    finished.takes("year-file", "take_year_file")
