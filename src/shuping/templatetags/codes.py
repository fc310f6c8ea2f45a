"""Addresses as codes that a phone scans."""

import segno
from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def phone_address(path: str) -> str:
    """The whole address of a page, as somebody types it in."""
    return f"{settings.ADDRESS}{path}"


@register.simple_tag
def qr(text: str) -> SafeString:
    """The text as a QR code, a drawing that stands in the page itself (R40)."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(border=0, omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - segno draws squares: nothing of the text stands in it
