"""The seal of a backup: opened by its passphrase only, whole or not at all, the same size for a range of sizes."""

import io

import pytest

from shuping.core import sealing

WORDS = "a passphrase"


@pytest.fixture(scope="module")
def sealed():
    """Sealed copies of the same bytes: two of them."""
    return _sealed(b"ballot " * 400_000), _sealed(b"ballot " * 400_000)


def _sealed(body):
    out = io.BytesIO()
    sealer = sealing.Sealer(out, WORDS)
    for start in range(0, len(body), 700_001):
        sealer.write(body[start : start + 700_001])
    sealer.finish()
    return out.getvalue()


def _open(raw, words=WORDS):
    opener = sealing.Opener(io.BytesIO(raw), words)
    body = opener.read()
    opener.drain()
    return body


def test_what_went_in_comes_out_and_then_zeros(sealed):
    body = b"ballot " * 400_000

    assert _open(sealed[0]) == body.ljust(sealing.SMALLEST, b"\0")


def test_two_copies_have_no_block_in_common(sealed):
    first, second = ({raw[at : at + 16] for at in range(16, len(raw), 16)} for raw in sealed)

    assert len(sealed[0]) == len(sealed[1])
    assert first & second == set()


@pytest.mark.parametrize("size", [0, 1, 82_000, 60_000_000, sealing.SMALLEST])
def test_sizes_are_coarse(size):
    assert sealing.padded(size) == sealing.SMALLEST


def test_above_the_smallest_the_size_doubles():
    assert sealing.padded(sealing.SMALLEST + 1) == 2 * sealing.SMALLEST


def test_a_wrong_passphrase_is_told(sealed):
    with pytest.raises(sealing.WrongPassphrase):
        _open(sealed[0], "another")


def test_something_else_is_told():
    with pytest.raises(sealing.NotSealed):
        _open(b"PK" + bytes(1000))


@pytest.mark.parametrize("place", [130, 5_000, 30_000_000, -1])
def test_a_changed_byte_is_found(sealed, place):
    raw = bytearray(sealed[0])
    raw[place] ^= 1

    with pytest.raises(sealing.Damaged):
        _open(bytes(raw))


@pytest.mark.parametrize("left", [60, 127, 200, sealing.PIECE + 145, 40_000_000, -1])
def test_a_missing_end_is_found(sealed, left):
    with pytest.raises(sealing.Damaged):
        _open(sealed[0][:left])


def test_something_behind_the_end_is_found(sealed):
    with pytest.raises(sealing.Damaged):
        _open(sealed[0] + b"more")
