"""A stream of bytes sealed under a passphrase, filled up to a coarse size, so that two of them cannot be compared.

Layout: MAGIC (16 bytes), salt (16), a stream key sealed by SecretBox under scrypt of the passphrase (72), header of
libsodium's secretstream (24), then pieces of one MiB, each with its tag; the last one is marked as the last. Salt, key
and header are fresh each time: two sealed copies of the same bytes share nothing after MAGIC.
"""

import hashlib
import io
import os
from typing import IO

from nacl import bindings as sodium
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

MAGIC = b"SHUPING BACKUP 2"
EARLIER = (
    b"SHUPING BACKUP 1"  # the same layout; what first wrote 2 says inside who made it, and 0.1.0 must not open that
)
SALT = 16
PIECE = 1 << 20
SMALLEST = 1 << 26  # 64 MiB: the ballots of a meeting of several hundred never leave it
SEALED_KEY = SecretBox.KEY_SIZE + SecretBox.NONCE_SIZE + SecretBox.MACBYTES
HEADER = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES
EXTRA = sodium.crypto_secretstream_xchacha20poly1305_ABYTES
MORE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
LAST = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL


class NotSealed(Exception):
    """These bytes were not written by a Sealer."""


class WrongPassphrase(Exception):
    """The passphrase does not open the seal."""


class Damaged(Exception):
    """A byte was changed, or the end is missing."""


def padded(size: int) -> int:
    """To how many bytes `size` bytes are filled up: a power of two, at least SMALLEST."""
    return max(SMALLEST, 1 << max(size - 1, 0).bit_length())


def _box(passphrase: str, salt: bytes) -> SecretBox:
    # RFC 7914 with 64 MiB: about a fifth of a second a guess.
    return SecretBox(
        hashlib.scrypt(passphrase.encode(), salt=salt, n=1 << 16, r=8, p=1, maxmem=1 << 27, dklen=SecretBox.KEY_SIZE)
    )


class Sealer(io.RawIOBase):
    """A file to write into: what is written is sealed, piece by piece; `finish` fills up and marks the end."""

    def __init__(self, out: IO[bytes], passphrase: str) -> None:
        salt, key = os.urandom(SALT), sodium.crypto_secretstream_xchacha20poly1305_keygen()
        self.out = out
        self.state = sodium.crypto_secretstream_xchacha20poly1305_state()
        header = sodium.crypto_secretstream_xchacha20poly1305_init_push(self.state, key)
        out.write(MAGIC + salt + bytes(_box(passphrase, salt).encrypt(key)) + header)
        self.waiting = bytearray()
        self.size = 0

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take bytes; whole pieces go out at once."""
        self.waiting += data
        self.size += len(data)
        while len(self.waiting) > PIECE:
            self._push(bytes(self.waiting[:PIECE]), MORE)
            del self.waiting[:PIECE]
        return len(data)

    def finish(self) -> None:
        """Fill up with zeros and mark the last piece. Nothing may be written afterwards."""
        missing = padded(self.size) - self.size
        while missing:
            step = min(missing, PIECE)
            self.write(bytes(step))
            missing -= step
        self._push(bytes(self.waiting), LAST)

    def _push(self, piece: bytes, tag: int) -> None:
        self.out.write(sodium.crypto_secretstream_xchacha20poly1305_push(self.state, piece, None, tag))


class Opener(io.RawIOBase):
    """A file to read from: gives back what a Sealer took, and then the zeros.

    Raises NotSealed, WrongPassphrase at once, Damaged when a piece that was touched is read.
    """

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        if source.read(len(MAGIC)) not in (MAGIC, EARLIER):
            raise NotSealed
        salt, sealed, header = source.read(SALT), source.read(SEALED_KEY), source.read(HEADER)
        if len(header) != HEADER:
            raise Damaged
        try:
            key = _box(passphrase, salt).decrypt(sealed)
        except CryptoError as error:
            raise WrongPassphrase from error
        self.source = source
        self.state = sodium.crypto_secretstream_xchacha20poly1305_state()
        sodium.crypto_secretstream_xchacha20poly1305_init_pull(self.state, header, key)
        self.there = b""
        self.ended = False

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, none at the end; all that is left when `size` is negative."""
        if size < 0:
            return b"".join(iter(lambda: self.read(PIECE), b""))
        if not self.there and not self.ended:
            self.there = self._pull()
        taken, self.there = self.there[:size], self.there[size:]
        return taken

    def drain(self) -> None:
        """Read to the marked end, so that a cut file is noticed. Raises Damaged."""
        while self.read(PIECE):
            pass
        if self.source.read(1):
            raise Damaged

    def _pull(self) -> bytes:
        try:
            piece, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(self.state, self.source.read(PIECE + EXTRA))
        except (CryptoError, ValueError) as error:
            raise Damaged from error
        self.ended = tag == LAST
        return piece
