// A trustee's seed, typed from a printed sheet or read from its file.

import { CredentialError, normaliseCredential } from "./slip.js";
import { CeremonyError } from "./exchange.js";

/** @param {string} typed @returns {string} 22 letters without dashes @throws {CeremonyError} */
export function readSeed(typed) {
  try {
    return normaliseCredential(typed).replace(/-/g, "");
  } catch (error) {
    if (error instanceof CredentialError) throw new CeremonyError(error.code, { n: error.detail });
    throw error;
  }
}

/** @param {any} ceremony @param {number} index @param {string} seed @returns {string} the text of its file */
export function seedFile(ceremony, index, seed) {
  const file = { shuping: "trustee-seed", version: 1, ceremony, index, seed };
  return JSON.stringify(file, null, 2) + "\n";
}

/** @param {any} file @returns {string | null} the seed; null when it is not such a file */
export function seedOfFile(file) {
  const isOne = file?.shuping === "trustee-seed" && file.version === 1 && typeof file.seed === "string";
  return isOne ? readSeed(file.seed) : null;
}
