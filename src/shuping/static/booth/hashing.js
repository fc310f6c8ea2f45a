// Text to bytes, bytes to numbers, and the one hash of Belenios: SHA-256 of a text, read as a big-endian number.
// Only crypto.getRandomValues and noble are used: a phone that opened plain http has no crypto.subtle.

import "./old.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** @param {string} text @returns {Uint8Array} */
export function utf8(text) {
  return new TextEncoder().encode(text);
}

/** @param {Uint8Array} bytes @returns {bigint} big-endian */
export function toNumber(bytes) {
  return BigInt("0x" + bytesToHex(bytes));
}

/** @param {string} text @returns {string} Base64 of SHA-256, standard alphabet, without padding (43 characters) */
export function digest(text) {
  return btoa(String.fromCharCode(...sha256(utf8(text)))).replace(/=+$/, "");
}

/** @param {string} text @returns {string} SHA-256 in hexadecimal */
export function digestHex(text) {
  return bytesToHex(sha256(utf8(text)));
}

/**
 * The challenge of every proof (Belenios specification, section "Proofs").
 * @param {string} text @param {bigint} order @returns {bigint} SHA-256 as a number, modulo the group's order
 */
export function hashToScalar(text, order) {
  return toNumber(sha256(utf8(text))) % order;
}

/** @param {bigint} value @param {bigint} order @returns {bigint} the residue between 0 and order - 1 */
export function reduce(value, order) {
  const rest = value % order;
  return rest < 0n ? rest + order : rest;
}

/**
 * A fresh secret number between 1 and order - 1. 384 random bits keep the bias below 2^-128.
 * @param {bigint} order @returns {bigint}
 */
export function randomScalar(order) {
  const bytes = crypto.getRandomValues(new Uint8Array(48));
  const scalar = 1n + (toNumber(bytes) % (order - 1n));
  bytes.fill(0);
  return scalar;
}
