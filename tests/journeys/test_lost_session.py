"""A session that ends while somebody writes: in a real browser, from the form through the sign-in back to the form."""

from urllib.parse import parse_qs, urlsplit

import pytest

from shuping.rehearsal.example import cast
from tests.journeys.browsers import LAPTOP, barriers

pytestmark = pytest.mark.journey
WORDS = "Visit the three villages again before summer."
FIELD = "#id_text"


@pytest.fixture
def page(chromium, company):
    """The secretariat's browser at the duties of the year."""
    context = chromium.new_context(locale="en-GB", viewport=LAPTOP)
    page = context.new_page()
    page.faults, page.posts = [], []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("request", lambda request: page.posts.append(request.url) if request.method == "POST" else None)
    _sign_in(page, company, f"/c/{company.cycle}/duties/")
    yield page
    assert page.faults == []
    context.close()


def _sign_in(page, company, following, role="secretariat"):
    token = company.tokens[cast.organisation().roles[role][0]]
    page.goto(f"{company.address}/demo/{token}?next={following}")


def _write(page):
    page.select_option("#id_theme", index=1)
    page.fill(FIELD, WORDS)


def _spoil(page):
    """The token of the page is no longer the one of the session, as after a sign-in in another tab."""
    page.eval_on_selector("#form-assign-duty [name=csrfmiddlewaretoken]", "field => { field.value = 'x'.repeat(64) }")


def _following(page):
    return parse_qs(urlsplit(page.url).query)["next"][0]


class TestLostSession:
    def test_what_was_typed_is_there_again_after_the_sign_in(self, company, page):
        address = page.url
        _write(page)
        page.context.clear_cookies(name="sessionid")
        page.click("#form-assign-duty button")

        assert "what you sent was not taken" in page.text_content("#signed-out")
        assert page.is_visible("#typed-kept")
        assert barriers(page) == []
        _sign_in(page, company, _following(page))
        page.wait_for_selector("#typed-back:visible")

        assert page.url == address
        assert page.input_value(FIELD) == WORDS
        page.goto(address)
        assert page.input_value(FIELD) == ""

    def test_who_signs_in_as_somebody_else_does_not_see_what_was_typed(self, company, page):
        _write(page)
        page.context.clear_cookies(name="sessionid")
        page.click("#form-assign-duty button")
        assert page.is_visible("#typed-kept")
        _sign_in(page, company, _following(page), "clerk")

        assert page.evaluate("sessionStorage.getItem('shuping-typed')") is None
        assert WORDS not in page.content()

    def test_after_a_refusal_reloading_sends_nothing_and_the_words_are_kept(self, page):
        address = page.url
        _write(page)
        _spoil(page)
        page.click("#form-assign-duty button")

        assert page.get_attribute("#refusal", "data-code") == "old_form"
        assert barriers(page) == []
        sent = len(page.posts)
        page.reload()

        assert len(page.posts) == sent
        assert page.url == address
        assert page.input_value(FIELD) == WORDS

    def test_signing_out_forgets_what_was_typed(self, page):
        _write(page)
        _spoil(page)
        page.click("#form-assign-duty button")
        assert WORDS in page.evaluate("sessionStorage.getItem('shuping-typed')")
        page.click("#form-sign-out button")
        page.wait_for_selector("#form-sign-in")

        assert page.evaluate("sessionStorage.getItem('shuping-typed')") is None
