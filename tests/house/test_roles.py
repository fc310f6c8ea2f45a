"""Who may do what: the page says it, the rules hold it, and every address answers every role without a fault."""

import importlib
import importlib.util
import inspect
from itertools import product

import pytest
from django.db import models
from django.urls import get_resolver, reverse

from shuping.core.models import Act
from shuping.core.refusals import NotYours
from tests.builders import client_for
from tests.house import worlds
from tests.house.test_strangers import VALUES

ROOT = worlds.__file__.rpartition("/tests/")[0]
SPEC = importlib.util.spec_from_file_location("roles", f"{ROOT}/tools/roles.py")
roles = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(roles)
MATRIX = roles.matrix()
RULES = [(module, rule) for module, rules in MATRIX.items() for rule in rules]
MOST = 8  # rows of a table that are tried
pytestmark = pytest.mark.django_db


def test_the_page_says_what_the_rules_say():
    with open(f"{ROOT}/docs/roles.md", encoding="utf-8") as page:  # noqa: PTH123 - one line
        assert page.read() == roles.page(), "run tools/roles.py"


def test_whoever_counts_or_holds_a_key_does_nothing_else():
    let = {
        role: {f"{module}.{rule}" for module, rules in MATRIX.items() for rule in rules if role in rules[rule]}
        for role in roles.ROLES
    }

    assert let["teller"] == {"ballots.rules.may_key_paper"}
    assert let["trustee"] - {"ballots.rules.may_have_record"} <= {
        name for name in let["trustee"] if name.startswith("ballots.")
    }
    assert not let["auditor"] - {"ballots.rules.may_have_record", "organisations.rules.may_see_sign_ins"}
    assert not {name for name in let["scrutineer"] if not name.startswith("ballots.")}


def things(parameter, world):
    """What can be handed to a rule for one of its parameters; None where the test knows nothing to hand."""
    kind = parameter.annotation
    if inspect.isclass(kind) and issubclass(kind, models.Model):
        found = kind.objects.order_by("-pk")[:MOST]
        return [row for row in found if belongs(row, world)]
    if parameter.default is not inspect.Parameter.empty:
        return [parameter.default]
    return {"now": [worlds.WHEN], "step": list(worlds.STEPS), "speaker": [world.chair, world.commentator]}.get(
        parameter.name
    )


def belongs(row, world):
    cycle = getattr(row, "cycle_id", None) or getattr(getattr(row, "ballot", None), "cycle_id", None)
    return cycle in (None, world.cycle.pk)


def tried(rule, world):
    """Everything that a rule can be asked about in a world; empty where it needs what the test does not have."""
    parameters = list(inspect.signature(rule, eval_str=True).parameters.values())[1:]
    offered = [things(parameter, world) for parameter in parameters]
    return [] if None in offered else product(*offered)


def let_through(rule, world, person, arguments):
    parameters = list(inspect.signature(rule).parameters.values())[1:]
    named = {p.name: a for p, a in zip(parameters, arguments, strict=True) if p.kind is p.KEYWORD_ONLY}
    plain = [a for p, a in zip(parameters, arguments, strict=True) if p.kind is not p.KEYWORD_ONLY]
    try:
        return rule(person, *plain, **named) is None
    except (KeyError, NotYours):  # a step of another table, a turn of another agenda
        return False


@pytest.mark.parametrize("moment", worlds.MOMENTS)
def test_no_rule_lets_through_whom_the_page_does_not_name(moment):
    world = worlds.MOMENTS[moment]()
    wrong, let = [], 0
    for module, name in RULES:
        rule = getattr(importlib.import_module(f"shuping.{module}"), name)
        for arguments, (who, role) in product(list(tried(rule, world)), worlds.ROLES.items()):
            person = world.people[who]
            if let_through(rule, world, person, arguments):
                let += 1
                if not named(MATRIX[module][name], role, own=oneself(person, arguments)):
                    wrong.append((f"{module}.{name}", who, arguments))

    assert wrong == []
    assert let > 10


def named(granted, role, *, own):
    return (role in granted and role != "oneself") or ("oneself" in granted and own)


def oneself(person, arguments):
    """Whether something that was asked about is the person's own."""
    own = ("holder", "owner", "presiding", "by")
    return person in arguments or any(getattr(one, name, None) == person for one in arguments for name in own)


def addresses(world):
    """Every named address of the site, with the world's own keys where it needs some."""
    for entry in get_resolver().url_patterns:
        for pattern in getattr(entry, "url_patterns", [entry]):
            parts = pattern.pattern.converters
            known = VALUES | {"cycle": world.cycle.pk, "organiser": world.organiser.pk} | worlds.keys(world)
            if pattern.name and parts.keys() <= known.keys():
                yield pattern.name, reverse(pattern.name, kwargs={part: known[part] for part in parts})


SAFE = {200, 302, 400, 401, 403, 404, 405, 409, 429}


@pytest.mark.parametrize("moment", ["reporting", "in_session", "to_be_decided", "rectifying"])
def test_every_address_answers_every_role(moment):
    world = worlds.MOMENTS[moment]()
    found = dict(addresses(world))
    acts = Act.objects.count()
    assert len(found) > 90

    answers = {}
    for who in (*worlds.ROLES, "zhou"):
        client = client_for(world.people[who])
        for name, address in found.items():
            answers[who, name] = client.get(address).status_code

    assert {key: status for key, status in answers.items() if status not in SAFE} == {}
    assert Act.objects.count() == acts, "reading writes nothing"
    opened = {who: sum(answers[who, name] == 200 for name in found) for who in (*worlds.ROLES, "zhou")}
    assert opened["zhou"] < opened["teller"] <= opened["wei"]
