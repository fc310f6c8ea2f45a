// A trustee's part of the decryption, computed where the trustee's key is: the key is read, used and forgotten here, and
// only decryption factors with their proofs leave the page (Belenios specification, section "Partial decryption").

import { GroupError } from "./group.js";
import { groupNamed } from "./groups.js";
import { hashToScalar, randomScalar, reduce } from "./hashing.js";
import { readElection } from "./election.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {import("./group.js").Element} Element */
/** @typedef {import("./election.js").Election} Election */
/** @typedef {{group: Group, index: number, publicText: string, secret: bigint}} Key */
/** @typedef {{category: string, election: string, tally: string, cast: number, done: boolean}} Task */
/** @typedef {{owner: number, floor: number, trustees: string, categories: Task[], ceremony?: any}} Tasks */

/** Below this no rule of a ballot may set the floor. */
export const LOWEST_FLOOR = 5;

/** The page will not decrypt: `code` is the key of a sentence, `values` fill its places. */
export class TrusteeError extends Error {
  /** @param {string} code @param {Record<string, string | number>} [values] */
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

/**
 * Run a reading step; what it cannot read becomes the given refusal.
 * @template T
 * @param {string} code @param {() => T} read @returns {T}
 */
function orRefuse(code, read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof TrusteeError) throw error;
    throw new TrusteeError(code, { n: error instanceof GroupError ? error.message : "" });
  }
}

/** @param {string} text a key file @returns {Key} whose halves belong together @throws {TrusteeError} */
export function readKeyFile(text) {
  const key = orRefuse("notAKey", () => {
    const data = JSON.parse(text);
    if (data.shuping !== "trustee-key" || data.version !== 1) throw new TrusteeError("notAKey");
    if (!/^(0|[1-9]\d*)$/.test(data.decryption_key)) throw new TrusteeError("notAKey");
    const group = groupNamed(data.group);
    const publicText = group.encode(group.decode(data.verification_key));
    return { group, index: Number(data.index), publicText, secret: BigInt(data.decryption_key) };
  });
  const { group, secret } = key;
  const derived = secret > 0n && secret < group.order ? group.encode(group.mul(group.generator, secret)) : "";
  if (derived !== key.publicText) throw new TrusteeError("halves");
  return key;
}

/** @param {any[]} trustees the parsed list @returns {string[]} the verification keys, owner 1 first */
function ownerKeys(trustees) {
  return trustees.flatMap(([kind, value]) =>
    kind === "Single"
      ? [value.public_key]
      : value.verification_keys.map((/** @type {{public_key: string}} */ key) => key.public_key),
  );
}

/** @param {Group} group @param {any[]} trustees @returns {Element} the election key that the trustees' keys make */
function combinedKey(group, trustees) {
  const parts = trustees.flatMap(([kind, value]) =>
    kind === "Single"
      ? [value.public_key]
      : value.coefexps.map((/** @type {{message: string}} */ signed) => JSON.parse(signed.message).coefexps[0]),
  );
  return parts.map(group.decode).reduce(group.add);
}

/**
 * The encrypted sum, checked against the election's shape. Every element is decoded strictly.
 * @param {Election} election @param {string} raw @returns {Element[][]} the alphas
 */
function readTally(election, raw) {
  const rows = JSON.parse(raw);
  const fits =
    Array.isArray(rows) &&
    rows.length === election.questions.length &&
    rows.every((row, i) => row.length === election.questions[i].answers.length);
  if (!fits) throw new TrusteeError("wrongTally");
  return rows.map((/** @type {{alpha: string}[]} */ row) => row.map(({ alpha }) => election.group.decode(alpha)));
}

/**
 * Everything that can be known to be wrong before the key is used.
 * @param {Key} key @param {Tasks} tasks @param {Task} task
 * @returns {{election: Election, alphas: Element[][]}} @throws {TrusteeError}
 */
export function checkTask(key, tasks, task) {
  const floor = Math.max(Number(tasks.floor) || 0, LOWEST_FLOOR);
  if (!(task.cast >= floor)) throw new TrusteeError("belowFloor", { n: task.cast, m: floor });
  const election = orRefuse("wrongElection", () => readElection(task.election, [key.group]));
  orRefuse("wrongTrustees", () => {
    const trustees = JSON.parse(tasks.trustees);
    if (!election.group.equal(combinedKey(election.group, trustees), election.publicKey)) {
      throw new TrusteeError("wrongTrustees");
    }
    if (ownerKeys(trustees)[tasks.owner - 1] !== key.publicText) throw new TrusteeError("wrongOwner", { n: tasks.owner });
  });
  return { election, alphas: orRefuse("wrongTally", () => readTally(election, task.tally)) };
}

/**
 * alpha^secret, and the proof that the exponent is the one behind the trustee's public key.
 * @param {Election} election @param {Key} key @param {Element} alpha
 */
function decryptOne({ group, fingerprint }, key, alpha) {
  const w = randomScalar(group.order);
  const a = group.encode(group.mul(group.generator, w));
  const b = group.encode(group.mul(alpha, w));
  const challenge = hashToScalar(`decrypt|${fingerprint}|${key.publicText}|${a},${b}`, group.order);
  const response = reduce(w - key.secret * challenge, group.order);
  const factor = group.encode(group.mul(alpha, key.secret));
  return { factor, proof: { challenge: String(challenge), response: String(response) } };
}

/**
 * The partial decryption of one category.
 * @param {Key} key @param {Tasks} tasks @param {Task} task
 * @param {(done: number, all: number) => Promise<void>} breathe called after each row, so that the page can draw
 * @returns {Promise<string>} its canonical text @throws {TrusteeError}
 */
export async function partialDecryption(key, tasks, task, breathe) {
  const { election, alphas } = checkTask(key, tasks, task);
  const rows = [];
  for (const row of alphas) {
    rows.push(row.map((alpha) => decryptOne(election, key, alpha)));
    await breathe(rows.length, alphas.length);
  }
  return JSON.stringify({
    decryption_factors: rows.map((row) => row.map(({ factor }) => factor)),
    decryption_proofs: rows.map((row) => row.map(({ proof }) => proof)),
  });
}

/** @param {Key} key its secret is overwritten */
export function forget(key) {
  key.secret = 0n;
}
