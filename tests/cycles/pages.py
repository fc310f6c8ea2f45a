"""Forms of a page, read as a browser reads them."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside, self.action = form_id, False, None
        self.values, self.select, self.area = {}, None, None

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self.inside = told.get("id") == self.form_id
            self.action = told.get("action") if self.inside else self.action
        if not self.inside or (tag != "option" and not told.get("name")):
            return
        if tag == "input":
            self._input(told)
        elif tag == "select":
            self.select = told["name"]
            self.values.setdefault(self.select, [])
        elif tag == "option" and self.select and ("selected" in told or not self.values[self.select]):
            self.values[self.select] = [told.get("value", "")]
        elif tag == "textarea":
            self.area = told["name"]
            self.values[self.area] = [""]

    def _input(self, told):
        kind = told.get("type", "text")
        if kind in {"checkbox", "radio"} and "checked" not in told:
            return
        if kind not in {"file", "submit"} and told["name"] != "csrfmiddlewaretoken":
            self.values.setdefault(told["name"], []).append(told.get("value", "on" if kind == "checkbox" else ""))

    def handle_data(self, data):
        if self.area:
            self.values[self.area][0] += data

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        if tag == "textarea":
            self.area = None
        if tag == "form":
            self.inside = False


def read_form(answer, form_id):
    """The address of a form and what it would send as it stands: name to list of values."""
    reader = _Reader(form_id)
    reader.feed(answer.content.decode())
    assert reader.action is not None or reader.values, f"no {form_id} on the page"
    return reader.action or "", reader.values
