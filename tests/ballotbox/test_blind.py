"""Blind signatures: the vector of RFC 9474, agreement with another program, and what is refused."""

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA384

from ballotbox import blind

VECTOR = json.loads((Path(__file__).parents[1] / "vectors" / "rfc9474.json").read_text())
RFC_KEY = blind.IssuerKey(int(VECTOR["p"], 16), int(VECTOR["q"], 16))
KEY = blind.make_issuer_key(1024)
PSS = padding.PSS(padding.MGF1(SHA384()), 48)


def given(name: str) -> bytes:
    return bytes.fromhex(VECTOR[name])


def token(key: blind.IssuerKey = KEY, message: bytes = b"ballot") -> tuple[bytes, bytes]:
    """A prepared message and the issuer's signature on it, got as a voter gets them."""
    prepared = blind.prepare(message)
    blinded, inverse = blind.blind(key.public, prepared)
    return prepared, blind.finalize(key.public, prepared, blind.blind_sign(key, blinded), inverse)


def other_program(key: blind.TokenKey) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(key.e, key.n).public_key()


def test_the_vector_of_the_rfc():
    prepared = blind.prepare(given("msg"), given("msg_prefix"))
    inverse = int(VECTOR["inv"], 16)

    blinded, kept = blind.blind(RFC_KEY.public, prepared, salt=given("salt"), inverse=inverse)
    signed = blind.blind_sign(RFC_KEY, blinded)

    assert (blinded, kept) == (given("blinded_msg"), inverse)
    assert signed == given("blind_sig")
    assert blind.finalize(RFC_KEY.public, prepared, signed, kept) == given("sig")


def test_another_program_accepts_what_we_issue():
    prepared, signature = token()

    other_program(KEY.public).verify(signature, prepared, PSS, SHA384())


def test_we_accept_what_another_program_signs():
    private = rsa.generate_private_key(65537, 2048)
    numbers = private.public_key().public_numbers()

    blind.verify(blind.TokenKey(numbers.n), b"m", private.sign(b"m", PSS, SHA384()))


def test_both_refuse_the_same():
    prepared, signature = token()
    for place in range(0, len(signature), 9):
        changed = bytearray(signature)
        changed[place] ^= 4
        with pytest.raises(blind.BadToken):
            blind.verify(KEY.public, prepared, bytes(changed))
        with pytest.raises(InvalidSignature):
            other_program(KEY.public).verify(bytes(changed), prepared, PSS, SHA384())


@pytest.mark.parametrize("bits", [1024, 1026, 1030, 1032, 2048])
def test_keys_of_any_length(bits):
    key = blind.make_issuer_key(bits)

    assert key.public.n.bit_length() == bits
    prepared, signature = token(key)
    other_program(key.public).verify(signature, prepared, PSS, SHA384())


def test_the_issuer_cannot_tell_which_of_two_it_signed():
    """What was signed blindly fits every token equally: for each there is a blinding that leads to it."""
    first, second = (blind.prepare(b"ballot") for _ in range(2))
    blinded, inverse = blind.blind(KEY.public, first)
    other, other_inverse = blind.blind(KEY.public, second)
    signatures = [
        blind.finalize(KEY.public, prepared, blind.blind_sign(KEY, seen), back)
        for prepared, seen, back in ((first, blinded, inverse), (second, other, other_inverse))
    ]

    for signature in signatures:
        encoded = pow(int.from_bytes(signature), KEY.public.e, KEY.public.n)
        for seen in (blinded, other):
            factor = int.from_bytes(seen) * pow(encoded, -1, KEY.public.n) % KEY.public.n
            assert encoded * factor % KEY.public.n == int.from_bytes(seen)


def test_a_token_is_for_one_message_and_one_issuer():
    prepared, signature = token()
    with pytest.raises(blind.BadToken):
        blind.verify(KEY.public, blind.prepare(b"ballot"), signature)
    with pytest.raises(blind.BadToken):
        blind.verify(blind.make_issuer_key(1024).public, prepared, signature)


def test_two_tokens_multiplied_are_no_third():
    (first, one), (_second, two) = token(), token()
    product = int.from_bytes(one) * int.from_bytes(two) % KEY.public.n

    with pytest.raises(blind.BadToken):
        blind.verify(KEY.public, first, product.to_bytes(KEY.public.length))


@pytest.mark.parametrize("raw", [b"", b"\x01", bytes(128), b"\xff" * 128, b"\x00" * 127 + b"\x01" + b"x"])
def test_what_is_no_number_below_the_modulus_is_not_signed(raw):
    with pytest.raises(blind.BadToken) as caught:
        blind.blind_sign(KEY, raw)

    assert caught.value.code == "bad_token"


def test_the_issuer_checks_its_own_signature_before_it_hands_it_out(monkeypatch):
    """One wrong signature would give the key away (Boneh, DeMillo, Lipton 1997)."""
    monkeypatch.setattr(blind, "powmod_sec", lambda *_: 12345)
    blinded, _inverse = blind.blind(KEY.public, b"m")

    with pytest.raises(blind.BadToken):
        blind.blind_sign(KEY, blinded)
