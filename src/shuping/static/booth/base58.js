// Random codes in Base58: letters and digits that nobody mistakes for each other.

const LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** @param {number} length @returns {string} each letter equally likely: bytes that would favour some are thrown away */
export function randomBase58(length) {
  let text = "";
  const bytes = new Uint8Array(64);
  while (text.length < length) {
    crypto.getRandomValues(bytes);
    for (const byte of bytes) {
      if (byte < 4 * LETTERS.length && text.length < length) text += LETTERS[byte % LETTERS.length];
    }
  }
  bytes.fill(0);
  return text;
}

/**
 * @template T
 * @param {T[]} items @returns {T[]} the same in an order by chance, every order equally likely
 */
export function shuffled(items) {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = randomBelow(i + 1);
    [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
  }
  return mixed;
}

/** @param {number} limit at most 2^31 @returns {number} */
function randomBelow(limit) {
  const word = new Uint32Array(1);
  const fair = 2 ** 32 - (2 ** 32 % limit);
  do crypto.getRandomValues(word);
  while (word[0] >= fair);
  return word[0] % limit;
}
