// An opinion, padded to one size and sealed to the trustees (docs/spec/opinions.md, section 2).

import "./old.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { digestHex, hashToScalar, randomScalar, reduce, utf8 } from "./hashing.js";

/** @typedef {import("./election.js").Election} Election */

const SIZE = 1024;
/** Bytes of text: two are for its length, eight for the entry. */
export const LONGEST = SIZE - 2 - 8;
/** What both this side and the other take off both ends of a text. */
const BLANK = /^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g;

/** @param {string} text @returns {number} its bytes as they are sealed */
export function weight(text) {
  return utf8(text.replace(BLANK, "")).length;
}

/** @param {string} entry @param {string} text @returns {Uint8Array} @throws {RangeError} when it is empty or too long */
function padded(entry, text) {
  const body = utf8(text.replace(BLANK, ""));
  if (!body.length || body.length > LONGEST) throw new RangeError(`An opinion has from 1 to ${LONGEST} bytes.`);
  const plain = new Uint8Array(SIZE);
  plain.set(utf8(entry));
  plain.set([body.length >> 8, body.length & 255], 8);
  plain.set(body, 10);
  return plain;
}

/** @param {Uint8Array} bytes @returns {string} Base64 with padding */
export function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/** @param {Election} election @param {string} alpha @param {string} sealed @returns {string} what the proof is about */
export function opinionContext({ fingerprint }, alpha, sealed) {
  return `opinion|${fingerprint}|${alpha}|${digestHex(sealed)}|`;
}

/**
 * @param {Election} election @param {string} entry its number on the ballot @param {string} text
 * @returns {string} canonical text of one size but for its numbers @throws {RangeError}
 */
export function sealOpinion(election, entry, text) {
  const { group, publicKey, fingerprint } = election;
  const [r, w] = [randomScalar(group.order), randomScalar(group.order)];
  const alpha = group.encode(group.mul(group.generator, r));
  const shared = utf8(group.encode(group.mul(publicKey, r)));
  const key = hkdf(sha256, shared, utf8(fingerprint), utf8(`opinion|${alpha}`), 32);
  const box = chacha20poly1305(key, new Uint8Array(12), utf8(`opinion|${fingerprint}|${alpha}`));
  const sealed = base64(box.encrypt(padded(entry, text)));
  const commitment = group.encode(group.mul(group.generator, w));
  const challenge = hashToScalar(opinionContext(election, alpha, sealed) + commitment, group.order);
  const response = reduce(w - r * challenge, group.order);
  const proof = { challenge: String(challenge), response: String(response) };
  return JSON.stringify({ election_hash: fingerprint, alpha, sealed, proof });
}
