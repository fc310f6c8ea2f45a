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
 * XXXXX-XXXXXX-XXXXX-XXXXXX, whatever blanks, dashes and dots were typed, in letters of any width; of a whole link, or
 * with words before a colon, what stands behind.
 * @param {string} typed @returns {string} @throws {CredentialError}
 */
export function normaliseCredential(typed) {
  const whole = typed.normalize("NFKC");
  const begins = Math.max(whole.lastIndexOf("#"), whole.lastIndexOf(":")) + 1;
  const plain = whole.slice(begins).replace(/[\s\p{P}\p{Cf}]/gu, "");
  const wrong = NOT_BASE58.exec(plain);
  if (wrong) throw new CredentialError("codeLetter", String.fromCodePoint(plain.codePointAt(wrong.index) || 0));
  if (plain.length !== LENGTH) throw new CredentialError("codeLength", String(plain.length));
  return groupLetters(plain);
}

/** @param {string} plain @returns {string} the letters so far, with the slip's dashes between them */
export function groupLetters(plain) {
  return [plain.slice(0, 5), plain.slice(5, 11), plain.slice(11, 16), plain.slice(16)].filter(Boolean).join("-");
}
