"""The secretariat sets the next year up in a browser; every post and every field that is typed or chosen is counted."""

import sys

MOST_POSTS, MOST_FIELDS = 25, 60


class Counted:
    """A page on which every post is counted, and every field that a hand changes."""

    def __init__(self, page):
        self.page, self.posts, self.fields = page, 0, 0
        page.on("request", self._sent)

    def _sent(self, request):
        self.posts += request.method == "POST"

    def fill(self, selector, text):
        self.page.fill(selector, text)
        self.fields += 1

    def choose(self, selector, **option):
        self.page.select_option(selector, **option)
        self.fields += 1

    def press(self, button):
        with self.page.expect_navigation(timeout=20_000):
            self.page.click(button)


def set_up(page, look):
    """From the step on the desk to the approved plan; returns (posts, fields)."""
    clerk = Counted(page)
    page.click("a[href^='/years/new/']")
    look(page, "new-year")
    clerk.fill("#form-new-year [name=meeting_on]", "2023-12-28")
    clerk.press("#form-new-year button")
    plan = page.url
    look(page, "new-year-draft")
    _change_who_reports(clerk)
    _set_dates_and_roles(clerk)
    page.click("a[href$='/duties/']")
    _set_duties(clerk, look)
    page.goto(plan)
    page.click("a[href$='/plan/scheme/']")
    look(page, "new-year-scheme")
    page.goto(plan)
    page.click("a[href$='/plan/ballot/']")
    look(page, "new-year-ballot")
    page.goto(plan)
    clerk.press("#form-approve-plan button")
    look(page, "new-year-approved")
    return clerk.posts, clerk.fields


def _change_who_reports(clerk):
    rows = clerk.page.locator("#form-entries tbody tr")
    clerk.fill(f"#form-entries [name$=-not_graded_because] >> nth={rows.count() - 1}", "任职不足半年")
    clerk.choose("#form-entries [name$=-mode] >> nth=0", value="written")
    clerk.press("#form-entries button")


def _set_dates_and_roles(clerk):
    clerk.fill("#form-calendar [name=day-report]", "-14")
    clerk.press("#form-calendar button")
    clerk.page.locator("#form-roles details", has=clerk.page.locator("[name=role-observer]")).locator("summary").click()
    clerk.page.locator("#form-roles [name=role-observer]:not(:checked)").first.check()
    clerk.fields += 1
    clerk.press("#form-roles button")


def _set_duties(clerk, look):
    themes = clerk.page.locator("#form-assign-duty [name=theme] option").evaluate_all(
        "all => all.map(one => one.value)"
    )
    for theme in filter(None, themes):
        clerk.choose("#form-assign-duty [name=theme]", value=theme)
        clerk.fill("#form-assign-duty [name=text]", "按年度计划履行职责。")
        clerk.fill("#form-assign-duty [name=target]", "年内完成")
        clerk.press("#form-assign-duty button")
    look(clerk.page, "new-year-duties")


def tell(capsys, language, posts, fields):
    with capsys.disabled():
        sys.stdout.write(f"\nnew year to approval ({language}): {posts} posts, {fields} fields\n")
