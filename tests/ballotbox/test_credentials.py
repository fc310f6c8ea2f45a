"""Private and public credentials."""

import re

import pytest

import ballotbox as bb

G = bb.group("Ed25519")
IDENTIFIER = "GLmU9wVw4GuCYP"
CREDENTIAL = "p2G9H-pPgpqu-P2o1n-LifsKo"


def test_form():
    assert re.fullmatch("[1-9A-HJ-NP-Za-km-z]{14}", bb.new_identifier())
    assert re.fullmatch("[1-9A-HJ-NP-Za-km-z]{5}-.{6}-.{5}-.{6}", bb.new_credential())


def test_all_are_different():
    assert len({bb.new_credential() for _ in range(200)}) == len({bb.new_identifier() for _ in range(200)}) == 200


def test_the_public_half_depends_on_ballot_and_credential():
    public = bb.public_credential(G, IDENTIFIER, CREDENTIAL)

    assert public == bb.public_credential(G, IDENTIFIER, CREDENTIAL)
    assert public != bb.public_credential(G, IDENTIFIER, CREDENTIAL[:-1] + "p")
    assert public != bb.public_credential(G, IDENTIFIER[:-1] + "Q", CREDENTIAL)
    G.check_member(public)


@pytest.mark.parametrize(
    "credential",
    ["", CREDENTIAL.replace("-", ""), CREDENTIAL + "\n", "0" + CREDENTIAL[1:], CREDENTIAL[1:], CREDENTIAL + "1"],
)
def test_what_is_no_credential(credential):
    with pytest.raises(bb.BadCredential, match="XXXXX-XXXXXX-XXXXX-XXXXXX"):
        bb.public_credential(G, IDENTIFIER, credential)


@pytest.mark.parametrize("identifier", ["", IDENTIFIER[1:], IDENTIFIER + "|", "0" * 14])
def test_what_is_no_identifier(identifier):
    with pytest.raises(bb.BadCredential, match="identifier"):
        bb.public_credential(G, identifier, CREDENTIAL)
