// Knowledge of a secret, shown and checked, and messages signed with it (Belenios specification, "Trustee keys" and
// "Threshold decryption"): response = nonce - secret * challenge.

import { hashToScalar, randomScalar, reduce } from "./hashing.js";
import { GroupError } from "./group.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {import("./group.js").Element} Element */
/** @typedef {{challenge: string, response: string}} Proof */
/** @typedef {{message: string, signature: Proof}} Signed */

/** @param {Group} group @param {bigint} secret @param {string} prefix ends with "|" @returns {Proof} */
export function proveKnowledge(group, secret, prefix) {
  const nonce = randomScalar(group.order);
  const challenge = hashToScalar(prefix + group.encode(group.mul(group.generator, nonce)), group.order);
  return { challenge: String(challenge), response: String(reduce(nonce - secret * challenge, group.order)) };
}

/** @param {Group} group @param {unknown} text @returns {bigint} @throws {GroupError} */
function readScalar(group, text) {
  if (typeof text !== "string" || !/^(0|[1-9]\d{0,79})$/.test(text) || BigInt(text) >= group.order) {
    throw new GroupError("A number below the order of the group, in decimal digits, is expected.");
  }
  return BigInt(text);
}

/** @param {Group} group @param {Element} key @param {any} proof @param {string} prefix @returns {boolean} */
export function knows(group, key, proof, prefix) {
  const [challenge, response] = [readScalar(group, proof?.challenge), readScalar(group, proof?.response)];
  const commitment = group.add(group.mul(group.generator, response), group.mul(key, challenge));
  return hashToScalar(prefix + group.encode(commitment), group.order) === challenge;
}

/** @param {Group} group @param {bigint} secret @param {string} message @returns {Proof} */
export function signature(group, secret, message) {
  return proveKnowledge(group, secret, `sigmsg|${message}|`);
}

/** @param {Group} group @param {bigint} secret @param {string} message @returns {Signed} */
export function sign(group, secret, message) {
  return { message, signature: signature(group, secret, message) };
}

/** @param {Group} group @param {Element} key @param {string} message @param {any} proof @returns {boolean} */
export function isSigned(group, key, message, proof) {
  return typeof message === "string" && knows(group, key, proof, `sigmsg|${message}|`);
}
