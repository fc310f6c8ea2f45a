"""What is wrong in a scheme, in counts or in a tally sheet: where, as a code with parameters, and as a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from scoring.fault_words import FAULTS

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Fault:
    """One fault. `place` is a path such as "category[2].weight" (tables of a list are counted from 1), `code` is stable
    and meant for programs, `sentence()` is for people.
    """

    place: str
    code: str
    parameters: Mapping[str, str | int] = field(default_factory=dict)

    def sentence(self, lang: Language) -> str:
        """The place and what is wrong there, in one language."""
        text = FAULTS[self.code][lang].format(**self.parameters)
        return text if not self.place else f"{self.place}{'：' if lang == 'zh' else ': '}{text}"


class PaperFault(Fault):
    """Something that does not agree in the totals of paper sheets (R64, R68)."""

    @property
    def voids(self) -> bool:
        """True when the session has to be repeated: more sheets came back than were issued."""
        return self.code == "returned_above_issued"


class FaultyInput(ValueError):
    """Input that cannot be used, with every fault found in it; str() words them in English."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(fault.sentence("en") for fault in faults))
        self.faults = list(faults)

    def sentences(self, lang: Language) -> list[str]:
        """One sentence per fault."""
        return [fault.sentence(lang) for fault in self.faults]

    def __reduce__(self) -> tuple[type["FaultyInput"], tuple[list[Fault]]]:
        """Survives the way back from a worker process."""
        return type(self), (self.faults,)


class SchemeError(FaultyInput):
    """A scheme that cannot be used."""


class CountsError(FaultyInput):
    """Counts that cannot be used, or that do not fit the scheme."""
