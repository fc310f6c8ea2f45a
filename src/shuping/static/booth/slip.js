// The code on a voter's slip, as people type it.

const NOT_BASE58 = /[^1-9A-HJ-NP-Za-km-z]/;
const LENGTH = 22;

/** What was typed is not a code: `code` is the key of a sentence, `detail` the wrong letter or the length. */
export class CredentialError extends Error {
  /** @param {string} code @param {string} detail */
  constructor(code, detail) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

/**
 * XXXXX-XXXXXX-XXXXX-XXXXXX, whatever blanks and dashes were typed.
 * @param {string} typed @returns {string} @throws {CredentialError}
 */
export function normaliseCredential(typed) {
  const plain = typed.replace(/[\s\-‐-―－_.]/g, "");
  const wrong = NOT_BASE58.exec(plain);
  if (wrong) throw new CredentialError("codeLetter", wrong[0]);
  if (plain.length !== LENGTH) throw new CredentialError("codeLength", String(plain.length));
  return groupLetters(plain);
}

/** @param {string} plain @returns {string} the letters so far, with the slip's dashes between them */
export function groupLetters(plain) {
  return [plain.slice(0, 5), plain.slice(5, 11), plain.slice(11, 16), plain.slice(16)].filter(Boolean).join("-");
}
