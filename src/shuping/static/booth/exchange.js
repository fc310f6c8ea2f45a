// The key ceremony by messages (Belenios specification, "Threshold decryption"; docs/spec/ballot.md): a trustee holds a
// seed of 22 Base58 characters and nothing else. Nothing that comes from the relay is believed without its proof.

import { digestHex, hashToScalar, randomScalar, reduce } from "./hashing.js";
import { groupNamed } from "./groups.js";
import { isSigned, knows, proveKnowledge, sign, signature } from "./signed.js";
import { seal, unseal } from "./seal.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {import("./group.js").Element} Element */
/** @typedef {import("./signed.js").Signed} Signed */
/** @typedef {{identifier: string, group: Group, trustees: number, threshold: number, messages: string[][]}} Ceremony */
/** @typedef {{verification: Element, encryption: Element, certificate: Signed}} Certified */
/** @typedef {{coefficients: Element[], commitment: Signed, agreement: any, secrets: import("./seal.js").Sealed[]}} Polynomial */

/** The ceremony is not in order: `code` is the key of a sentence, `n` the trustee whose message it is. */
export class CeremonyError extends Error {
  /** @param {string} code @param {Record<string, string | number>} [values] */
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

/**
 * @template T
 * @param {string} code @param {number} n @param {() => T} read @returns {T}
 */
function orRefuse(code, n, read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof CeremonyError) throw error;
    throw new CeremonyError(code, { n });
  }
}

/** @param {string} code @param {number} n @param {boolean} holds @throws {CeremonyError} */
function ensure(code, n, holds) {
  if (!holds) throw new CeremonyError(code, { n });
}

/** @param {any} file what the relay hands out @returns {Ceremony} @throws {CeremonyError} */
export function readCeremony(file) {
  return orRefuse("notACeremony", 0, () => {
    const { trustees, threshold, messages, ceremony } = file;
    ensure("notACeremony", 0, file.shuping === "key-ceremony" && file.version === 1);
    ensure("notACeremony", 0, Number.isInteger(trustees) && Number.isInteger(threshold) && threshold >= 1);
    ensure("notACeremony", 0, threshold <= trustees && trustees <= 100 && messages.length === trustees);
    ensure("notACeremony", 0, messages.every((/** @type {any} */ row) => row.length === 3));
    ensure("notACeremony", 0, /^[1-9A-HJ-NP-Za-km-z]{14,}$/.test(ceremony));
    return { identifier: ceremony, group: groupNamed(file.group), trustees, threshold, messages };
  });
}

/** @param {Ceremony} ceremony @returns {number} the first step that somebody has not done; 4 when all is there */
export function stepOf({ messages }) {
  return [0, 1, 2].findIndex((step) => messages.some((row) => !row[step])) + 1 || 4;
}

/** @param {Ceremony} ceremony @param {number} index @param {number} step @returns {{signed: Signed, content: any}} */
function contentOf({ identifier, messages }, index, step) {
  const signed = JSON.parse(messages[index - 1][step - 1]);
  const body = JSON.parse(signed.message);
  ensure("badMessage", index, body.ceremony === identifier && body.step === step && body.index === index);
  return { signed, content: body.content };
}

/** @param {any} signed @returns {Signed} with its fields in the order of the record */
function ordered({ message, signature: { challenge, response } }) {
  return { message, signature: { challenge, response } };
}

// --- what others sent ---

/** @param {Ceremony} ceremony @param {number} index @returns {Certified} @throws {CeremonyError} */
function certified(ceremony, index) {
  const { group, trustees, threshold } = ceremony;
  return orRefuse("badMessage", index, () => {
    const { signed, content } = contentOf(ceremony, index, 1);
    const certificate = ordered(content.certificate);
    const { context, verification, encryption } = JSON.parse(certificate.message);
    const expected = { group: group.name, size: trustees, threshold, index };
    ensure("badMessage", index, JSON.stringify(context) === JSON.stringify(expected));
    const key = group.decode(verification);
    ensure("badMessage", index, isSigned(group, key, certificate.message, certificate.signature));
    ensure("badMessage", index, isSigned(group, key, signed.message, signed.signature));
    return { verification: key, encryption: group.decode(encryption), certificate };
  });
}

