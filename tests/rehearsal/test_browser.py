"""The players' browser reads pages as people see them."""

import httpx
import pytest

from shuping.rehearsal.browser import Page


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        ('<p role="alert">Wrong file.</p>', " | Wrong file."),
        ('<p role="alert" hidden>For a script.</p>', ""),
        ('<ul class="messages"><li class="error">Refused.</li></ul>', " | Refused."),
        ('<p class="error">Only red.</p>', ""),
    ],
)
def test_a_page_complains_by_what_is_to_be_seen(piece, said):
    request = httpx.Request("GET", "http://127.0.0.1/")
    page = Page(httpx.Response(200, html=f"<html><body>{piece}</body></html>", request=request))

    assert page.complaint() == said
