"""The tables of the ballot: no way from a vote to a person, and no time anywhere near one."""

import pytest
from django.apps import apps

from shuping.ballots import queries, records
from shuping.ballots.models import Ballot, CastBallot, Category, Credential, Event, Trustee
from shuping.box.models import Link, Listed, Mark, Sealed, Strand
from shuping.cycles.models import Role
from shuping.organisations.models import Person

SINGLE = (Credential, CastBallot, Event)
TIMES = {"DateTimeField", "DateField", "TimeField", "DurationField"}
EVERY = [model for model in apps.get_models() if model._meta.app_label != "contenttypes"]


def _targets(model) -> set[type]:
    return {field.related_model for field in model._meta.concrete_fields if field.related_model}


def _reaches(model) -> set[type]:
    """The tables that foreign keys lead to from one, however many steps away."""
    found, waiting = set(), [model]
    while waiting:
        fresh = _targets(waiting.pop()) - found
        found |= fresh
        waiting += fresh
    return found


def _pointing_at(model) -> list[type]:
    return [other for other in EVERY if model in _targets(other)]


def _times(model) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if field.get_internal_type() in TIMES]


@pytest.mark.parametrize("model", SINGLE, ids=lambda model: model.__name__)
def test_no_path_of_foreign_keys_leads_to_a_person(model):
    assert Person not in _reaches(model)
    assert Category in _reaches(model)


@pytest.mark.parametrize("model", [*SINGLE, Sealed, Link, Listed, Strand, Mark], ids=lambda model: model.__name__)
def test_no_time_is_kept_in_the_table_nor_in_one_that_points_to_it(model):
    assert {table.__name__: _times(table) for table in (model, *_pointing_at(model)) if _times(table)} == {}


@pytest.mark.parametrize("model", [Ballot, Category], ids=lambda model: model.__name__)
def test_no_time_is_kept_of_what_changes_with_every_vote(model):
    assert _times(model) == []


def test_the_walk_finds_what_is_there():
    assert Person in _reaches(Trustee)
    assert Person in _reaches(Role)
    assert Credential not in _pointing_at(Ballot)
    assert {Credential, CastBallot, Event} < set(_pointing_at(Category))
    assert _times(apps.get_model("shuping", "Act")) == ["at"]


@pytest.mark.django_db
def test_the_record_bears_the_day_of_the_meeting_and_no_other_time(counted, time_machine):
    before = records.record(counted.part())

    time_machine.move_to("2031-05-01T12:00:00+00:00")

    assert records.record(counted.part()) == before
    assert b'"timestamp":"1672272000"' in before


@pytest.mark.django_db
def test_votes_are_found_by_what_is_public_only(counted):
    row = counted.part().cast.first()
    public = next(
        credential.public
        for credential in counted.part().credentials.all()
        if credential.public_hash == row.credential_hash
    )

    assert row.credential_hash == queries.credential_hash(counted.ballot.identifier, public)
    people = counted.world.people.values()
    assert not [one for one in people if one.username.encode() in row.raw or one.name_zh.encode() in row.raw]
