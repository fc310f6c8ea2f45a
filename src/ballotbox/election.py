"""The election: what is asked, in which group, under which public key. Its raw bytes are its identity."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from ballotbox.encoding import (
    JSON,
    base64_sha256,
    canonical,
    fields,
    integer,
    is_base58,
    items,
    strict_json,
    string,
)
from ballotbox.errors import Unsupported, WrongShape
from ballotbox.groups import Element, Group, group

_FIELDS = (
    "version",
    "description",
    "name",
    "group",
    "public_key",
    "questions",
    "uuid",
    "administrator",
    "credential_authority",
    "language",
)
_OPTIONAL = ("administrator", "credential_authority", "language")
_LIMIT = 1_000_000  # bytes of an election
_MOST_QUESTIONS = 1_000
_MOST_ANSWERS = 100


@dataclass(frozen=True)
class Question:
    """A homomorphic question: between `minimum` and `maximum` of the answers are marked."""

    question: str
    answers: tuple[str, ...]
    minimum: int = 1
    maximum: int = 1

    def json(self) -> dict[str, JSON]:
        return {"answers": list(self.answers), "min": self.minimum, "max": self.maximum, "question": self.question}


@dataclass(frozen=True)
class Election:
    """Use `parse` or `build`. The raw bytes are kept and never written anew."""

    raw: bytes
    uuid: str
    name: str
    description: str
    group: Group
    public_key: Element
    questions: tuple[Question, ...]
    fingerprint: str  # Base64 of SHA-256 of the raw bytes, 43 characters

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read an election. Raises NotCanonical, WrongShape, Unsupported, UnknownGroup, BadPoint, TooLarge."""
        where = "election"
        value = fields(strict_json(raw, where=where, limit=_LIMIT), _FIELDS, where=where, optional=_OPTIONAL)
        if value["version"] != 1 or type(value["version"]) is not int:
            raise Unsupported("Only version 1 of the protocol is known.", where=where)
        uuid = string(value["uuid"], where=f"{where}.uuid")
        if len(uuid) < 14 or not is_base58(uuid):
            raise WrongShape("The identifier must have at least 14 Base58 characters.", where=f"{where}.uuid")
        g = group(string(value["group"], where=f"{where}.group"))
        key = g.element(value["public_key"], where=f"{where}.public_key")
        g.check_member(key, where=f"{where}.public_key")
        g.prepare(key)
        return cls(
            raw=raw,
            uuid=uuid,
            name=string(value["name"], where=f"{where}.name"),
            description=string(value["description"], where=f"{where}.description"),
            group=g,
            public_key=key,
            questions=_questions(value["questions"]),
            fingerprint=base64_sha256(raw),
        )

    @classmethod
    def build(
        cls,
        *,
        uuid: str,
        name: str,
        description: str,
        group_name: str,
        public_key: str,
        questions: Sequence[Question],
        administrator: str | None = None,
        credential_authority: str | None = None,
    ) -> Self:
        """Write an election and read it back, so that what is built is what would be accepted."""
        value: dict[str, JSON] = {
            "version": 1,
            "description": description,
            "name": name,
            "group": group_name,
            "public_key": public_key,
            "questions": [question.json() for question in questions],
            "uuid": uuid,
        }
        if administrator is not None:
            value["administrator"] = administrator
        if credential_authority is not None:
            value["credential_authority"] = credential_authority
        return cls.parse(canonical(value))


def _questions(value: JSON) -> tuple[Question, ...]:
    listed = items(value, None, where="election.questions")
    if not 0 < len(listed) <= _MOST_QUESTIONS:
        raise WrongShape(f"There must be 1 to {_MOST_QUESTIONS} questions.", where="election.questions")
    return tuple(_question(item, where=f"election.questions[{i}]") for i, item in enumerate(listed))


def _question(value: JSON, *, where: str) -> Question:
    if isinstance(value, dict) and "type" in value:
        raise Unsupported("Only homomorphic questions are counted by this program.", where=where)
    question = fields(value, ("answers", "blank", "min", "max", "question"), where=where, optional=("blank",))
    if question.get("blank", False) is not False:
        raise Unsupported("Questions with a blank vote are not counted by this program.", where=where)
    answers = tuple(string(answer, where=where) for answer in items(question["answers"], None, where=where))
    if not 0 < len(answers) <= _MOST_ANSWERS:
        raise WrongShape(f"There must be 1 to {_MOST_ANSWERS} answers.", where=where)
    minimum = integer(question["min"], where=where, high=len(answers))
    maximum = integer(question["max"], where=where, low=minimum, high=len(answers))
    return Question(string(question["question"], where=where), answers, minimum, maximum)
