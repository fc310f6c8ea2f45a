"""The kernel says what libsodium and plain Python say, on random, edge and hostile inputs."""

import random

import pytest

import ballotbox as bb
from ballotbox.ballot import _parse, check_form
from ballotbox.ballot_proofs import check_proofs_one_by_one, proofs_hold
from ballotbox.ballot_text import read_written
from ballotbox.ed25519 import Ed25519, arithmetic
from ballotbox.kernel import kernel
from tests.ballotbox import differ
from tests.ballotbox.meeting import FAIR, GOOD, NONE

G = bb.group("Ed25519")
NEEDED = pytest.mark.skipif(kernel() is None, reason="the kernel was not built: there was no compiler")
ENGINES = differ.kernels()


@NEEDED
@pytest.mark.parametrize("seed", range(4))
def test_points_are_judged_alike(seed):
    assert differ.compare_points(random.Random(seed), 250) == 250


@NEEDED
@pytest.mark.parametrize("seed", range(4))
def test_powers_are_the_same(seed):
    dice = random.Random(seed)
    key = G.generate(dice.randrange(1, G.order))

    assert sum(differ.compare_commitments(dice, n, key) for n in (1, 2, 7, 8, 9, 16, 17, 40, 144)) == 488


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: f"{engine.lanes} lanes")
def test_edges_of_the_scalars(engine):
    point, key = G.generate(3), G.generate(5)
    edges = list(differ.EDGES)

    answers = engine.commitments(
        (G.generator, key), engine.points([point] * len(edges)), challenges=edges, first=edges, second=edges
    )

    assert answers == [G.generate((3 + 1 + 5) * edge) for edge in edges]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: f"{engine.lanes} lanes")
@pytest.mark.parametrize("place", [0, 1, 7, 8, 9, 19])
def test_the_first_bad_point_is_numbered(engine, place):
    texts = [G.generate(n + 2) for n in range(20)]
    texts[place] = G.multiply(texts[place], differ.LOW_ORDER[4])
    off = [*texts[:place], "00" * 31 + "02", *texts[place + 1 :]]
    nothing = [0] * 20

    with pytest.raises(bb.BadPoint) as refusal:
        engine.commitments(
            (G.generator, G.generator),
            engine.points(texts),
            challenges=nothing,
            first=nothing,
            second=nothing,
            check=True,
        )
    assert refusal.value.where == f"point {place}"
    with pytest.raises(bb.BadPoint) as refusal:
        engine.points(off)
    assert refusal.value.where == f"point {place}"


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: f"{engine.lanes} lanes")
def test_scalars_that_are_too_large(engine):
    for scalars in ([2**255], [2**256 - 1]):
        with pytest.raises(ValueError, match="out of range"):
            engine.commitments(
                (G.generator, G.generator), engine.points([G.generator]), challenges=scalars, first=[0], second=[0]
            )


@NEEDED
def test_sums_grow_and_shrink():
    sums = G.sums(3)
    elements = [G.generate(n) for n in (5, 6, 7)]

    sums.multiply(elements)
    sums.multiply(elements)
    sums.divide([G.generate(n) for n in (4, 12, 1)])

    assert sums.elements() == [G.generate(6), G.identity, G.generate(13)]


@NEEDED
def test_a_point_off_the_curve_leaves_the_sums_as_they_were():
    sums = G.sums(2)

    with pytest.raises(bb.BadPoint):
        sums.multiply([G.generator, "00" * 31 + "02"])

    assert sums.elements() == [G.identity, G.identity]


@pytest.mark.parametrize("name", ["sodium", "edwards"])
def test_without_the_kernel_the_same_ballots_are_sound(meeting, ballot, name):
    from dataclasses import replace  # noqa: PLC0415

    election = replace(meeting.election, group=Ed25519(arithmetic(name)))
    bad = meeting.changed(0, ballot, lambda body: body["answers"][0]["overall_proof"][0].update(response="5"))

    bb.check_proofs(election, bb.check_form(election, ballot, meeting.public))
    with pytest.raises(bb.BadProof, match="does not hold"):
        bb.check_proofs(election, bb.check_form(election, bad, meeting.public))


def _spoil(dice, meeting, raw):
    """A ballot altered at random, signed again by its voter."""

    def change(body):
        answer = dice.choice(body["answers"])
        proof = dice.choice([*answer["overall_proof"], *dice.choice(answer["individual_proofs"])])
        pair = dice.choice(answer["choices"])
        if dice.random() < 0.5:
            proof[dice.choice(("challenge", "response"))] = str(differ.scalar(dice))
        else:
            pair[dice.choice(("alpha", "beta"))] = differ.hostile(dice)

    return meeting.changed(0, raw, change)


@NEEDED
@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: f"{engine.lanes} lanes")
def test_spoiled_ballots_are_judged_alike(meeting, ballot, engine):
    dice = random.Random(3)

    for raw in [ballot, *(_spoil(dice, meeting, ballot) for _ in range(40))]:
        try:
            parsed = check_form(meeting.election, raw, meeting.public)
        except bb.BallotboxError:
            continue
        try:
            check_proofs_one_by_one(meeting.election, parsed)
            sound = True
        except bb.BallotboxError:
            sound = False
        assert proofs_hold(engine, meeting.election, parsed) is sound


def test_the_pattern_reads_what_the_parser_reads(any_meeting):
    raw = any_meeting.cast(0, GOOD, NONE)
    dice = random.Random(4)
    agreed = 0

    for _ in range(300):
        altered = bytearray(raw)
        for _ in range(dice.randrange(2)):
            altered[dice.randrange(len(raw))] = dice.choice(b'0123456789abcdef"{}[],: \\')
        read = read_written(any_meeting.election, bytes(altered))
        if read is not None:
            assert read == _parse(any_meeting.election, bytes(altered))
            agreed += 1
    assert agreed > 100


def test_an_unknown_arithmetic_is_refused(monkeypatch):
    monkeypatch.setenv("BALLOTBOX_ARITHMETIC", "abacus")

    with pytest.raises(ValueError, match="abacus"):
        Ed25519()


def test_every_choice_can_be_made(monkeypatch):
    for choice, lanes in (("portable", 1), ("sodium", None), ("plain", None)):
        monkeypatch.setenv("BALLOTBOX_ARITHMETIC", choice)
        made = Ed25519()
        assert getattr(made.kernel, "lanes", None) == (lanes if kernel() else None)
        assert made.generate(5) == G.generate(5)


def test_a_range_of_marks_has_a_proof_for_each_sum():
    from tests.ballotbox.meeting import QUESTIONS, Meeting  # noqa: PLC0415

    lax = Meeting(voters=1, questions=(bb.Question("x", QUESTIONS[0].answers, 0, 3), QUESTIONS[1]))
    raw = lax.cast(0, [1, 1, 0], FAIR)

    lax.accept(raw)
    for engine in ENGINES:
        assert proofs_hold(engine, lax.election, check_form(lax.election, raw, lax.public))
