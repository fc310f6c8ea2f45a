// Slips: private codes by chance, shuffled, and the public halves sorted, so that no order leads from one to the other.

import { randomBase58, shuffled } from "./base58.js";
import { publicCredential, secretOf } from "./credential.js";
import { groupNamed } from "./groups.js";
import { groupLetters } from "./slip.js";

/** @typedef {{code: string, zh: string, en: string, made?: number, paper?: number}} Category */
/** @typedef {{ballot: string, group: string, address: string, zh: string, en: string, categories: Category[]}} Task */
/** @typedef {{codes: Record<string, string[]>, publics: Record<string, string[]>}} Made */

export const MOST = 5000;

/** @param {any} file @returns {Task | null} null when it is no task */
export function readTask(file) {
  const holds =
    file?.shuping === "slips-task" &&
    file.version === 1 &&
    /^[1-9A-HJ-NP-Za-km-z]{14,}$/.test(file.ballot) &&
    Array.isArray(file.categories) &&
    file.categories.every((/** @type {any} */ one) => /^[A-Za-z0-9]{1,16}$/.test(one?.code));
  return holds ? file : null;
}

/** @param {Record<string, number>} numbers @returns {boolean} whether so many can be made */
export function isPossible(numbers) {
  const all = Object.values(numbers);
  return all.every((n) => Number.isInteger(n) && n >= 0 && n <= MOST) && all.some((n) => n > 0);
}

/**
 * @param {Task} task @param {Record<string, number>} numbers slips by category
 * @param {(done: number) => Promise<void>} breathe called now and then, so that the page can draw
 * @returns {Promise<Made>} the codes shuffled, the public halves sorted
 */
export async function makeSlips(task, numbers, breathe) {
  const group = groupNamed(task.group);
  const generate = { ...group, mul: fixed(group) };
  const made = /** @type {Made} */ ({ codes: {}, publics: {} });
  let done = 0;
  for (const { code } of task.categories) {
    const codes = Array.from({ length: numbers[code] || 0 }, () => groupLetters(randomBase58(22)));
    made.publics[code] = [];
    for (const credential of codes) {
      made.publics[code].push(publicCredential(generate, secretOf(group, task.ballot, credential)));
      if (++done % 20 === 0) await breathe(done);
    }
    made.publics[code].sort();
    made.codes[code] = shuffled(codes);
  }
  return made;
}

/** @param {import("./group.js").Group} group every multiplication here is one of the generator */
function fixed(group) {
  const table = group.fixedBase(group.generator);
  return (/** @type {any} */ _generator, /** @type {bigint} */ scalar) => table(scalar);
}
