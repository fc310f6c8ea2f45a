// Tokens that their issuer cannot recognise: RSA blind signatures, RFC 9474, RSABSSA-SHA384-PSS-Randomized
// (docs/spec/opinions.md, section 1).

import "./old.js";
import { sha384 } from "@noble/hashes/sha2.js";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { publicCredential, secretOf } from "./credential.js";
import { digestHex, hashToScalar, randomScalar, reduce, toNumber, utf8 } from "./hashing.js";
import { base64 } from "./opinion-seal.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {{prefix: string, signature: string}} Token */
/** @typedef {{n: bigint, length: number}} Key the issuer's modulus and its bytes */
/** @typedef {{prefix: Uint8Array, encoded: bigint, inverse: bigint, blinded: string}} Blinded */

const HASH = 48;
const SALT = 48;
const PREFIX = 32;

/** What came back is no signature of ours. */
export class TokenError extends Error {}

/** @param {string} modulus in hexadecimal @returns {Key} */
export function readKey(modulus) {
  return { n: BigInt("0x" + modulus), length: Math.ceil(modulus.length / 2) };
}

/** @param {bigint} base @param {bigint} n @returns {bigint} base^65537 mod n */
function raised(base, n) {
  let square = base;
  for (let i = 0; i < 16; i++) square = (square * square) % n;
  return (square * base) % n;
}

/** @param {bigint} value @param {bigint} n @returns {bigint} value^-1 mod n, by Euclid; 0 when there is none */
function inverted(value, n) {
  let [a, b, x, y] = [value, n, 1n, 0n];
  while (b) {
    const q = a / b;
    [a, b, x, y] = [b, a - q * b, y, x - q * y];
  }
  return a === 1n ? reduce(x, n) : 0n;
}

/** @param {number} length @returns {Uint8Array} */
function random(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** @param {bigint} value @param {number} length @returns {Uint8Array} big-endian */
function toBytes(value, length) {
  return hexToBytes(value.toString(16).padStart(2 * length, "0"));
}

/** @param {Uint8Array} seed @param {number} length @returns {Uint8Array} MGF1 with SHA-384 (RFC 8017, B.2.1) */
function mask(seed, length) {
  const blocks = Array.from({ length: Math.ceil(length / HASH) }, (_, i) =>
    sha384(concatBytes(seed, new Uint8Array([0, 0, 0, i]))),
  );
  return concatBytes(...blocks).subarray(0, length);
}

/**
 * EMSA-PSS (RFC 8017, 9.1.1) for a modulus whose first byte is above 127, as ours is made.
 * @param {Uint8Array} message @param {number} length @returns {Uint8Array}
 */
function encode(message, length) {
  const salt = random(SALT);
  const hash = sha384(concatBytes(new Uint8Array(8), sha384(message), salt));
  const plain = concatBytes(new Uint8Array(length - SALT - HASH - 2), new Uint8Array([1]), salt);
  const hidden = mask(hash, plain.length).map((byte, i) => byte ^ plain[i]);
  hidden[0] &= 127;
  return concatBytes(hidden, hash, new Uint8Array([0xbc]));
}

/** @param {Key} key @param {string} ballot @returns {Blinded} a message that nobody can recognise */
function blind({ n, length }, ballot) {
  const prefix = random(PREFIX);
  const encoded = toNumber(encode(concatBytes(prefix, utf8(`opinion|${ballot}`)), length));
  for (;;) {
    const factor = toNumber(random(length + 16)) % n;
    const inverse = inverted(factor, n);
    if (inverse) return { prefix, encoded, inverse, blinded: base64(toBytes((encoded * raised(factor, n)) % n, length)) };
  }
}

/**
 * Take the blinding off. What is left is checked: an answer that is wrong would give a token that nobody takes.
 * @param {Key} key @param {Blinded} blinded @param {string} signed Base64 @returns {Token} @throws {TokenError}
 */
function unblind({ n, length }, { prefix, encoded, inverse }, signed) {
  const given = toNumber(Uint8Array.from(atob(signed), (character) => character.charCodeAt(0)));
  const signature = (given * inverse) % n;
  if (raised(signature, n) !== encoded) throw new TokenError("The server gave a token that does not hold.");
  return { prefix: base64(prefix), signature: base64(toBytes(signature, length)) };
}

/**
 * A request for tokens, and what makes tokens of the answer. The proof shows that who asks holds the slip.
 * @param {Group} group @param {string} ballot @param {string} code the slip's @param {Key} key @param {number} count
 * @returns {{body: string, finish: (signatures: string[]) => Token[]}}
 */
export function askForTokens(group, ballot, code, key, count) {
  const secret = secretOf(group, ballot, code);
  const credential = publicCredential(group, secret);
  const made = Array.from({ length: count }, () => blind(key, ballot));
  const blinded = made.map((one) => one.blinded);
  const w = randomScalar(group.order);
  const context = `tokens|${ballot}|${credential}|${digestHex(blinded.join(","))}|`;
  const challenge = hashToScalar(context + group.encode(group.mul(group.generator, w)), group.order);
  const response = reduce(w - secret * challenge, group.order);
  const proof = { challenge: String(challenge), response: String(response) };
  return {
    body: JSON.stringify({ credential, blinded, proof }),
    finish: (signatures) => made.map((one, i) => unblind(key, one, signatures[i])),
  };
}
