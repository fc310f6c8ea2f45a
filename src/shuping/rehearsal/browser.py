"""A simulated participant: signs in by a link, reads pages, fills in the forms that stand on them."""

import time
from typing import Any

import httpx
from lxml import html

LOOK, LONGEST = 0.5, 300.0  # seconds between two looks at the page of something that is being made, and until it is


class Unexpected(Exception):
    """A page was not as a participant expects it."""


class Page:
    """A page as it was received."""

    def __init__(self, answer: httpx.Response) -> None:
        self.address = str(answer.url)
        self.status = answer.status_code
        self.text = answer.text
        self.tree = html.fromstring(answer.text, base_url=self.address) if answer.text.strip() else None

    def find(self, path: str) -> list[Any]:
        """What an XPath finds on the page."""
        return [] if self.tree is None else list(self.tree.xpath(path))

    def form(self, form_id: str) -> Any:
        """The form with this id. Raises Unexpected and names the forms that are there."""
        forms = {form.get("id"): form for form in self.forms()}
        if form_id not in forms:
            there = ", ".join(sorted(str(name) for name in forms))
            raise Unexpected(f"{self.address} has no {form_id}; it has: {there}{self.complaint()}")
        return forms[form_id]

    def forms(self) -> list[Any]:
        return [] if self.tree is None else list(self.tree.forms)

    def has(self, form_id: str) -> bool:
        """Whether the form is there and its button can be pressed."""
        form = next((form for form in self.forms() if form.get("id") == form_id), None)
        return form is not None and not form.xpath(".//button[@disabled]")

    def complaint(self) -> str:
        """What the page says is wrong, for error messages."""
        if self.tree is None:
            return ""
        said = self.tree.xpath(
            "//*[@role='alert'][not(@hidden)]//text() | //*[@class='messages']//*[contains(@class, 'error')]//text()"
        )
        return "".join(f" | {text.strip()}" for text in said if text.strip())

    def links(self, containing: str) -> list[str]:
        """The addresses of links that contain a text, in the order of the page."""
        found = [] if self.tree is None else self.tree.xpath("//a/@href")
        return list(dict.fromkeys(link for link in found if containing in link))


class Participant:
    """Somebody at the site, with a browser of their own."""

    def __init__(self, address: str, token: str = "") -> None:
        headers = {"accept-language": "zh-hans"}
        self.http = httpx.Client(base_url=address, follow_redirects=True, timeout=120, trust_env=False, headers=headers)
        if token:
            self.open(f"/demo/{token}")

    def open(self, path: str, *, expect: int = 200) -> Page:
        """Read a page. Raises Unexpected when its status is another one."""
        return self._page(self.http.get(path), expect)

    def submit(
        self,
        where: str | Page,
        form_id: str,
        *,
        files: dict[str, tuple[str, bytes]] | None = None,
        expect: int = 200,
        **fields: Any,
    ) -> Page:
        """Fill in a form of a page (an address, or a page that is open already) and send it.

        Fields that are not named keep what the page put there; an unknown one raises Unexpected.
        """
        page = self.open(where) if isinstance(where, str) else where
        form = page.form(form_id)
        given = self._filled(form, fields, files or {})
        address = httpx.URL(page.address).join(form.get("action") or "")
        if form.method == "GET":
            return self._page(self.http.get(address, params=given), expect)
        # lxml reads what a browser would send; httpx sends it.
        return self._page(self.http.post(address, data=given, files=files), expect)

    def _filled(self, form: Any, fields: dict[str, Any], files: dict[str, Any]) -> dict[str, Any]:
        names = {element.get("name") for element in form.xpath(".//*[@name]")}
        unknown = (fields.keys() | files.keys()) - names
        if unknown:
            raise Unexpected(f"{form.get('id')} has no field {', '.join(sorted(unknown))}; it has: {sorted(names)}")
        given: dict[str, Any] = {}
        for name, value in form.form_values():
            given.setdefault(name, []).append(value)
        return given | fields

    def _page(self, answer: httpx.Response, expect: int) -> Page:
        if answer.status_code != expect:
            page = Page(answer) if "html" in answer.headers.get("content-type", "") else None
            why = page.complaint() if page else answer.text[:200]
            raise Unexpected(f"{answer.request.method} {answer.url} answered {answer.status_code}, not {expect}{why}")
        page = Page(answer)
        if expect == 200 and page.complaint():
            raise Unexpected(f"{answer.url} complains{page.complaint()}")
        return page

    def ask(self, path: str) -> Any:
        """What a page's program asks the server for, as JSON. Raises Unexpected."""
        return self._json(self.http.get(path))

    def send(self, path: str, question: Any) -> Any:
        """What a page's program sends, as JSON, with the token that protects its forms. Raises Unexpected."""
        token = next((one.value for one in self.http.cookies.jar if one.name.endswith("csrftoken")), None)
        headers = {"X-CSRFToken": token or "", "Referer": str(self.http.base_url)}
        return self._json(self.http.post(path, json=question, headers=headers))

    def _json(self, answer: httpx.Response) -> Any:
        if not answer.is_success:
            raise Unexpected(f"{answer.request.method} {answer.url} answered {answer.status_code}: {answer.text[:200]}")
        return answer.json()

    def download(self, path: str) -> bytes:
        """The bytes of a file, however long it takes to be made. Raises Unexpected when it is not there."""
        answer = self.http.get(path)
        if not answer.is_success:
            raise Unexpected(f"{path} answered {answer.status_code}")
        if "html" not in answer.headers.get("content-type", ""):
            return answer.content
        return self.wait_for(Page(answer))

    def wait_for(self, page: Page) -> bytes:
        """Stay on the page of something that is being made until its file can be downloaded. Raises Unexpected."""
        until = time.monotonic() + LONGEST
        while not (found := page.find("//a[@id='made']/@href")):
            if not page.find("//progress") or time.monotonic() > until:
                raise Unexpected(f"{page.address} does not come to a file{page.complaint()}")
            time.sleep(LOOK)
            page = self.open(page.address)
        return self.download(found[0])
