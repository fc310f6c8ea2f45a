"""Elections: built, read, and refused."""

import hashlib
import json
from base64 import b64encode

import pytest

import ballotbox as bb
from ballotbox.encoding import canonical


def test_an_election_is_its_bytes(meeting):
    election = meeting.election

    again = bb.Election.parse(election.raw)

    assert again == election
    assert "述评 / Review".encode() in election.raw
    assert election.fingerprint + "=" == b64encode(hashlib.sha256(election.raw).digest()).decode()


def test_field_order_and_optional_fields(meeting):
    election = bb.Election.build(
        uuid="GLmU9wVw4GuCYP",
        name="n",
        description="d",
        group_name="Ed25519",
        public_key=meeting.election.public_key,
        questions=[bb.Question("q", ("a", "b"), 0, 2)],
        administrator="Wei",
        credential_authority="Lin",
    )

    assert election.raw.decode() == (
        '{"version":1,"description":"d","name":"n","group":"Ed25519","public_key":"KEY",'
        '"questions":[{"answers":["a","b"],"min":0,"max":2,"question":"q"}],"uuid":"GLmU9wVw4GuCYP",'
        '"administrator":"Wei","credential_authority":"Lin"}'
    ).replace("KEY", meeting.election.public_key)


def set_question(**values):
    return lambda body: body["questions"][0].update(values)


REFUSED = {
    "another version": (lambda body: body.update(version=2), bb.Unsupported),
    "a true version": (lambda body: body.update(version=True), bb.Unsupported),
    "a group that we do not know": (lambda body: body.update(group="RFC-3526-2048"), bb.UnknownGroup),
    "the neutral element as key": (lambda body: body.update(public_key="00" * 31 + "01"), bb.BadPoint),
    "a key of low order": (lambda body: body.update(public_key="00" * 32), bb.BadPoint),
    "a short uuid": (lambda body: body.update(uuid="GLmU9wVw4GuCY"), bb.WrongShape),
    "a uuid that is not Base58": (lambda body: body.update(uuid="GLmU9wVw4GuC0l"), bb.WrongShape),
    "no question": (lambda body: body.update(questions=[]), bb.WrongShape),
    "no answer": (set_question(answers=[]), bb.WrongShape),
    "more than all": (set_question(max=4), bb.WrongShape),
    "min above max": (set_question(min=2), bb.WrongShape),
    "a negative min": (set_question(min=-1), bb.WrongShape),
    "a field more": (lambda body: body.update(x=1), bb.WrongShape),
    "a field less": (lambda body: body.pop("name"), bb.WrongShape),
    "a name that is no text": (lambda body: body.update(name=1), bb.WrongShape),
}


@pytest.mark.parametrize(("change", "error"), REFUSED.values(), ids=REFUSED)
def test_an_election_that_is_none(meeting, change, error):
    body = json.loads(meeting.election.raw)
    change(body)

    with pytest.raises(error):
        bb.Election.parse(canonical(body))


@pytest.mark.parametrize(
    "question",
    [
        {"type": "NonHomomorphic", "value": {"answers": ["a"], "question": "q"}},
        {"answers": ["a"], "blank": True, "min": 1, "max": 1, "question": "q"},
    ],
)
def test_questions_that_we_do_not_count(meeting, question):
    body = json.loads(meeting.election.raw)
    body["questions"] = [question]

    with pytest.raises(bb.Unsupported):
        bb.Election.parse(canonical(body))
