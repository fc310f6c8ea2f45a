// What a trustee computes of one ciphertext, and how sealed opinions are checked before (docs/spec/opinions.md).

import { digestHex, hashToScalar, randomScalar, reduce } from "./hashing.js";
import { opinionContext } from "./opinion-seal.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {import("./group.js").Element} Element */
/** @typedef {import("./election.js").Election} Election */
/** @typedef {{election: string, sealed: string[], cast: number, done: boolean}} OpinionsTask */

/**
 * alpha^secret, and the proof that the exponent is the one behind the trustee's public key.
 * @param {Election} election @param {{secret: bigint, publicText: string}} key @param {Element} alpha
 * @param {string} what "decrypt" of a sum, "open_opinion" of an opinion: neither proof can stand for the other
 */
export function factorOf({ group, fingerprint }, key, alpha, what) {
  const w = randomScalar(group.order);
  const a = group.encode(group.mul(group.generator, w));
  const b = group.encode(group.mul(alpha, w));
  const challenge = hashToScalar(`${what}|${fingerprint}|${key.publicText}|${a},${b}`, group.order);
  const response = reduce(w - key.secret * challenge, group.order);
  const factor = group.encode(group.mul(alpha, key.secret));
  return { factor, proof: { challenge: String(challenge), response: String(response) } };
}

/**
 * @param {Election} election @param {string} raw @returns {Element} the alpha of an opinion whose sender knew its secret
 * @throws {Error} otherwise: it might be the alpha of somebody's vote
 */
function checkOpinion(election, raw) {
  const { group, fingerprint } = election;
  const { election_hash, alpha, sealed, proof } = JSON.parse(raw);
  const element = group.decode(alpha);
  const [challenge, response] = [BigInt(proof.challenge), BigInt(proof.response)];
  const commitment = group.add(group.mul(group.generator, response), group.mul(element, challenge));
  const context = opinionContext(election, alpha, sealed);
  const holds = hashToScalar(context + group.encode(commitment), group.order) === challenge;
  if (election_hash !== fingerprint || !holds) throw new Error("An opinion whose sender did not know what is in it.");
  return element;
}

/**
 * @param {Election} election @param {string[]} sealed
 * @returns {Element[]} their alphas, in the order of their hashes, each once @throws {Error}
 */
export function checkOpinions(election, sealed) {
  const digests = sealed.map(digestHex);
  if (digests.some((digest, i) => i > 0 && digest <= digests[i - 1])) throw new Error("Not in order, or not each once.");
  return sealed.map((raw) => checkOpinion(election, raw));
}
