"""Every page: forms carry their token, nothing inline, sentences without stray blanks."""

import re

import pytest

from tests.house import sentences

TEMPLATES = sorted(sentences.SITE.rglob("templates/**/*.html"))
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL | re.IGNORECASE)
POST = re.compile(r"""method=["']?post""", re.IGNORECASE)
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script of its own": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "htmx code": re.compile(r"\shx-on|hx-vals=[\"']js:", re.IGNORECASE),
}

every_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: f"{file.parent.name}/{file.name}")


def test_there_are_templates():
    assert len(TEMPLATES) > 20


@every_template
def test_a_form_that_posts_carries_its_token(template):
    posting = [form for form in FORM.findall(template.read_text("utf-8")) if POST.search(form)]

    assert [form for form in posting if "{% csrf_token %}" not in form] == []


@every_template
def test_a_form_has_a_name(template):
    opening = re.findall(r"<form\b[^>]*>", template.read_text("utf-8"))

    assert [form for form in opening if not re.search(r'\bid="(form-|\{)', form)] == []


@every_template
def test_nothing_is_inline(template):
    text = template.read_text("utf-8")

    assert [name for name, pattern in INLINE.items() if pattern.search(text)] == []


@every_template
def test_sentences_are_trimmed(template):
    tags = re.findall(r"\{%-?\s*blocktrans(?:late)?\b[^%]*%\}", template.read_text("utf-8"))

    assert [tag for tag in tags if " trimmed" not in tag] == []


@every_template
def test_nothing_is_called_safe(template):
    assert not re.search(r"\|\s*safe\b|autoescape\s+off", template.read_text("utf-8"))


@every_template
def test_what_listens_to_the_stream_is_not_what_is_replaced(template):
    """A second change during a fetch is kept at the element that fetches; it is lost when that one is replaced."""
    text = template.read_text("utf-8")

    assert [tag for tag in re.findall(r"<[^>]*\{% follow .*?>", text) if " id=" in tag] == []
    assert not re.search(r'hx-trigger="sse:|/live/\?topic', text), "topics are signed: {% follow … %}"
