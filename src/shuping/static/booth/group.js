// The one interface of the ballot's groups, written additively.

/** @typedef {any} Element a group element; only its own group looks inside */

/**
 * @typedef {object} Group
 * @property {string} name as written in the election
 * @property {bigint} order q, prime
 * @property {Element} generator
 * @property {(text: string) => Element} decode strict: canonical, of order q, not the identity; raises GroupError
 * @property {(element: Element) => string} encode
 * @property {(elements: Element[]) => string[]} encodeAll the same, sharing one inversion
 * @property {(a: Element, b: Element) => Element} add
 * @property {(a: Element, b: Element) => boolean} equal
 * @property {(element: Element, scalar: bigint) => Element} mul any scalar; for secrets
 * @property {(element: Element) => (scalar: bigint) => Element} fixedBase the same with a table, for many scalars
 */

/** What was handed in is not an element of the group, or not written in the one permitted way. */
export class GroupError extends Error {}
