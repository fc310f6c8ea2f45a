"""Accounts that the secretariat hands out: one-time passwords, sheets, the forced change, closing."""

import json

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from shuping.core.models import Act
from shuping.core.refusals import Refused
from shuping.documents import kinds
from shuping.organisations import actions, documents, queries
from shuping.organisations.models import Person
from tests.builders import NOW, client_for, make_cycle, make_organisation, make_person

pytestmark = pytest.mark.django_db
NEW = {"username": "li.ming", "name_zh": "李明", "name_en": "Li Ming"}
OWN = "bamboo-on-the-hill"


@pytest.fixture
def world():
    return make_cycle()


def _handed_out(world, **given):
    return actions.hand_out_account(world.organiser, **(NEW | given), by=world.wei, now=NOW)


def _signed_in(username, password) -> Client:
    visitor = Client(headers={"accept-language": "en"})
    visitor.post(reverse("sign-in"), {"login": username, "password": password})
    return visitor


def test_an_account_is_opened_with_a_password_for_once(world):
    account, password = _handed_out(world)

    assert account.check_password(password)
    assert account.must_change_password
    assert account.kept_by == world.organiser


def test_passwords_are_drawn_each_time_and_can_be_read_from_paper():
    drawn = {actions.one_time_password() for _time in range(50)}

    assert len(drawn) == 50
    assert {len(password) for password in drawn} == {19}
    assert not set("".join(drawn)) & set("0O1lIi")


