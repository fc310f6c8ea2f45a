// The booth's ballots: proved, canonical, used once, and saying what was marked.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readElection } from "../../src/shuping/static/booth/election.js";
import { BallotError, finish, prepare } from "../../src/shuping/static/booth/encrypt.js";
import { GROUPS } from "../../src/shuping/static/booth/groups.js";
import { publicCredential, secretOf } from "../../src/shuping/static/booth/credential.js";
import { digest } from "../../src/shuping/static/booth/hashing.js";
import { open, verifyBallot } from "./verifier.mjs";

const BALLOT = "Ba11otBa11otBa";
const CREDENTIAL = "VWhL6-FZUbPd-4sHrR-Lpw6pP";
const KEY = 987654321098765432109876543210n;
const ANSWERS = ["好 / Good", "较好 / Fairly good", "差 / Poor", "不了解 / No opinion"];

/** An election with a key that this test knows. */
function electionOf(group, rows, answers = ANSWERS) {
  const questions = Array.from({ length: rows }, (_, i) => ({
    answers,
    min: 1,
    max: 1,
    question: `0${i + 1} 青川市 / Qingchuan`,
  }));
  const public_key = group.encode(group.mul(group.generator, KEY));
  const raw = { version: 1, description: "", name: "测评 / Review", group: group.name, public_key, questions };
  return readElection(JSON.stringify({ ...raw, uuid: "QingchuanAbcde" }), GROUPS);
}

function opened(election, raw) {
  return JSON.parse(raw).answers.map((answer) => answer.choices.map((c) => open(election, KEY, c, 1)));
}

for (const group of GROUPS) {
  test(`${group.name}: a ballot is proved, canonical and opens to what was marked`, () => {
    const election = electionOf(group, 3);
    const secret = secretOf(group, BALLOT, CREDENTIAL);

    const { ballot, tracker } = finish(prepare(election, secret), [0, 3, 2]);

    verifyBallot(election, ballot);
    assert.deepEqual(opened(election, ballot), [[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]);
    assert.equal(JSON.parse(ballot).credential, publicCredential(group, secret));
    assert.equal(tracker, digest(ballot));
    assert.match(tracker, /^[A-Za-z0-9+/]{43}$/);
  });

  test(`${group.name}: every answer of a two-grade and a seven-grade scale can be marked`, () => {
    for (const count of [2, 7]) {
      const answers = Array.from({ length: count }, (_, i) => `等次${i} / Grade ${i}`);
      const election = electionOf(group, count, answers);
      const choices = answers.map((_, i) => i);

      const { ballot } = finish(prepare(election, 5n), choices);

      verifyBallot(election, ballot);
      assert.deepEqual(opened(election, ballot).map((marks) => marks.indexOf(1)), choices);
    }
  });
}

test("no two ballots of one voter share a number", () => {
  const election = electionOf(GROUPS[0], 2);

  const numbers = [0, 1].flatMap(() => {
    const { ballot } = finish(prepare(election, 5n), [0, 0]);
    return ballot.match(/"(?:[0-9]{60,}|[0-9a-f]{64})"/g);
  });

  const credential = `"${GROUPS[0].encode(GROUPS[0].mul(GROUPS[0].generator, 5n))}"`;
  const counted = numbers.filter((number) => number !== credential);
  assert.equal(new Set(counted).size, counted.length);
});

test("prepared secrets serve one ballot and are overwritten", () => {
  const election = electionOf(GROUPS[0], 2);
  const prepared = prepare(election, 5n);

  finish(prepared, [0, 1]);

  assert.throws(() => finish(prepared, [1, 1]), BallotError);
  assert.deepEqual(prepared.questions.flatMap((q) => q.answers.map((a) => a.r)), Array(8).fill(0n));
  assert.equal(prepared.signature.s, 0n);
});

for (const choices of [[0], [0, 4], [0, -1], [0, 1.5], [0, undefined]]) {
  test(`marks ${JSON.stringify(choices)} are refused and waste nothing`, () => {
    const election = electionOf(GROUPS[0], 2);
    const prepared = prepare(election, 5n);

    assert.throws(() => finish(prepared, choices), BallotError);

    verifyBallot(election, finish(prepared, [0, 3]).ballot);
  });
}
