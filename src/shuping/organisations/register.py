"""What the room of accounts hands to the rooms below it."""

from shuping.documents import kinds
from shuping.organisations import documents


def register() -> None:
    kinds.register(documents.SHEET)
