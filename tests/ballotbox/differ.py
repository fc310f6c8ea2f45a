"""Kernel (portable and AVX-512), libsodium and plain Python on the same points: where they must agree, and a long run.

`python -m tests.ballotbox.differ SECONDS` compares until the time is over and says on how many cases.
"""

import random
import sys
import time

import ballotbox as bb
from ballotbox import edwards
from ballotbox.ed25519 import arithmetic
from ballotbox.kernel import kernel

G = bb.group("Ed25519")
ORDER = G.order
EDGES = (0, 1, 2, 7, 8, 9, 15, 16, 127, 128, 129, 255, 256, 2**252, ORDER - 1, ORDER - 2, ORDER // 2)
# Points of order 1, 2, 4, 8, with and without a wrong sign; numbers at and above the field's prime.
LOW_ORDER = [
    "00" * 31 + "01",
    "00" * 32,
    "80" + "00" * 31,
    "7f" + "ff" * 30 + "ec",
    "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7",
    "fa03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7",
    "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
    "85fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
]
WRONG_SIGN = ["80" + "00" * 30 + "01", "ff" + "ff" * 30 + "ec"]
NOT_CANONICAL = ["7f" + "ff" * 30 + f"{tail:02x}" for tail in range(0xED, 0x100)] + ["ff" * 31 + "ee"]


def kernels():
    """Every path of the kernel that this machine has."""
    lanes = {1, kernel().lanes} if kernel() else set()
    return [kernel(n) for n in sorted(lanes)]


def hostile(dice):
    """A point as somebody might send it: sound, of low order, mixed, off the curve or not canonical."""
    kind = dice.randrange(6)
    if kind == 0:
        return dice.choice(LOW_ORDER)
    if kind == 1:
        return dice.choice(NOT_CANONICAL + WRONG_SIGN)
    if kind == 2:
        return f"{dice.getrandbits(256):064x}"
    sound = G.generate(dice.randrange(1, ORDER))
    return G.multiply(sound, dice.choice(LOW_ORDER[1:])) if kind == 3 else sound


def scalar(dice):
    return dice.choice(EDGES) if dice.random() < 0.2 else dice.randrange(ORDER)


def membership(engine, texts):
    """Of each point alone: does the kernel find it on the curve, and of an order that divides the group's?"""
    found = []
    for text in texts:
        try:
            point = engine.points([text])
            engine.commitments(
                (G.generator, G.generator), point, challenges=[1], first=[0], second=[0], count=1, check=True
            )
        except bb.BadPoint:
            found.append(False)
        else:
            found.append(True)
    return found


def expected_membership(texts):
    sodium = arithmetic("sodium")
    raws = [bytes.fromhex(text)[::-1] for text in texts]
    by_sodium = [raw == edwards.NEUTRAL or sodium.is_member(raw) for raw in raws]
    assert by_sodium == [raw == edwards.NEUTRAL or edwards.is_member(raw) for raw in raws]
    return by_sodium


def compare_points(dice, count):
    """Kernel, libsodium and plain Python say the same of `count` hostile points."""
    texts = [hostile(dice) for _ in range(count)]
    expected = expected_membership(texts)
    for engine in kernels():
        assert membership(engine, texts) == expected, (engine.lanes, texts)
    return count


def compare_commitments(dice, count, key):
    """point^c * g^a * key^b for two scalars of each of `count` points, by every means."""
    points = [G.generate(dice.randrange(1, ORDER)) for _ in range(count)]
    challenges, first, second = ([scalar(dice) for _ in range(2 * count)] for _ in range(3))
    means = [bb.ed25519.Ed25519(arithmetic("sodium")), bb.ed25519.Ed25519(arithmetic("edwards"))]
    used = means if dice.random() < 0.1 else means[:1]
    answers = [_plainly(g, key, points, challenges, first, second) for g in used]
    answers += [
        engine.commitments(
            (G.generator, key),
            engine.points(points),
            challenges=challenges,
            first=first,
            second=second,
            count=2,
            check=True,
        )
        for engine in kernels()
    ]
    assert all(answer == answers[0] for answer in answers)
    return 2 * count


def _plainly(g, key, points, *scalars):
    return [
        g.multiply(g.multiply(g.power(points[i // 2], c), g.generate(a)), g.power(key, b))
        for i, (c, a, b) in enumerate(zip(*scalars, strict=True))
    ]


def run(seconds, seed):
    dice, cases, end = random.Random(seed), 0, time.monotonic() + seconds
    while time.monotonic() < end:
        key = G.generate(dice.randrange(1, ORDER))
        for _ in range(20):
            cases += compare_points(dice, 16) + compare_commitments(dice, dice.randrange(1, 40), key)
    return cases


if __name__ == "__main__":
    sys.stdout.write(f"{run(float(sys.argv[1]), seed=time.time_ns())} cases, all the same\n")
