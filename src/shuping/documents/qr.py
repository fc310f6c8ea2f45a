"""QR codes for papers."""

import io
from functools import lru_cache

import segno

MASK = 2  # the standard tries all eight for the best contrast, in four fifths of the time; readers take any
KEPT = 8  # drawings: a paper often has the same code on every half page


@lru_cache(maxsize=KEPT)
def svg(data: str) -> str:
    """A code as a drawing."""
    out = io.BytesIO()
    _code(data).save(out, kind="svg", border=2, scale=4)
    return out.getvalue().decode()


@lru_cache(maxsize=KEPT)
def png(data: str) -> bytes:
    """A code as a picture."""
    out = io.BytesIO()
    _code(data).save(out, kind="png", scale=8, border=2)
    return out.getvalue()


def _code(data: str) -> segno.QRCode:
    return segno.make(data, error="m", micro=False, mask=MASK)
