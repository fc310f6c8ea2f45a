// A Belenios ballot in two steps. prepare() does every exponentiation and does not know the choice; finish() takes the
// choice and needs only hashes and additions of numbers, so that the last click is answered at once, and in a time
// that does not depend on what was marked.
//
// For an answer with secret r, alpha = g^r and beta = y^r g^m with m = 0 or 1. The proof that m is 0 or 1 holds one
// true branch (A = g^w, B = y^w) and one simulated branch with challenge c and response z. With u = z + rc the latter's
// commitments are A = g^u and B = y^u g^-c when m = 0, y^u g^c when m = 1. We use challenge c for m = 0 and -c for
// m = 1: both are uniform, and B = y^u g^-c either way. So only beta and the order of the branches depend on m.

import { digest, hashToScalar, randomScalar, reduce } from "./hashing.js";
import { publicCredential } from "./credential.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {import("./election.js").Election} Election */
/** @typedef {(scalar: bigint) => import("./group.js").Element} Power */
/** @typedef {{challenge: bigint, response: bigint}} Proof */
/**
 * @typedef {object} PreparedAnswer
 * @property {bigint} r @property {bigint} w @property {bigint} u @property {bigint} c
 * @property {string} alpha @property {string[]} beta beta[m] for m = 0 and 1
 * @property {string} real "A,B" of the true branch @property {string} simulated "A,B" of the other
 */
/**
 * @typedef {object} PreparedQuestion
 * @property {PreparedAnswer[]} answers
 * @property {bigint} r the sum of the answers' secrets @property {bigint} w
 * @property {string} sum "sumA,sumB", the product of the ciphertexts: an encryption of 1
 * @property {string} commitment "A,B"
 */
/**
 * @typedef {object} Prepared
 * @property {Election} election @property {string} credential the public half
 * @property {PreparedQuestion[]} questions
 * @property {{s: bigint, w: bigint, commitment: string}} signature
 * @property {boolean} used
 */

/** The choices do not fit the election, or the prepared secrets were used before. */
export class BallotError extends Error {}

/** @param {Group} group @param {Power} g @param {Power} y */
function drawAnswer(group, g, y) {
  const [r, w, u, c] = [0, 0, 0, 0].map(() => randomScalar(group.order));
  const mask = y(r);
  const points = [
    g(r),
    mask,
    group.add(mask, group.generator),
    g(w),
    y(w),
    g(u),
    group.add(y(u), g(group.order - c)),
  ];
  return { r, w, u, c, points };
}

/** @param {Group} group @param {Power} g @param {Power} y @param {number} count @returns {PreparedQuestion} */
function prepareQuestion(group, g, y, count) {
  const drawn = Array.from({ length: count }, () => drawAnswer(group, g, y));
  const sum = (/** @type {number} */ at) => drawn.map((a) => a.points[at]).reduce(group.add);
  const w = randomScalar(group.order);
  const last = [sum(0), group.add(sum(1), group.generator), g(w), y(w)];
  const texts = group.encodeAll([...drawn.flatMap((a) => a.points), ...last]);
  const answers = drawn.map(({ r, w: own, u, c }, i) => {
    const [alpha, beta0, beta1, realA, realB, otherA, otherB] = texts.slice(7 * i, 7 * i + 7);
    const [real, simulated] = [`${realA},${realB}`, `${otherA},${otherB}`];
    return { r, w: own, u, c, alpha, beta: [beta0, beta1], real, simulated };
  });
  const [sumA, sumB, a, b] = texts.slice(7 * count);
  const r = reduce(drawn.reduce((total, answer) => total + answer.r, 0n), group.order);
  return { answers, r, w, sum: `${sumA},${sumB}`, commitment: `${a},${b}` };
}

/**
 * Everything that does not depend on the choice: 542 exponentiations for 18 entries with 4 answers, all of fixed base.
 * @param {Election} election
 * @param {bigint} secret the private exponent of the voter's credential
 * @returns {Prepared}
 */
