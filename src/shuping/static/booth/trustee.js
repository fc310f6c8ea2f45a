// A trustee's part of the decryption, computed where the trustee's key is: the key is read, used and forgotten here, and
// only decryption factors with their proofs leave the page (Belenios specification, section "Partial decryption").

import { GroupError } from "./group.js";
import { groupNamed } from "./groups.js";
import { readElection } from "./election.js";
import { checkOpinions, factorOf } from "./opening.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {import("./group.js").Element} Element */
/** @typedef {import("./election.js").Election} Election */
/** @typedef {{group: Group, index: number, publicText: string, secret: bigint}} Key */
/** @typedef {{category: string, election: string, tally: string, cast: number, done: boolean}} Task */
/** @typedef {import("./opening.js").OpinionsTask} OpinionsTask */
/** @typedef {{owner: number, floor: number, trustees: string, categories: Task[], opinions?: OpinionsTask | null, ceremony?: any}} Tasks */

/** Below this no rule of a ballot may set the floor. */
export const LOWEST_FLOOR = 5;
/** Below this no opinions are opened. */
export const LEAST_OPINIONS = 10;

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
  const election = checkKeys(key, tasks, task);
  return { election, alphas: orRefuse("wrongTally", () => readTally(election, task.tally)) };
}

/**
 * @param {Key} key @param {Tasks} tasks @param {{election: string}} task
 * @returns {Election} whose key the trustees' keys make, this one among them @throws {TrusteeError}
 */
function checkKeys(key, tasks, task) {
  const election = orRefuse("wrongElection", () => readElection(task.election, [key.group]));
  orRefuse("wrongTrustees", () => {
    const trustees = JSON.parse(tasks.trustees);
    if (!election.group.equal(combinedKey(election.group, trustees), election.publicKey)) {
      throw new TrusteeError("wrongTrustees");
    }
    if (ownerKeys(trustees)[tasks.owner - 1] !== key.publicText) throw new TrusteeError("wrongOwner", { n: tasks.owner });
  });
  return election;
}

/**
 * The same for opinions: fewer than ten are never opened, nor anything whose sender did not know what is in it.
 * @param {Key} key @param {Tasks} tasks @param {OpinionsTask} task
 * @returns {{election: Election, alphas: Element[]}} @throws {TrusteeError}
 */
export function checkOpinionsTask(key, tasks, task) {
  const { length } = task.sealed;
  if (!(length >= LEAST_OPINIONS)) throw new TrusteeError("fewOpinions", { n: length, m: LEAST_OPINIONS });
  const election = checkKeys(key, tasks, task);
  return { election, alphas: orRefuse("wrongOpinions", () => checkOpinions(election, task.sealed)) };
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
    rows.push(row.map((alpha) => factorOf(election, key, alpha, "decrypt")));
    await breathe(rows.length, alphas.length);
  }
  return JSON.stringify({
    decryption_factors: rows.map((row) => row.map(({ factor }) => factor)),
    decryption_proofs: rows.map((row) => row.map(({ proof }) => proof)),
  });
}

/**
 * The part of opening all opinions at once.
 * @param {Key} key @param {Tasks} tasks @param {OpinionsTask} task
 * @param {(done: number, all: number) => Promise<void>} breathe called every so often, so that the page can draw
 * @returns {Promise<string>} its canonical text @throws {TrusteeError}
 */
export async function partialOpening(key, tasks, task, breathe) {
  const { election, alphas } = checkOpinionsTask(key, tasks, task);
  const made = [];
  for (const alpha of alphas) {
    made.push(factorOf(election, key, alpha, "open_opinion"));
    if (made.length % 20 === 0) await breathe(made.length, alphas.length);
  }
  return JSON.stringify({
    decryption_factors: made.map(({ factor }) => factor),
    decryption_proofs: made.map(({ proof }) => proof),
  });
}

/** @param {Key} key its secret is overwritten */
export function forget(key) {
  key.secret = 0n;
}
