// Reading an election: what the booth shows comes from its raw text alone, and its fingerprint is taken from that text.

import { digest } from "./hashing.js";
import { GroupError } from "./group.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {import("./group.js").Element} Element */
/** @typedef {{question: string, answers: string[]}} Question */
/**
 * @typedef {object} Election
 * @property {string} uuid 14 or more Base58 characters
 * @property {string} name "zh / en"
 * @property {Group} group
 * @property {Element} publicKey
 * @property {Question[]} questions one per entry, one answer to be marked in each
 * @property {string} fingerprint Base64 of SHA-256 of the raw text
 */

/** The election is of a kind that this program does not vote in. */
export class ElectionError extends Error {}

/** @param {any} question @returns {Question} */
function readQuestion(question) {
  const { answers, question: text, min, max, blank } = question || {};
  if (!Array.isArray(answers) || typeof text !== "string" || !answers.every((a) => typeof a === "string")) {
    throw new ElectionError("A question without a list of answers.");
  }
  if (min !== 1 || max !== 1 || blank || answers.length < 2) {
    throw new ElectionError("This booth marks exactly one answer per row.");
  }
  return { question: text, answers };
}

/**
 * @param {string} raw the election exactly as the server keeps it
 * @returns {{uuid: string, name: string, group: string, publicKey: string, questions: Question[], fingerprint: string}}
 * @throws {ElectionError}
 */
function readTexts(raw) {
  const data = JSON.parse(raw);
  const isKnown = data.version === 1 && /^[1-9A-HJ-NP-Za-km-z]{14,}$/.test(data.uuid);
  if (!isKnown || !Array.isArray(data.questions) || !data.questions.length) {
    throw new ElectionError("This is not an election of version 1 with questions.");
  }
  return {
    uuid: data.uuid,
    name: String(data.name),
    group: String(data.group),
    publicKey: String(data.public_key),
    questions: data.questions.map(readQuestion),
    fingerprint: digest(raw),
  };
}

/**
 * @param {string} raw @param {Group[]} groups those that this program votes in
 * @returns {Election} @throws {ElectionError | GroupError | SyntaxError}
 */
export function readElection(raw, groups) {
  const texts = readTexts(raw);
  const group = groups.find(({ name }) => name === texts.group);
  if (!group) throw new GroupError(`This program does not vote in the group “${texts.group}”.`);
  return { ...texts, group, publicKey: group.decode(texts.publicKey) };
}