export function prepare(election, secret) {
  const { group } = election;
  const g = group.fixedBase(group.generator);
  const y = group.fixedBase(election.publicKey);
  const w = randomScalar(group.order);
  return {
    election,
    credential: publicCredential(group, secret),
    questions: election.questions.map((question) => prepareQuestion(group, g, y, question.answers.length)),
    signature: { s: secret, w, commitment: group.encode(g(w)) },
    used: false,
  };
}

/** @param {Proof} proof */
function written({ challenge, response }) {
  return { challenge: String(challenge), response: String(response) };
}

/**
 * The two branches of "m is 0 or 1", the branch for 0 first.
 * @param {PreparedAnswer} answer @param {number} m @param {string} context S0 = fingerprint|credential
 * @param {bigint} q @returns {Proof[]}
 */
function proveAnswer(answer, m, context, q) {
  const { r, w, u, c, real, simulated } = answer;
  const guess = m === 0 ? c : q - c;
  const branches = m === 0 ? `${real},${simulated}` : `${simulated},${real}`;
  const hash = hashToScalar(`prove|${context}|${answer.alpha},${answer.beta[m]}|${branches}`, q);
  const challenge = reduce(hash - guess, q);
  const truth = { challenge, response: reduce(w - r * challenge, q) };
  const other = { challenge: guess, response: reduce(u - r * guess, q) };
  return m === 0 ? [truth, other] : [other, truth];
}

/**
 * @param {PreparedQuestion} question @param {number} choice @param {string} context @param {bigint} q
 */
function finishQuestion(question, choice, context, q) {
  const marks = question.answers.map((_, i) => (i === choice ? 1 : 0));
  const choices = question.answers.map(({ alpha, beta }, i) => ({ alpha, beta: beta[marks[i]] }));
  const statement = choices.map(({ alpha, beta }) => `${alpha},${beta}`).join(",");
  const challenge = hashToScalar(`prove|${context}|${statement}|${question.sum}|${question.commitment}`, q);
  return {
    choices,
    individual_proofs: question.answers.map((a, i) => proveAnswer(a, marks[i], context, q).map(written)),
    overall_proof: [written({ challenge, response: reduce(question.w - question.r * challenge, q) })],
  };
}

/** @param {Prepared} prepared @param {number[]} choices */
function check(prepared, choices) {
  const { questions } = prepared.election;
  if (prepared.used) throw new BallotError("These secrets were used for a ballot; prepare new ones.");
  const fits = (/** @type {number} */ choice, /** @type {number} */ row) => choice in questions[row].answers;
  if (choices.length !== questions.length || !choices.every(fits)) throw new BallotError("One mark per row is needed.");
}

/** @param {Prepared} prepared the secrets are overwritten: two ballots with the same ones would show what differs */
function wipe(prepared) {
  prepared.used = true;
  prepared.signature.s = prepared.signature.w = 0n;
  for (const question of prepared.questions) {
    question.r = question.w = 0n;
    for (const answer of question.answers) answer.r = answer.w = answer.u = answer.c = 0n;
  }
}

/**
 * The ballot's canonical text, its proofs and its signature (Belenios specification, section "Ballot").
 * @param {Prepared} prepared used up by this call
 * @param {number[]} choices the answer marked in each row, counted from 0
 * @returns {{ballot: string, tracker: string}} @throws {BallotError}
 */
export function finish(prepared, choices) {
  check(prepared, choices);
  const { election, credential, signature } = prepared;
  const q = election.group.order;
  const context = `${election.fingerprint}|${credential}`;
  const body = {
    election_uuid: election.uuid,
    election_hash: election.fingerprint,
    credential,
    answers: prepared.questions.map((question, i) => finishQuestion(question, choices[i], context, q)),
  };
  const hash = digest(JSON.stringify(body));
  const challenge = hashToScalar(`sig|${hash}|${signature.commitment}`, q);
  const proof = written({ challenge, response: reduce(signature.w - signature.s * challenge, q) });
  const ballot = JSON.stringify({ ...body, signature: { hash, proof } });
  wipe(prepared);
  return { ballot, tracker: digest(ballot) };
}
