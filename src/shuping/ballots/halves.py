"""A private half that came to the server by mistake: told apart from what is public before anything reads it."""

import re

from django.utils.translation import gettext_lazy as _

from ballotbox.encoding import BASE58
from shuping.core.refusals import Refusal

_LETTER = f"[{BASE58}]".encode()
_EDGE = rb"[0-9A-Za-z]"
# XXXXX-XXXXXX-XXXXX-XXXXXX, or the same 22 characters in one piece: a slip's code, a trustee's seed.
_PRIVATE = re.compile(
    b"(?<!%(e)s)(?:%(l)s{5}-%(l)s{6}-%(l)s{5}-%(l)s{6}|%(l)s{22})(?!%(e)s)" % {b"e": _EDGE, b"l": _LETTER}
)
_KEY_WORDS = (b"decryption_key", b"trustee-key", b"trustee-seed", b'"private"')


def no_private_slip(raw: bytes) -> Refusal | None:
    """A public list holds no code of a slip."""
    if not _PRIVATE.search(raw):
        return None
    return Refusal(
        "private_half",
        _(
            "This file holds the private codes of slips, not their public halves. Whoever has read it on the way can "
            "vote with them: destroy these slips and make new ones. Nothing of it was kept."
        ),
    )


def no_private_key(raw: bytes) -> Refusal | None:
    """What a ceremony publishes holds no trustee's key and no seed."""
    if not _PRIVATE.search(raw) and not any(word in raw for word in _KEY_WORDS):
        return None
    return Refusal(
        "private_key",
        _(
            "This file holds a trustee's private key, not the public part. Whoever has read it on the way knows the "
            "key: start the ceremony over. Nothing of it was kept."
        ),
    )
