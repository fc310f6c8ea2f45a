"""A rule for passwords beside Django's: what everybody knows of somebody is no part of their password."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEFT = 8  # characters that have to be left besides the names
SHORTEST = 3  # of a name that is looked for: shorter ones stand in every word
KNOWN = ("username", "name_zh", "name_en")


class NotAroundTheName:
    """Take names out of the password: what is left has to be long enough. `office-office1` has one character."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when too little is left."""
        whole = _plain(password)
        left = whole
        for name in sorted(_names(user), key=len, reverse=True):
            left = left.replace(name, "").replace(name[::-1], "")
        if left != whole and len(left) < LEFT:
            raise ValidationError(self.get_help_text(), code="password_around_the_name")

    def get_help_text(self) -> str:
        """What a password has to be like."""
        words = {"number": LEFT}
        return _("Besides your name and your username it has at least %(number)s other letters or digits.") % words


def _plain(told: str) -> str:
    """Letters and digits only, large ones as small ones."""
    return re.sub(r"[\W_]+", "", told.casefold())


def _names(user: Any) -> set[str]:
    """What somebody is called, as a whole and in its parts."""
    found = set()
    for known in KNOWN:
        told = str(getattr(user, known, "") or "").casefold()
        found |= {_plain(told), *re.split(r"[\W\d_]+", told)}
    return {name for name in found if len(name) >= (SHORTEST if name.isascii() else 2)}
