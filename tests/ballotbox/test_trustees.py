"""Keys that stand alone, the ceremony, and trustees who cheat."""

import json

import pytest

import ballotbox as bb
from ballotbox.encoding import canonical
from ballotbox.pedersen import Place, assemble, make_identity, make_polynomial, make_trustee_key
from tests.ballotbox.meeting import GROUPS

G = bb.group("Ed25519")


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize(("trustees", "threshold"), [(1, 1), (3, 2), (3, 3)])
def test_a_ceremony_verifies(name, trustees, threshold):
    g = bb.group(name)
    made = bb.ceremony(g, trustees=trustees, threshold=threshold)

    listed = bb.Trustees.build([made.public])
    listed.verify()

    assert listed.group is g
    assert [owner.public_key for owner in listed.owners] == [key["verification_key"] for key in made.key_files]
    assert [owner.index for owner in listed.owners] == list(range(1, trustees + 1))


def test_key_files_are_as_the_trustees_page_reads_them():
    made = bb.ceremony(G, trustees=3, threshold=2)

    first = made.key_files[0]

    assert list(first) == [
        "shuping",
        "version",
        "group",
        "index",
        "threshold",
        "trustees",
        "verification_key",
        "decryption_key",
    ]
    assert (first["shuping"], first["version"], first["group"]) == ("trustee-key", 1, "Ed25519")
    assert (first["index"], first["threshold"], first["trustees"]) == (1, 2, 3)
    assert G.generate(int(first["decryption_key"])) == first["verification_key"]
    assert bb.read_key_file(json.dumps(first, indent=4).encode()).decryption_key == int(first["decryption_key"])


@pytest.mark.parametrize(("trustees", "threshold"), [(0, 0), (2, 3), (3, 0), (101, 2)])
def test_numbers_that_cannot_be(trustees, threshold):
    with pytest.raises(bb.BadTrustees):
        bb.ceremony(G, trustees=trustees, threshold=threshold)


def test_step_by_step_equals_the_whole():
    identities = [make_identity(Place(G, index, 2, 2)) for index in (1, 2)]
    certificates = [identity.certificate for identity in identities]
    polynomials = [make_polynomial(identity, certificates) for identity in identities]
    coefficients = [polynomial.coefficients for polynomial in polynomials]
    keys = [
        make_trustee_key(identity, coefficients, [polynomial.shares[i] for polynomial in polynomials])
        for i, identity in enumerate(identities)
    ]

    bb.Trustees.build([assemble(2, certificates, polynomials, [key.public for key in keys])]).verify()


def test_a_wrong_share_is_noticed_by_its_receiver():
    identities = [make_identity(Place(G, index, 2, 2)) for index in (1, 2)]
    certificates = [identity.certificate for identity in identities]
    polynomials = [make_polynomial(identity, certificates) for identity in identities]
    coefficients = [polynomial.coefficients for polynomial in polynomials]
    shares = [polynomials[0].shares[0], polynomials[1].shares[0] + 1]

    with pytest.raises(bb.BadTrustees, match="from trustee 2"):
        make_trustee_key(identities[0], coefficients, shares)


def test_certificates_of_another_ceremony_are_refused():
    first, second = make_identity(Place(G, 1, 2, 2)), make_identity(Place(G, 2, 3, 2))

    with pytest.raises(bb.BadTrustees, match="another ceremony"):
        make_polynomial(first, [first.certificate, second.certificate])


def test_a_certificate_cannot_be_used_twice():
    first = make_identity(Place(G, 1, 2, 2))

    with pytest.raises(bb.BadTrustees, match="another place"):
        make_polynomial(first, [first.certificate, first.certificate])


def pedersen(body):
    return body[1][1]


def bump(proof):
    proof["response"] = str((int(proof["response"]) + 1) % G.order)


CHEATS = {
    "a key without its secret": lambda body: bump(body[0][1]["pok"]),
    "somebody else's key": lambda body: body[0][1].update(public_key=G.generate(5)),
    "a forged certificate": lambda body: bump(pedersen(body)["certs"][1]["signature"]),
    "a forged commitment": lambda body: bump(pedersen(body)["coefexps"][1]["signature"]),
    "a forged agreement": lambda body: bump(pedersen(body)["signatures"][1]),
    "a forged key": lambda body: bump(pedersen(body)["verification_keys"][1]["signature"]),
    "a key without proof": lambda body: bump(pedersen(body)["verification_keys"][1]["pok"]),
    "a key that does not follow": lambda body: pedersen(body)["verification_keys"][0].update(public_key=G.generate(5)),
    "keys exchanged": lambda body: pedersen(body)["verification_keys"].reverse(),
    "agreements exchanged": lambda body: pedersen(body)["signatures"].reverse(),
    "the same trustee twice": lambda body: pedersen(body)["certs"].__setitem__(1, pedersen(body)["certs"][0]),
}


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS)
def test_trustees_who_cheat(meeting, cheat):
    meeting.trustees.verify()
    body = json.loads(meeting.trustees.raw)
    cheat(body)

    with pytest.raises(bb.BadTrustees):
        bb.Trustees.build(body).verify()


SHAPES = {
    "another threshold": lambda body: pedersen(body).update(threshold=4),
    "no threshold": lambda body: pedersen(body).update(threshold=0),
    "a commitment less": lambda body: pedersen(body)["coefexps"].pop(),
    "a key less": lambda body: pedersen(body)["verification_keys"].pop(),
    "another kind": lambda body: body[0].__setitem__(0, "Double"),
    "a field more": lambda body: body[0][1].update(x=1),
    "a message that is no JSON": lambda body: pedersen(body)["certs"][0].update(message="{"),
    "no trustee": lambda body: body.clear(),
    "no list": lambda body: body.__setitem__(0, 5),
}


@pytest.mark.parametrize("change", SHAPES.values(), ids=SHAPES)
def test_trustees_of_another_shape(meeting, change):
    body = json.loads(meeting.trustees.raw)
    change(body)

    with pytest.raises((bb.WrongShape, bb.NotCanonical)):
        bb.Trustees.parse(canonical(body))


def test_a_key_of_low_order(meeting):
    body = json.loads(meeting.trustees.raw)
    body[0][1]["public_key"] = "00" * 32

    with pytest.raises(bb.BadPoint):
        bb.Trustees.build(body).verify()


@pytest.mark.parametrize(
    "change",
    [
        lambda key: key.update(decryption_key=str(int(key["decryption_key"]) + 1)),
        lambda key: key.update(decryption_key="5 "),
        lambda key: key.update(group="P-256"),
        lambda key: key.update(version=2),
        lambda key: key.update(index=4),
        lambda key: key.pop("verification_key"),
        lambda key: key.update(shuping="slip"),
    ],
)
def test_key_files_that_are_none(change):
    key = bb.ceremony(G, trustees=3, threshold=2).key_files[0]
    change(key)

    with pytest.raises(bb.BadKeyFile, match="key file: "):
        bb.read_key_file(json.dumps(key).encode())


def test_any_file_is_no_key_file():
    for raw in (b"", b"\x00\xff", b"[]", b"5", b"{}"):
        with pytest.raises(bb.BadKeyFile):
            bb.read_key_file(raw)
