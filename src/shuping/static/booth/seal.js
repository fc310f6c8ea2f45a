// How a share travels from one trustee to another (docs/spec/ballot.md, "Ceremony by messages"): ElGamal in its hybrid
// form, alpha = g^r and XChaCha20-Poly1305 under a key from y^r, bound to ceremony, sender and recipient.

import "./old.js";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { randomScalar, utf8 } from "./hashing.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {{alpha: string, data: string}} Sealed */

/** @param {Group} group @param {string} alpha @param {any} common @param {string} context */
function cipher(group, alpha, common, context) {
  const nonce = sha256(utf8(`iv|${group.name}|${alpha}`)).subarray(0, 24);
  const key = sha256(utf8(`key|${group.name}|${alpha}|${group.encode(common)}`));
  return xchacha20poly1305(key, nonce, utf8(context));
}

/**
 * @param {Group} group @param {any} recipient an element @param {bigint} share @param {string} context
 * @returns {Sealed}
 */
export function seal(group, recipient, share, context) {
  const r = randomScalar(group.order);
  const alpha = group.encode(group.mul(group.generator, r));
  const plain = utf8(share.toString(16).padStart(64, "0"));
  return { alpha, data: bytesToHex(cipher(group, alpha, group.mul(recipient, r), context).encrypt(plain)) };
}

/**
 * @param {Group} group @param {bigint} secret @param {Sealed} sealed @param {string} context
 * @returns {bigint | null} null when it was not sealed for this key and this context
 */
export function unseal(group, secret, { alpha, data }, context) {
  try {
    const common = group.mul(group.decode(alpha), secret);
    const plain = cipher(group, alpha, common, context).decrypt(hexToBytes(data));
    const text = String.fromCharCode(...plain);
    const share = /^[0-9a-f]{64}$/.test(text) ? BigInt("0x" + text) : 0n;
    return share > 0n && share < group.order ? share : null;
  } catch {
    return null;
  }
}
