// What is marked so far: counting and the two reminders, apart from any page.

/** @typedef {(number | null)[]} Marks the answer marked in each row, counted from 0 */

/** @param {number} rows @returns {Marks} */
export function noMarks(rows) {
  return Array.from({ length: rows }, () => null);
}

/** @param {Marks} marks @returns {number[]} the rows without a mark */
export function missingRows(marks) {
  return marks.flatMap((mark, row) => (mark === null ? [row] : []));
}

/**
 * The one answer given in every row of three or more: the booth asks whether that is meant, and prevents nothing.
 * @param {Marks} marks @returns {number | null}
 */
export function sameEverywhere(marks) {
  const same = marks.length >= 3 && marks.every((mark) => mark !== null && mark === marks[0]);
  return same ? marks[0] : null;
}