/** @param {Ceremony} ceremony @returns {Certified[]} @throws {CeremonyError} */
function allCertified(ceremony) {
  const all = ceremony.messages.map((_, i) => certified(ceremony, i + 1));
  const names = new Set(all.map(({ verification }) => ceremony.group.encode(verification)));
  ensure("badMessage", ceremony.trustees, names.size === ceremony.trustees);
  return all;
}

/** What a trustee signs to say: these certificates I saw. @param {Certified[]} all @param {string[]} coefexps */
function agreementText(all, coefexps) {
  return "certs_sig|" + JSON.stringify({ certs: all.map(({ certificate }) => certificate), coefexps });
}

/** @param {Ceremony} ceremony @param {Certified[]} all @param {number} index @returns {Polynomial} */
function polynomialOf(ceremony, all, index) {
  const { group, threshold, trustees } = ceremony;
  const key = all[index - 1].verification;
  return orRefuse("badMessage", index, () => {
    const { signed, content } = contentOf(ceremony, index, 2);
    const { agreement, secrets } = content;
    const commitment = ordered(content.commitment);
    const { coefexps } = JSON.parse(commitment.message);
    ensure("badMessage", index, coefexps.length === threshold && secrets.length === trustees);
    ensure("badMessage", index, isSigned(group, key, signed.message, signed.signature));
    ensure("badMessage", index, isSigned(group, key, commitment.message, commitment.signature));
    ensure("otherCertificates", index, isSigned(group, key, agreementText(all, coefexps), agreement));
    return { coefficients: coefexps.map(group.decode), commitment, agreement, secrets };
  });
}

/** g^(the polynomials' sum at `index`). @param {Group} group @param {Element[][]} rows @param {number} index */
function shareKey(group, rows, index) {
  const columns = rows[0].map((_, degree) => rows.map((row) => row[degree]).reduce(group.add));
  return columns.map((column, degree) => group.mul(column, BigInt(index) ** BigInt(degree))).reduce(group.add);
}

// --- what a trustee makes ---

/** @param {Group} group @param {string} seed */
function secretsOf(group, seed) {
  return { signing: hashToScalar(`sk|${seed}`, group.order), opening: hashToScalar(`dk|${seed}`, group.order) };
}

/** @param {Ceremony} ceremony @param {number} index @param {number} step @param {bigint} key @param {any} content */
function message({ identifier, group }, index, step, key, content) {
  return JSON.stringify(sign(group, key, JSON.stringify({ ceremony: identifier, step, index, content })));
}

/** @param {Ceremony} ceremony @param {number} sender @param {number} recipient */
function contextOf({ identifier }, sender, recipient) {
  return `${identifier}|${sender}|${recipient}`;
}

/** Step 1. @param {Ceremony} ceremony @param {number} index @param {string} seed @returns {string} */
export function firstMessage(ceremony, index, seed) {
  const { group, trustees, threshold } = ceremony;
  const { signing, opening } = secretsOf(group, seed);
  const context = { group: group.name, size: trustees, threshold, index };
  const verification = group.encode(group.mul(group.generator, signing));
  const encryption = group.encode(group.mul(group.generator, opening));
  const certificate = sign(group, signing, JSON.stringify({ context, verification, encryption }));
  return message(ceremony, index, 1, signing, { certificate });
}

/**
 * @param {Ceremony} ceremony @param {Certified[]} all @param {number} index @param {string} seed
 * @throws {CeremonyError} when the seed is not the one behind this trustee's certificate
 */
function checkSeed({ group }, all, index, seed) {
  const { signing } = secretsOf(group, seed);
  const mine = group.equal(all[index - 1].verification, group.mul(group.generator, signing));
  ensure("wrongSeed", index, mine);
}

/** Step 2. @param {Ceremony} ceremony @param {number} index @param {string} seed @returns {string} */
export function secondMessage(ceremony, index, seed) {
  const { group, threshold } = ceremony;
  const { signing } = secretsOf(group, seed);
  const all = allCertified(ceremony);
  checkSeed(ceremony, all, index, seed);
  const polynomial = Array.from({ length: threshold }, () => randomScalar(group.order));
  const coefexps = polynomial.map((a) => group.encode(group.mul(group.generator, a)));
  const commitment = sign(group, signing, JSON.stringify({ coefexps }));
  const agreement = signature(group, signing, agreementText(all, coefexps));
  const secrets = all.map(({ encryption }, i) => {
    const share = [...polynomial].reverse().reduce((sum, a) => reduce(sum * BigInt(i + 1) + a, group.order), 0n);
    return seal(group, encryption, share, contextOf(ceremony, index, i + 1));
  });
  return message(ceremony, index, 2, signing, { commitment, agreement, secrets });
}

