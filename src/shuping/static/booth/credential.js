// The keys that follow from the code on a voter's slip (Belenios specification 2.4 and later).

import { digestHex, reduce } from "./hashing.js";

/** @typedef {import("./group.js").Group} Group */

/**
 * The private exponent: SHA-256("derive_credential|ballot|0|c") and the same with 1, side by side, modulo the order.
 * @param {Group} group @param {string} ballot the ballot's identifier @param {string} credential @returns {bigint}
 */
export function secretOf(group, ballot, credential) {
  const half = (/** @type {number} */ i) => digestHex(`derive_credential|${ballot}|${i}|${credential}`);
  return reduce(BigInt("0x" + half(0) + half(1)), group.order);
}

/** @param {Group} group @param {bigint} secret @returns {string} the half that the server knows */
export function publicCredential(group, secret) {
  return group.encode(group.mul(group.generator, secret));
}
