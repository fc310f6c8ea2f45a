"""Every page of the site that somebody of the year comes to, until every piece of it was seen."""

import re
from urllib.parse import urldefrag, urljoin, urlsplit

from django.urls import Resolver404, get_resolver, resolve

from shuping.rehearsal.browser import Page, Participant
from shuping.rehearsal.example import cast

NOT_PAGES = {"set_language", "account_logout", "live", "demo", "time", "busy"}
ELSEWHERE = {"opinions"}  # the example's scheme asks for none: test_keys_and_slips looks at this page
EACH = 2  # so many addresses of a kind in a year are read by everybody
FOR_VISITORS = ("/sign-in/", "/styleguide/", "/nowhere/", "/now/")


def _pages():
    """The names of the addresses that people read: they end with a stroke, or are a voter's slip. An address with two
    names goes by the first.
    """
    names = {}
    for room in get_resolver().url_patterns:
        for one in room.url_patterns:
            names.setdefault(str(one.pattern), one.name)
    read = {name for address, name in names.items() if address.endswith("/") or not address}
    return {"booth", *read} - NOT_PAGES - ELSEWHERE


PAGES = _pages()


def telling_pages(company, seen):
    """(username, path) of each page with a piece that is not in `seen` yet; the username is empty for visitors."""
    spec = cast.organisation()
    people = ["", *(names[0] for names in spec.roles.values()), *(unit.username for unit in company.units[:2])]
    for username in people:
        for path, page in _read_as(company, username):
            if fresh := _pieces(path, page) - seen:
                seen |= fresh
                yield username, path


def _read_as(company, username):
    """Follow the links from page to page: (path, page)."""
    visitor = company.person(username) if username else Participant(company.address)
    todo, met, how_often = ["/"] if username else _for_visitors(company), set(), {}
    while todo:
        path = todo.pop(0)
        kind = kind_of(path)
        if path in met or (kind[0] and kind[0] not in PAGES) or how_often.get(kind, 0) >= EACH:
            continue
        met.add(path)
        how_often[kind] = how_often.get(kind, 0) + 1
        answer = visitor.http.get(path)
        if "html" in answer.headers["content-type"]:
            page = Page(answer)
            todo += [_within(page, link) for link in page.links("/") if urlsplit(link).netloc == ""]
            yield path, page
    if not username:
        visitor.http.close()


def _for_visitors(company):
    meeting = company.open("meeting/").links("/hall/") + company.open("meeting/").links("/now/")
    board = company.open("ballot/").links("/b/")
    drawn = [f"{one}lots/" for one in meeting if one.startswith("/hall/")]
    return [*FOR_VISITORS, *meeting, *drawn, *board, *(one.replace("/b/", "/v/").rstrip("/") for one in board)]


def _within(page, link):
    parts = urlsplit(urljoin(page.address, urldefrag(link).url))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def kind_of(path):
    """The name of an address and its year; empty for an address that the site does not have."""
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return "", path
    return found.url_name, found.kwargs.get("cycle")


def _pieces(path, page):
    """What a page is put together from, whatever its texts are: elements with their classes, and forms; what stands
    around the content is the same everywhere.
    """
    name = kind_of(path)[0] or "nowhere"
    content = set(page.find("//main//*"))
    return {
        (name if one in content else "", page.status, one.tag, one.get("class"), _form(one))
        for one in page.tree.iter()
        if isinstance(one.tag, str)
    }


def _form(element):
    return re.sub(r"\d+", "", element.get("id") or "") if element.tag == "form" else ""
