"""The tables: complete migrations, a word on what each holds, and no way from a ballot to a person."""

import re
from itertools import pairwise

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from shuping.ballots.models import CastBallot, Credential, PaperBatch
from shuping.organisations.models import Person

BOX = list(apps.get_app_config("box").get_models())
MODELS = [*apps.get_app_config("shuping").get_models(), *BOX]
HOLDS = re.compile(r"Holds: (secret|personal|public)$")


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_table_says_what_it_holds(model):
    assert HOLDS.search((model.__doc__ or "").strip())


def _reaches(model) -> set[type]:
    """Every table that can be reached from one by following foreign keys forward."""
    found, waiting = set(), [model]
    while waiting:
        for field in waiting.pop()._meta.get_fields():
            target = field.related_model if field.is_relation and field.concrete else None
            if target is not None and target not in found:
                found.add(target)
                waiting.append(target)
    return found


@pytest.mark.parametrize("model", [CastBallot, Credential, *BOX], ids=lambda model: model.__name__)
def test_no_foreign_key_leads_from_a_ballot_to_a_person(model):
    assert Person not in _reaches(model)


def test_no_key_leads_from_the_box_into_another_database():
    assert {target for model in BOX for target in _reaches(model)} <= set(BOX)


def test_the_walk_would_find_a_person():
    assert Person in _reaches(PaperBatch)


@pytest.mark.parametrize("model", [CastBallot, Credential, *BOX], ids=lambda model: model.__name__)
def test_no_table_with_a_person_points_at_a_single_ballot(model):
    pointing = {relation.related_model for relation in model._meta.related_objects}

    assert [table for table in pointing if Person in _reaches(table)] == []


@pytest.mark.parametrize("model", [CastBallot, Credential, *BOX], ids=lambda model: model.__name__)
def test_no_time_and_no_address_is_kept_of_a_vote(model):
    kinds = {field.get_internal_type() for field in model._meta.concrete_fields}

    assert not kinds & {"DateTimeField", "DateField", "TimeField", "GenericIPAddressField", "JSONField"}


@pytest.mark.parametrize("app", ["shuping", "box"])
def test_the_migrations_are_one_line(app):
    graph = MigrationLoader(None).graph
    ours = sorted(key for key in graph.nodes if key[0] == app)

    assert graph.leaf_nodes(app) == [ours[-1]]
    for before, after in pairwise(ours):
        assert {parent.key for parent in graph.node_map[after].parents if parent.key[0] == app} == {before}
