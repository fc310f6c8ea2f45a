"""What the overview hands to the rooms below it: the papers that draw on several rooms."""

from shuping.documents import kinds
from shuping.overview import documents


def register() -> None:
    for kind in documents.KINDS:
        kinds.register(kind)
