"""What the room of accounts hands to the rooms below it."""

from shuping.core import jobs
from shuping.documents import kinds
from shuping.organisations import documents, taking


def register() -> None:
    kinds.register(documents.SHEET)
    jobs.register(taking.IMPORT)
