"""Codes of the places in the hall: printed on the card, scanned or typed at the door. They open nothing."""

import secrets

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is mistaken for another
LENGTH = 5


def new_codes(number: int) -> list[str]:
    """So many different codes."""
    found: set[str] = set()
    while len(found) < number:
        found.add("".join(secrets.choice(LETTERS) for _ in range(LENGTH)))
    return list(found)
