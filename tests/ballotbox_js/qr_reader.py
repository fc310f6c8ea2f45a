"""Reads an undamaged QR code of version 1 to 6 in byte mode, error correction M (ISO/IEC 18004), for tests."""

# Number of blocks, and of data codewords and of check codewords in each, by version.
BLOCKS = {1: (1, 16, 10), 2: (1, 28, 16), 3: (1, 44, 26), 4: (2, 32, 18), 5: (2, 43, 24), 6: (4, 27, 16)}
MASKS = (
    lambda r, c: (r + c) % 2,
    lambda r, c: r % 2,
    lambda r, c: c % 3,
    lambda r, c: (r + c) % 3,
    lambda r, c: (r // 2 + c // 3) % 2,
    lambda r, c: r * c % 2 + r * c % 3,
    lambda r, c: (r * c % 2 + r * c % 3) % 2,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2,
)
FORMAT_MASK, LEVEL_M = 0b101010000010010, 0b00


def read(modules):
    """The text of a matrix of 0 and 1."""
    size = len(modules)
    version = (size - 17) // 4
    head = [modules[8][c] for c in (0, 1, 2, 3, 4)]
    format_ = int("".join(map(str, head)), 2) ^ (FORMAT_MASK >> 10)
    assert format_ >> 3 == LEVEL_M
    mask = MASKS[format_ & 0b111]
    bits = "".join(str(modules[r][c] ^ (mask(r, c) == 0)) for r, c in _path(size, version))
    count, length, checks = BLOCKS[version]
    words = [int(bits[8 * i : 8 * i + 8], 2) for i in range(count * (length + checks))]
    blocks = [words[block::count] for block in range(count)]
    assert all(_is_sound(block, checks) for block in blocks)
    data = [word for block in blocks for word in block[:length]]
    stream = "".join(f"{word:08b}" for word in data)
    assert stream[:4] == "0100"  # bytes
    number = int(stream[4:12], 2)
    return bytes(int(stream[12 + 8 * i : 20 + 8 * i], 2) for i in range(number)).decode("ascii")


def _is_sound(block, checks):
    """Whether a block is a word of the Reed-Solomon code: its polynomial is zero at 2^0, 2^1 and so on."""
    for power in range(checks):
        value, point = 0, _power(power)
        for word in block:
            value = _times(value, point) ^ word
        if value:
            return False
    return True


def _power(n):
    value = 1
    for _ in range(n):
        value = _times(value, 2)
    return value


def _times(a, b):
    """In the field of 256 elements modulo x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = (a << 1) ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return product


def _path(size, version):
    """The places of data in the order in which they are filled: in pairs of columns, upwards and downwards."""
    upwards = True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        for r in range(size - 1, -1, -1) if upwards else range(size):
            yield from ((r, c) for c in (right, right - 1) if not _reserved(r, c, size, version))
        upwards = not upwards


def _reserved(r, c, size, version):
    finder = (r < 9 and (c < 9 or c >= size - 8)) or (r >= size - 8 and c < 9)
    aligned = version > 1 and abs(r - (size - 7)) <= 2 and abs(c - (size - 7)) <= 2
    return finder or aligned or 6 in (r, c)
