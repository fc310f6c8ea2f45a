"""What the overview hands to the rooms below it: the papers that draw on several rooms."""

from shuping.core import jobs
from shuping.documents import kinds
from shuping.overview import documents, making


def register() -> None:
    for kind in documents.KINDS:
        kinds.register(kind)
    for work in (making.PAPER, making.YEAR_FILE):
        jobs.register(work)