def test_a_real_site_keeps_passwords_by_argon2(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    person = Person(username="someone")
    person.set_password("a password")

    assert person.password.startswith("argon2$argon2id$")
    assert person.check_password("a password")


def test_no_act_and_no_log_holds_a_password(world, caplog):
    account, first = _handed_out(world)
    second = actions.reset_password(account, by=world.wei, now=NOW)
    actions.change_password(account, OWN, now=NOW)
    told = json.dumps(list(Act.objects.values("verb", "subject", "reason", "details"))) + caplog.text

    assert {"open_account", "reset_password", "change_password"} <= set(Act.objects.values_list("verb", flat=True))
    assert [password for password in (first, second, OWN) if password in told] == []


@pytest.mark.parametrize("name", ["lin", "chair", "ada", "zhou"])
def test_nobody_but_the_secretariat_opens_accounts(world, name):
    visitor = client_for(world.people[name])
    people = Person.objects.count()
    given = NEW | {"organiser": world.organiser.pk, "format": "pdf"}

    assert visitor.get(reverse("accounts")).status_code == 404
    assert visitor.post(reverse("open-account"), given).status_code == 404
    assert visitor.post(reverse("reset-password"), {"username": world.wei.username}).status_code == 404
    assert Person.objects.count() == people
    with pytest.raises(Refused):
        actions.hand_out_account(world.organiser, **NEW, by=world.people[name], now=NOW)


def test_whoever_looks_after_the_machine_gets_no_role_by_that(world):
    keeper = make_person("keeper")
    keeper.administers = True
    keeper.save()
    visitor = client_for(keeper)

    assert visitor.get(reverse("accounts")).status_code == 404
    assert visitor.get(reverse("cycle", args=[world.cycle.pk])).status_code == 404


def test_the_list_shows_the_people_of_the_organisers_years_and_the_new_ones(world):
    _handed_out(world)
    page = client_for(world.wei).get(reverse("accounts")).content.decode()

    assert world.lin.username in page
    assert "li.ming" in page
    assert world.zhou.username not in page


def test_the_answer_to_a_new_account_is_its_sheet(world):
    given = NEW | {"organiser": world.organiser.pk, "format": "docx"}
    answer = client_for(world.wei).post(reverse("open-account"), given)

    assert answer.headers["Content-Type"] == kinds.MIMETYPES["docx"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert Person.objects.get(username="li.ming").must_change_password


@pytest.mark.parametrize("username", ["Li Ming", "li/ming", "李明", "-li"])
def test_a_username_is_plain(world, username):
    given = NEW | {"organiser": world.organiser.pk, "format": "pdf", "username": username}
    page = client_for(world.wei).post(reverse("open-account"), given).content.decode()

    assert "Small letters, digits, dots, hyphens and underscores only" in page
    assert not Person.objects.filter(username=username).exists()


def test_a_username_is_given_once(world):
    _handed_out(world)
    given = NEW | {"organiser": world.organiser.pk, "format": "pdf"}
    page = client_for(world.wei).post(reverse("open-account"), given).content.decode()

    assert "Somebody else has this username" in page
    with pytest.raises(Refused, match="Somebody else"):
        _handed_out(world, username="LI.MING")


def test_a_sheet_holds_everything_for_the_first_sign_in(world, settings):
    settings.ADDRESS = "https://review.example"
    account, password = _handed_out(world)
    sheet = documents.access_sheet((documents.Access(account, password),), language="zh")

    assert {"李明", "li.ming", password, "https://review.example/sign-in/"} <= _texts(sheet)


def _texts(paper):
    flat, waiting = set(), [paper]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            flat.add(one)
        elif isinstance(one, tuple):
            waiting.extend(one)
        elif hasattr(one, "__dict__"):
            waiting.extend(vars(one).values())
    return flat


@pytest.mark.parametrize("language", ["zh", "en"])
def test_two_people_share_a_page(world, language):
    three = tuple(documents.Access(person, "abcd-efgh-jkmn-pqrs") for person in (world.lin, world.chair, world.ada))
    pdf = documents.render_access_sheet(three, language=language, format="pdf").body

    assert pdf.startswith(b"%PDF")
    assert b"/Type/Pages/Count 2" in pdf


def test_a_sheet_is_not_kept_in_memory(world):
    kept = kinds._body.cache_info().currsize
    documents.render_access_sheet((documents.Access(world.lin, "abcd"),), language="zh", format="docx")

    assert kinds._body.cache_info().currsize == kept


def test_everything_waits_for_an_own_password(world):
    _account, password = _handed_out(world)
    visitor = _signed_in("li.ming", password)

    assert visitor.get("/").headers["Location"] == reverse("own-password")
    assert visitor.post(reverse("open-account")).headers["Location"] == reverse("own-password")
    assert visitor.get(reverse("health")).status_code == 200
    assert "one-time password" in visitor.get(reverse("own-password")).content.decode()


def test_an_own_password_opens_the_rest_and_the_sheet_is_worth_nothing(world):
    _account, password = _handed_out(world)
    visitor = _signed_in("li.ming", password)
    given = {"old_password": password, "new_password1": OWN, "new_password2": OWN}

    assert visitor.post(reverse("own-password"), given).headers["Location"] == "/"
    assert visitor.get("/").status_code == 200
    assert _signed_in("li.ming", password).get("/").status_code == 302
    assert _signed_in("li.ming", OWN).get("/").status_code == 200


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [(None, "other than the old one"), ("short", "too short"), ("1234567890123", "entirely numeric")],
)
def test_a_weak_or_old_password_is_refused(world, chosen, sentence):
    _account, password = _handed_out(world)
    visitor = _signed_in("li.ming", password)
    given = {"old_password": password, "new_password1": chosen or password, "new_password2": chosen or password}

    assert sentence in visitor.post(reverse("own-password"), given).content.decode()
    assert Person.objects.get(username="li.ming").must_change_password


AROUND = ["li.ming-li.ming1", "Li_Ming_2026!!", "gnim-il-gnim-il", "李明李明李明李明李明", "MINGming12345"]


@pytest.mark.parametrize("chosen", AROUND)
@pytest.mark.parametrize(("language", "sentence"), [("en", "Besides your name"), ("zh-hans", "除本人姓名和用户名外")])
def test_a_password_around_the_name_is_refused(world, chosen, language, sentence):
    _account, password = _handed_out(world)
    visitor = _signed_in("li.ming", password)
    given = {"old_password": password, "new_password1": chosen, "new_password2": chosen}
    page = visitor.post(reverse("own-password"), given, headers={"accept-language": language}).content.decode()

    assert sentence in page


@pytest.mark.parametrize(
    ("username", "chosen", "sound"),
    [
        ("office", "office-office1", False),
        ("office", "officer-of-the-watch", True),
        ("lin", "bamboo-on-the-hill", True),
        ("li", "silicon-valley-9", True),
        ("", "bamboo-on-the-hill", True),
    ],
)
def test_what_is_left_besides_the_name_counts(username, chosen, sound):
    person = Person(username=username, name_zh="", name_en="")
    found = []
    try:
        validate_password(chosen, person)
    except ValidationError as refused:
        found = refused.error_list

    assert ("password_around_the_name" not in [one.code for one in found]) == sound


def test_a_new_password_ends_what_the_old_one_opened(world):
    account, _password = _handed_out(world)
    actions.change_password(account, OWN, now=NOW)
    visitor = _signed_in("li.ming", OWN)
    answer = client_for(world.wei).post(reverse("reset-password"), {"username": "li.ming", "format": "pdf"})

    assert answer.headers["Content-Type"] == "application/pdf"
    assert visitor.get("/").status_code == 302
    account.refresh_from_db()
    assert account.must_change_password
    assert not account.check_password(OWN)


def test_a_closed_account_is_shut_at_once_and_a_new_password_opens_it(world):
    account, _password = _handed_out(world)
    actions.change_password(account, OWN, now=NOW)
    visitor = _signed_in("li.ming", OWN)
    client_for(world.wei).post(reverse("close-account"), {"username": "li.ming"})
    account.refresh_from_db()

    assert visitor.get("/").status_code == 302
    assert _signed_in("li.ming", OWN).get("/").status_code == 302
    with pytest.raises(Refused, match="already closed"):
        actions.deactivate_account(account, by=world.wei, now=NOW)
    password = actions.reset_password(account, by=world.wei, now=NOW)
    assert _signed_in("li.ming", password).get("/").headers["Location"] == reverse("own-password")


@pytest.mark.parametrize("factors", ["", "on"])
def test_second_factors_stay_unless_they_are_to_go(world, factors):
    TOTP.activate(world.lin, "JBSWY3DPEHPK3PXP")
    given = {"username": world.lin.username, "format": "docx", "factors": factors}
    client_for(world.wei).post(reverse("reset-password"), given)

    assert world.lin.authenticator_set.exists() == (not factors)
    assert Act.objects.get(verb="reset_password").details == {"factors": bool(factors)}


def test_nobody_resets_the_own_account(world):
    with pytest.raises(Refused, match="your own password"):
        actions.reset_password(world.wei, by=world.wei, now=NOW)


def test_an_account_of_another_secretariat_is_its_own_affair(world):
    other = make_cycle()
    account, _password = _handed_out(world)
    account.roles.create(cycle=other.cycle, kind="observer")
    shared = make_person("shared")
    for cycle in (world.cycle, other.cycle):
        shared.roles.create(cycle=cycle, kind="observer")

    for one in (account, shared):
        assert one in queries.accounts_for(other.wei)
        with pytest.raises(Refused, match="Another secretariat"):
            actions.reset_password(one, by=other.wei, now=NOW)
    assert actions.reset_password(account, by=world.wei, now=NOW)


def test_an_account_is_opened_for_the_own_organisation_only(world):
    with pytest.raises(Refused, match="secretariat of a year's organiser"):
        actions.hand_out_account(make_organisation(), **NEW, by=world.wei, now=NOW)
