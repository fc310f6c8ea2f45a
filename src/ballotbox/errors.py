"""What the ballot box refuses, by name. Every refusal says where the fault is and what it is, in one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager


class BallotboxError(Exception):
    """A refusal. `code` is stable and meant for programs, `where` names the place, `str()` is for people."""

    code = "ballotbox"

    def __init__(self, sentence: str, *, where: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}" if self.where else self.sentence

    def __reduce__(self) -> tuple[object, ...]:
        """Survives the way back from a worker process."""
        return _rebuild, (type(self), self.sentence, self.where)


def _rebuild(kind: type[BallotboxError], sentence: str, where: str) -> BallotboxError:
    return kind(sentence, where=where)


class NotCanonical(BallotboxError):
    """The bytes are not the one accepted way to write this value."""

    code = "not_canonical"


class TooLarge(BallotboxError):
    code = "too_large"


class WrongShape(BallotboxError):
    """A field is missing, surplus, out of order or of the wrong kind; or a list has the wrong length."""

    code = "wrong_shape"


class Unsupported(BallotboxError):
    """Valid Belenios, but a feature that this program does not implement."""

    code = "unsupported"


class UnknownGroup(BallotboxError):
    code = "unknown_group"


class BadPoint(BallotboxError):
    """Not an element of the group of prime order, or its neutral element."""

    code = "bad_point"


class BadScalar(BallotboxError):
    code = "bad_scalar"


class BadProof(BallotboxError):
    code = "bad_proof"


class BadSignature(BallotboxError):
    code = "bad_signature"


class BadCredential(BallotboxError):
    """A private credential that is not written as one, or an identifier that is not one."""

    code = "bad_credential"


class UnknownCredential(BallotboxError):
    code = "unknown_credential"


class DuplicateCredential(BallotboxError):
    code = "duplicate_credential"


class DuplicateBallot(BallotboxError):
    code = "duplicate_ballot"


class WrongElection(BallotboxError):
    code = "wrong_election"


class BadChoices(BallotboxError):
    """The plaintext choices do not fit the questions."""

    code = "bad_choices"


class BadTrustees(BallotboxError):
    code = "bad_trustees"


class BadKeyFile(BallotboxError):
    code = "bad_key_file"


class BadTally(BallotboxError):
    code = "bad_tally"


class BadPartialDecryption(BallotboxError):
    code = "bad_partial_decryption"


class MissingPartialDecryption(BallotboxError):
    code = "missing_partial_decryption"


class FloorNotReached(BallotboxError):
    code = "floor_not_reached"


class BadResult(BallotboxError):
    code = "bad_result"


class BadRecord(BallotboxError):
    """The archive itself is damaged, or something is in it that does not belong there."""

    code = "bad_record"


class BrokenChain(BallotboxError):
    """An event is missing, surplus, altered or out of order."""

    code = "broken_chain"


@contextmanager
def located(place: str) -> Iterator[None]:
    """Refusals from inside name this place before their own."""
    try:
        yield
    except BallotboxError as refusal:
        where = f"{place}, {refusal.where}" if refusal.where else place
        raise type(refusal)(refusal.sentence, where=where) from None