/**
 * The key behind a seed, once everybody has sent shares. A wrong share is refused by the name of its sender.
 * @param {Ceremony} ceremony @param {number} index @param {string} seed
 * @returns {{secret: bigint, publicText: string}} @throws {CeremonyError}
 */
export function keyOfSeed(ceremony, index, seed) {
  const { group } = ceremony;
  const all = allCertified(ceremony);
  checkSeed(ceremony, all, index, seed);
  const { opening } = secretsOf(group, seed);
  const shares = ceremony.messages.map((_, i) => {
    const { coefficients, secrets } = polynomialOf(ceremony, all, i + 1);
    const share = unseal(group, opening, secrets[index - 1], contextOf(ceremony, i + 1, index));
    const fits = share !== null && group.equal(group.mul(group.generator, share), shareKey(group, [coefficients], index));
    ensure("wrongShare", i + 1, fits);
    return /** @type {bigint} */ (share);
  });
  const secret = reduce(shares.reduce((sum, share) => sum + share, 0n), group.order);
  return { secret, publicText: group.encode(group.mul(group.generator, secret)) };
}

/**
 * Step 3, and the key file, which is secret: the same file as the command line writes.
 * @param {Ceremony} ceremony @param {number} index @param {string} seed
 * @returns {{sent: string, file: string}} @throws {CeremonyError}
 */
export function thirdMessage(ceremony, index, seed) {
  const { group, trustees, threshold } = ceremony;
  const { signing } = secretsOf(group, seed);
  const { secret, publicText } = keyOfSeed(ceremony, index, seed);
  const pok = proveKnowledge(group, secret, `pok|${group.name}|${publicText}|`);
  const verification_key = { pok, public_key: publicText, signature: signature(group, signing, publicText) };
  const file = {
    shuping: "trustee-key",
    version: 1,
    group: group.name,
    index,
    threshold,
    trustees,
    verification_key: publicText,
    decryption_key: String(secret),
  };
  return { sent: message(ceremony, index, 3, signing, { verification_key }), file: JSON.stringify(file, null, 2) + "\n" };
}

/**
 * Everything that everybody sent, checked by the one who keeps a part of the result.
 * @param {Ceremony} ceremony @returns {any} the item for the list of trustees @throws {CeremonyError}
 */
export function gather(ceremony) {
  const { threshold } = ceremony;
  const all = allCertified(ceremony);
  const polynomials = ceremony.messages.map((_, i) => polynomialOf(ceremony, all, i + 1));
  const rows = polynomials.map(({ coefficients }) => coefficients);
  const keys = ceremony.messages.map((_, i) => verificationKey(ceremony, all[i].verification, rows, i + 1));
  return [
    "Pedersen",
    {
      threshold,
      certs: all.map(({ certificate }) => certificate),
      coefexps: polynomials.map(({ commitment }) => commitment),
      signatures: polynomials.map(({ agreement }) => agreement),
      verification_keys: keys,
    },
  ];
}

/** @param {Ceremony} ceremony @param {Element} identity @param {Element[][]} rows @param {number} index */
function verificationKey(ceremony, identity, rows, index) {
  const { group } = ceremony;
  return orRefuse("badMessage", index, () => {
    const { signed, content } = contentOf(ceremony, index, 3);
    const { pok, public_key, signature: proof } = content.verification_key;
    const key = group.decode(public_key);
    ensure("badMessage", index, isSigned(group, identity, signed.message, signed.signature));
    ensure("badMessage", index, group.equal(key, shareKey(group, rows, index)));
    ensure("badMessage", index, knows(group, key, pok, `pok|${group.name}|${public_key}|`));
    ensure("badMessage", index, isSigned(group, identity, public_key, proof));
    return content.verification_key;
  });
}

/**
 * What the trustees compare aloud: 20 hexadecimal digits over all messages of the first step. A relay that shows one
 * of them other certificates than the rest is found out.
 * @param {Ceremony} ceremony @returns {string}
 */
export function fingerprintOf({ identifier, messages }) {
  const digest = digestHex(`${identifier}|${JSON.stringify(messages.map((row) => row[0]))}`);
  return /** @type {string[]} */ (digest.slice(0, 20).match(/.{4}/g)).join(" ");
}
