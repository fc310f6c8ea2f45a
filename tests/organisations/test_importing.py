"""Units, people, posts and bodies from a workbook: tried first, all rows or none, and back out unchanged (R113)."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shuping.core.models import Act, StoredFile
from shuping.core.refusals import FaultyRows, Refused
from shuping.organisations import actions, documents, importing, queries, workbook
from shuping.organisations.models import Body, Membership, Organisation, Person, Post, Term
from tests.builders import NOW, client_for, made, make_cycle, make_organisation, make_person

pytestmark = pytest.mark.django_db

UNITS = [["county", "", "region", "示范县委", "Model County"], ["town", "county", "town", "示范镇委", "Model Town"]]
PEOPLE = [["li.one", "李一（示例）", "Li One"], ["li.two", "李二（示例）", "Li Two"]]
POSTS = [
    ["county", "书记", "Secretary", "yes", "li.one", "2021-03-01"],
    ["town", "书记", "Secretary", "是", "li.two", "2022-01-10"],
]
BODIES = [
    ["county", "standing", "常委会", "Standing committee", "li.one", "书记", "Secretary"],
    ["county", "standing", "常委会", "Standing committee", "li.two", "委员", "Member"],
]


def book(units=UNITS, people=PEOPLE, posts=POSTS, bodies=BODIES) -> bytes:
    whole = openpyxl.Workbook()
    del whole[whole.sheetnames[0]]
    for title, header, rows in zip("1234", workbook.COLUMNS, (units, people, posts, bodies), strict=True):
        sheet = whole.create_sheet(title)
        for row in [list(header), *rows]:
            sheet.append(row)
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def send(client, world, body, *, before=lambda: None, **more) -> str:
    """Send a workbook by the page and read what came of it."""
    file = SimpleUploadedFile("tree.xlsx", body)
    answer = client.post("/units/", {"organiser": world.organiser.pk, "workbook": file, **more})
    before()
    made(client, answer)
    return client.get(answer["Location"]).content.decode()


def take(body, root=None, by=None, **given):
    return importing.import_tree(root, body=body, name="tree.xlsx", by=by, now=NOW, **given)


def counted():
    return [table.objects.count() for table in (Organisation, Person, Post, Term, Body, Membership, Act, StoredFile)]


def test_a_whole_tree_is_taken_in():
    done = take(book())

    town = Organisation.objects.get(code="town")
    assert (town.parent.code, town.name_en) == ("county", "Model Town")
    assert town in queries.subtree(Organisation.objects.get(code="county"))
    post = Post.objects.get(organisation=town)
    assert (post.head, post.terms.get().person.username, post.terms.get().starts) == (True, "li.two", date(2022, 1, 10))
    seats = Membership.objects.order_by("precedence").values_list("person__username", "precedence", "office_en")
    assert list(seats) == [("li.one", 1, "Secretary"), ("li.two", 2, "Member")]
    assert (done.units, done.people, done.posts, done.holders, done.seats) == (2, 2, 2, 2, 2)
    assert not Person.objects.get(username="li.one").has_usable_password()


def test_trying_stores_nothing_and_counts_the_same():
    before = counted()

    tried = take(book(), dry_run=True)

    assert counted() == before
    assert not tried.stored
    assert (tried.units, tried.people, tried.seats) == (2, 2, 2)


def test_the_same_workbook_again_changes_nothing():
    take(book())

    again = take(book())

    assert again.nothing
    assert (Organisation.objects.count(), Term.objects.count(), Membership.objects.count()) == (2, 2, 2)


def test_what_is_printed_is_taken_back_unchanged():
    take(book())

    back = take(documents.tree_file(Organisation.objects.get(code="county")).body)

    assert back.nothing


def test_an_empty_workbook_has_the_headers_and_no_rows():
    with pytest.raises(FaultyRows, match="no rows"):
        take(documents.tree_file(None).body)


def test_a_change_of_holder_ends_the_term_before():
    take(book())

    take(book(posts=[["town", "书记", "Secretary", "yes", "li.one", "2023-02-01"]]))

    terms = Term.objects.filter(post__organisation__code="town").order_by("starts")
    assert [(term.person.username, term.ends) for term in terms] == [
        ("li.two", date(2023, 1, 31)),
        ("li.one", None),
    ]


def test_members_change_places_in_one_go():
    take(book())

    take(book(bodies=[[*BODIES[1][:5], "书记", "Secretary"], [*BODIES[0][:5], "委员", "Member"]]))

    assert list(Membership.objects.order_by("precedence").values_list("person__username", flat=True)) == [
        "li.two",
        "li.one",
    ]


FAULTS = {
    "a cell is empty": ({"units": [["x", "", "", "", ""]]}, "Units, row 2: the cell “中文名称 / name_zh” is empty."),
    "a unit twice": ({"units": [*UNITS, UNITS[1]]}, "Units, row 4: the unit town stands twice."),
    "no such parent": ({"units": [["x", "nowhere", "", "甲", "A"]]}, "Units, row 2: there is no unit nowhere"),
    "a circle": (
        {"units": [["x", "y", "", "甲", "A"], ["y", "x", "", "乙", "B"]]},
        "Units, row 2: x belongs to itself",
    ),
    "a circle beside a way into it": (
        {"units": [["w", "x", "", "丙", "C"], ["x", "y", "", "甲", "A"], ["y", "x", "", "乙", "B"]]},
        "Units, row 3: x belongs to itself",
    ),
    "a person twice": ({"people": [*PEOPLE, PEOPLE[0]]}, "People, row 4: li.one stands twice."),
    "a bad username": ({"people": [["Li One", "李一", "Li"]]}, "People, row 2: “Li One” is no username"),
    "an unknown holder": ({"posts": [["town", "书记", "", "yes", "ghost", "2022-01-01"]]}, "Posts, row 2: nobody is"),
    "no day": ({"posts": [["town", "书记", "S", "yes", "li.one", ""]]}, "Posts, row 2: the day is missing"),
    "a bad day": ({"posts": [["town", "书记", "S", "yes", "li.one", "last year"]]}, "“last year” is no date"),
    "neither yes nor no": ({"posts": [["town", "书记", "S", "perhaps", "", ""]]}, "“perhaps” is neither yes nor no"),
    "a post of no unit": ({"posts": [["mars", "书记", "S", "yes", "", ""]]}, "Posts, row 2: there is no unit mars"),
    "a seat twice": ({"bodies": [BODIES[0], BODIES[0]]}, "Bodies, row 3: li.one stands twice in this body."),
    "too long": ({"people": [["li.one", "李" * 130, "Li"]]}, "“中文名称 / name_zh” is longer than 120 characters."),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_a_faulty_row_names_its_place_and_nothing_is_stored(case):
    changed, sentence = FAULTS[case]
    before = counted()

    with pytest.raises(FaultyRows) as refused:
        take(book(**changed))

    assert [fault for fault in refused.value.faults if sentence in fault]
    assert counted() == before


def test_every_fault_is_told_at_once():
    with pytest.raises(FaultyRows) as refused:
        take(book(units=[["x", "nowhere", "", "", ""]], people=[["Li One", "", ""]]))

    assert len(refused.value.faults) >= 4


def test_a_tree_of_seventeen_levels_is_too_deep():
    units = [[f"u{n}", f"u{n - 1}" if n else "", "", f"单位{n}", ""] for n in range(17)]
    before = counted()

    with pytest.raises(FaultyRows, match="too deep"):
        take(book(units=units, posts=[], bodies=[]))

    assert counted() == before


def test_a_secretariat_takes_in_its_own_tree_only():
    world = make_cycle(stage="draft")
    elsewhere, other = make_organisation(), make_person("elsewhere")
    mine = [["town-x", world.organiser.code, "town", "新镇", "New Town"]]

    done = take(book(units=mine, posts=[], bodies=[]), world.organiser, world.wei)

    assert done.units == 1
    assert Person.objects.get(username="li.one").kept_by == world.organiser
    with pytest.raises(FaultyRows, match="could belong to"):
        take(book(units=[["y", elsewhere.code, "", "甲", "A"]], posts=[], bodies=[]), world.organiser, world.wei)
    taken = [[elsewhere.code, world.organiser.code, "", "甲", "A"]]
    with pytest.raises(FaultyRows, match="belongs to a unit of another organisation"):
        take(book(units=taken, posts=[], bodies=[]), world.organiser, world.wei)
    people = [[other.username, "甲", "A"]]
    with pytest.raises(FaultyRows, match="belongs to somebody of another organisation"):
        take(book(units=[], people=people, posts=[], bodies=[]), world.organiser, world.wei)


def test_nobody_else_takes_anything_in():
    world = make_cycle(stage="draft")

    for person in (world.zhou, world.clerk, world.lin):
        with pytest.raises(Refused, match="kept by the secretariat"):
            take(book(), world.organiser, person)


def test_the_page_tries_then_takes_in():
    world = make_cycle(stage="draft")
    clerk = client_for(world.wei)
    body = book(units=[["town-x", world.organiser.code, "town", "新镇", "New Town"]], posts=[], bodies=[])

    tried = send(clerk, world, body, dry_run="on")
    assert "Nothing was stored yet" in tried
    assert "Units: 1" in tried
    assert not Organisation.objects.filter(code="town-x").exists()
    assert "The workbook is taken in." in send(clerk, world, body)
    assert Organisation.objects.filter(code="town-x").exists()
    assert "nothing would change" in send(clerk, world, body)
    assert clerk.get(f"/units/{world.organiser.pk}.xlsx").status_code == 200


def test_the_page_lists_every_fault():
    world = make_cycle(stage="draft")
    rows = [["mars", "书记", "S", "yes", "", ""], ["venus", "书记", "S", "yes", "", ""]]

    page = send(client_for(world.wei), world, book(posts=rows, units=[], bodies=[]))

    assert "Posts, row 2: there is no unit mars" in page
    assert "Posts, row 3: there is no unit venus" in page


def test_a_secretariat_that_lost_its_role_takes_nothing_in():
    world = make_cycle(stage="draft")
    body = book(units=[["town-x", world.organiser.code, "town", "新镇", "New Town"]], posts=[], bodies=[])

    page = send(client_for(world.wei), world, body, before=lambda: world.cycle.roles.all().delete())

    assert "your part in it has changed" in page
    assert not Organisation.objects.filter(code="town-x").exists()


def test_a_stranger_finds_no_such_page():
    world = make_cycle(stage="draft")

    assert client_for(world.zhou).get("/units/").status_code == 404
    assert client_for(world.zhou).get(f"/units/{world.organiser.pk}.xlsx").status_code == 404


def test_access_sheets_for_everybody_who_has_none_yet():
    world = make_cycle(stage="draft")
    take(book(units=[], posts=[], bodies=[]), world.organiser, world.wei)
    clerk = client_for(world.wei)

    assert "sheets of the 2 people" in clerk.get("/accounts/").content.decode()
    answer = clerk.post("/accounts/sheets", {"format": "pdf"})

    assert answer.content.startswith(b"%PDF")
    assert all(Person.objects.get(username=name).has_usable_password() for name in ("li.one", "li.two"))
    with pytest.raises(Refused, match="access sheet already"):
        actions.hand_out_passwords(by=world.wei, now=NOW)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_as_often_for_many_posts(rows, django_assert_num_queries):
    world = make_cycle(stage="draft", entries=rows)
    clerk = client_for(world.wei)
    clerk.get("/units/")

    with django_assert_num_queries(8):
        clerk.get("/units/")


def test_a_workbook_moves_no_unit():
    take(book())
    units = [["other", "county", "", "另一镇委", ""], ["town", "other", "town", "示范镇委", "Model Town"]]

    with pytest.raises(FaultyRows, match="Units, row 3: town belongs to another unit already"):
        take(book(units=units, posts=[], bodies=[]))


def test_a_name_is_corrected_by_the_secretariat_that_keeps_the_account():
    world = make_cycle("draft")
    head = make_person("head")
    post = actions.create_post(world.organiser, name_zh="书记", name_en="Secretary", head=True, by=None, now=NOW)
    actions.appoint(post, head, starts=date(2022, 1, 1), by=None, now=NOW)
    head.kept_by = make_organisation()
    head.save()
    people = [[head.username, "改名（测试）", "Renamed"]]

    with pytest.raises(FaultyRows, match="another secretariat keeps the account"):
        take(book(units=[], people=people, posts=[], bodies=[]), world.organiser, world.wei)
    same = [[head.username, head.name_zh, head.name_en]]
    assert take(book(units=[], people=same, posts=[], bodies=[]), world.organiser, world.wei).nothing


def test_a_body_that_is_only_renamed_is_a_change():
    take(book())
    renamed = [[*row[:3], "Standing body", *row[4:]] for row in BODIES]

    done = take(book(bodies=renamed))

    assert (done.bodies, done.seats) == (1, 0)


def _overtake(monkeypatch, act):
    """Let somebody act between comparing and writing."""
    plan = importing.Plan

    def overtaken(*given):
        found = plan(*given)
        act()
        return found

    monkeypatch.setattr(importing, "Plan", overtaken)


OVERTAKING = {
    "the same code": lambda: actions.found_organisation(
        code="town", kind="town", name_zh="镇", name_en="Town", parent=None, by=None, now=NOW
    ),
    "the same name": lambda: actions.open_account(username="li.one", name_zh="李", name_en="Li", by=None, now=NOW),
    "the next place": make_organisation,
}


@pytest.mark.parametrize("case", OVERTAKING)
def test_whoever_is_overtaken_is_told_and_nothing_is_stored(monkeypatch, case):
    _overtake(monkeypatch, OVERTAKING[case])

    with pytest.raises(Refused, match="Somebody else changed the same units meanwhile"):
        take(book())

    assert (Post.objects.count(), Membership.objects.count(), StoredFile.objects.count()) == (0, 0, 0)


def test_whoever_is_overtaken_by_an_appointment_is_told(monkeypatch):
    take(book())
    post, other = Post.objects.get(organisation__code="town"), make_person("other")
    _overtake(monkeypatch, lambda: actions.appoint(post, other, starts=date(2022, 5, 1), by=None, now=NOW))

    with pytest.raises(Refused, match="Somebody else changed the same units meanwhile"):
        take(book(posts=[["town", "书记", "Secretary", "yes", "li.one", "2023-02-01"]]))

    assert [term.person for term in Term.objects.filter(post=post, ends=None)] == [other]


def test_an_import_asks_as_often_for_many_units_as_for_few(django_assert_max_num_queries):
    units = [["top", "", "region", "某省委", "Province"]]
    units += [[f"u{number}", "top", "unit", f"单位{number}", f"Unit {number}"] for number in range(400)]
    people = [[f"p{number}", f"人{number}", f"Person {number}"] for number in range(400)]
    posts = [[f"u{number}", "书记", "Head", "yes", f"p{number}", "2022-01-01"] for number in range(400)]

    with django_assert_max_num_queries(40):
        done = take(book(units, people, posts, []))

    assert (done.units, done.people, done.posts, done.holders) == (401, 400, 400, 400)
    assert Organisation.objects.get(code="u399").path.endswith("000400")
