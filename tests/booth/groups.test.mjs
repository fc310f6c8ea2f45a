// One way to write an element, and only elements of the prime-order group.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GroupError } from "../../src/shuping/static/booth/group.js";
import { GROUPS, groupNamed } from "../../src/shuping/static/booth/groups.js";

const [ed, ff] = GROUPS;
const IDENTITY = "00".repeat(31) + "01";
const P_ED = (1n << 255n) - 19n;

const big = (value) => value.toString(16).padStart(64, "0");

for (const group of GROUPS) {
  test(`${group.name}: what is written is read back, and addition is addition of exponents`, () => {
    const seven = group.mul(group.generator, 7n);

    assert.ok(group.equal(group.decode(group.encode(seven)), seven));
    assert.ok(group.equal(group.add(group.mul(group.generator, 3n), group.mul(group.generator, 4n)), seven));
    assert.ok(group.equal(group.mul(group.generator, group.order + 7n), seven));
  });

  test(`${group.name}: tables and shared inversions give the same elements`, () => {
    const base = group.mul(group.generator, 12345n);
    const power = group.fixedBase(base);
    const scalars = [1n, 2n, 255n, 256n, group.order - 1n, 1n << 251n];

    const elements = scalars.map(power);

    assert.deepEqual(group.encodeAll(elements), scalars.map((s) => group.encode(group.mul(base, s))));
  });
}

const REFUSED = {
  "upper-case digits": ed.encode(ed.mul(ed.generator, 7n)).toUpperCase(),
  "too short": ed.encode(ed.generator).slice(1),
  identity: IDENTITY,
  "the identity with y + p": big(P_ED + 1n),
  "the identity with the sign bit": "80" + IDENTITY.slice(2),
  "a point of order 2": big(P_ED - 1n),
  "a point of order 4": "00".repeat(32),
  "a point with a part of small order": ed.encode(ed.add(ed.generator, lowOrder())),
  "not on the curve": big(2n),
  "a number": 5,
  nothing: undefined,
};

/** The point (0, -1) of order two, made from the generator's own class. */
function lowOrder() {
  return ed.generator.constructor.fromAffine({ x: 0n, y: P_ED - 1n });
}

for (const [what, text] of Object.entries(REFUSED)) {
  test(`Ed25519 refuses ${what}`, () => assert.throws(() => ed.decode(text), GroupError));
}

/** The modulus of BELENIOS-2048: what the plain products and the reduced ones differ by, without other factors. */
function modulus() {
  const g = BigInt(ff.encode(ff.generator));
  let divisor = 0n;
  for (let value = g, i = 0; i < 6; i++) {
    const next = ff.add(value, g);
    for (let rest = value * g - next; rest; ) [divisor, rest] = [rest, divisor % rest];
    value = next;
  }
  return divisor;
}

const P_FF = modulus();

for (const [what, text] of Object.entries({
  "leading zero": "0" + ff.encode(ff.generator),
  one: "1",
  zero: "0",
  "minus one": String(P_FF - 1n),
  "the modulus added": String(BigInt(ff.encode(ff.generator)) + P_FF),
  "an element outside the subgroup": "3",
  sign: "-5",
  nothing: undefined,
})) {
  test(`BELENIOS-2048 refuses ${what}`, () => assert.throws(() => ff.decode(text), GroupError));
}

test("an unknown group is refused by name", () => assert.throws(() => groupNamed("RFC-3526-2048"), /RFC-3526-2048/));
