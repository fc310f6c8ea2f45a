// Only an election that this booth can vote in is read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ElectionError, readElection } from "../../src/shuping/static/booth/election.js";
import { GroupError } from "../../src/shuping/static/booth/group.js";
import { GROUPS } from "../../src/shuping/static/booth/groups.js";
import { NAMES, readRecord } from "./vectors.mjs";

const RAW = readRecord(NAMES[0]).election;

/** The vector's election with something changed. */
function changed(change) {
  const data = JSON.parse(RAW);
  change(data);
  return JSON.stringify(data);
}

test("the fingerprint is of the raw text, blanks and all", () => {
  const spaced = RAW.replace(",", ", ");

  assert.notEqual(readElection(spaced, GROUPS).fingerprint, readElection(RAW, GROUPS).fingerprint);
  assert.deepEqual(readElection(spaced, GROUPS).questions, readElection(RAW, GROUPS).questions);
});

const FAULTS = {
  "another version": [(e) => (e.version = 2), ElectionError],
  "no uuid": [(e) => delete e.uuid, ElectionError],
  "a short uuid": [(e) => (e.uuid = "abc"), ElectionError],
  "no questions": [(e) => (e.questions = []), ElectionError],
  "a blank vote": [(e) => (e.questions[0].blank = true), ElectionError],
  "an optional row": [(e) => (e.questions[1].min = 0), ElectionError],
  "two marks": [(e) => (e.questions[1].max = 2), ElectionError],
  "a question for a mixnet": [(e) => (e.questions[0] = { type: "NonHomomorphic", value: {} }), ElectionError],
  "an unknown group": [(e) => (e.group = "RFC-3526-2048"), GroupError],
  "a public key of small order": [(e) => (e.public_key = "00".repeat(32)), GroupError],
};

for (const [what, [change, kind]] of Object.entries(FAULTS)) {
  test(`an election with ${what} is refused`, () => {
    assert.throws(() => readElection(changed(change), GROUPS), kind);
  });
}

test("a worker for one group refuses the other's election", () => {
  assert.throws(() => readElection(RAW, GROUPS.slice(1)), GroupError);
});
