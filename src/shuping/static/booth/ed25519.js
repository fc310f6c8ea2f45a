// Ed25519 by noble: multiplication takes the same steps for every secret. Elements are written as Belenios does.

import "./old.js";
import { normalizeZ } from "@noble/curves/abstract/curve.js";
import { edwards } from "@noble/curves/abstract/edwards.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { GroupError } from "./group.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {import("./group.js").Element} Element */

const ED25519_ORDER = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;

const Point = edwards({
  p: 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffedn,
  n: ED25519_ORDER,
  h: 8n,
  a: 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffecn,
  d: 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n,
  Gx: 0x216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51an,
  Gy: 0x6666666666666666666666666666666666666666666666666666666666666658n,
});

/**
 * Belenios writes the 256-bit compressed value big-endian: the bytes of RFC 8032 in reverse.
 * @param {string} text @returns {Element}
 */
function decodePoint(text) {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new GroupError("An Ed25519 element is 64 hexadecimal digits.");
  let point;
  try {
    point = Point.fromBytes(hexToBytes(text).reverse());
  } catch {
    throw new GroupError(`Not a point of Ed25519: ${text}`);
  }
  if (point.is0() || !point.isTorsionFree()) throw new GroupError(`Not of prime order: ${text}`);
  return point;
}

/** @param {Element} point @returns {string} */
function encodePoint(point) {
  return bytesToHex(point.toBytes().reverse());
}

/** @param {Element} point @param {bigint} scalar @returns {Element} constant time except for the scalar 0 */
function mulPoint(point, scalar) {
  const rest = scalar % ED25519_ORDER;
  return rest === 0n ? Point.ZERO : point.multiply(rest);
}

/** @type {Group} */
export const ED25519 = {
  name: "Ed25519",
  order: ED25519_ORDER,
  generator: Point.BASE,
  decode: decodePoint,
  encode: encodePoint,
  encodeAll: (points) => normalizeZ(/** @type {any} */ (Point), points).map(encodePoint),
  add: (a, b) => a.add(b),
  equal: (a, b) => a.equals(b),
  mul: mulPoint,
  fixedBase(point) {
    // Windows of 6 bits: for one ballot the smaller table saves more than the longer walk costs.
    point.precompute(6);
    return (scalar) => mulPoint(point, scalar);
  },
};
