// A trustee's part: the same factors as belenios-tool's, proved, and refused when anything does not fit.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readElection } from "../../src/shuping/static/booth/election.js";
import { GROUPS, groupNamed } from "../../src/shuping/static/booth/groups.js";
import { TrusteeError, checkTask, forget, partialDecryption, readKeyFile } from "../../src/shuping/static/booth/trustee.js";
import { NAMES, beside, ending, readRecord } from "./vectors.mjs";
import { verifyShare } from "./verifier.mjs";

const SINGLES = NAMES.filter((name) => ending(name, ".privkey").length === 1);
const THRESHOLD = NAMES.filter((name) => name.endsWith("thr2of3"));
const nothing = async () => {};

/** Ada's key file for a vector election with one trustee. */
function keyFile(name, changes = {}) {
  const { group } = readElection(readRecord(name).election, GROUPS);
  const decryption_key = beside(name, ending(name, ".privkey")[0]).trim().replace(/"/g, "");
  const verification_key = group.encode(group.mul(group.generator, BigInt(decryption_key)));
  const numbers = { index: 1, threshold: 1, trustees: 1 };
  const key = { shuping: "trustee-key", version: 1, group: group.name, ...numbers, verification_key, decryption_key };
  return JSON.stringify({ ...key, ...changes });
}

function tasksOf(name, changes = {}) {
  const { election, trustees, tally } = readRecord(name);
  const task = { category: "A", election, tally, cast: 16, done: false, ...changes };
  return { owner: 1, floor: 10, trustees, categories: [task] };
}

function refusal(act) {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof TrusteeError, String(error));
    return error.code;
  }
  return "nothing was refused";
}

test("there are vectors of both groups with a key", () => {
  assert.deepEqual(new Set(SINGLES.map((name) => name.slice(0, 2))), new Set(["ed", "ff"]));
});

for (const name of SINGLES) {
  test(`${name}: the same factors as the tool's, with proofs that hold`, async () => {
    const tasks = tasksOf(name);
    const record = readRecord(name);
    const key = readKeyFile(keyFile(name));
    const steps = [];

    const share = await partialDecryption(key, tasks, tasks.categories[0], async (n, m) => steps.push([n, m]));

    verifyShare(readElection(record.election, GROUPS), key.publicText, record.tally, share);
    assert.deepEqual(JSON.parse(share).decryption_factors, JSON.parse(record.shares[0][1]).decryption_factors);
    assert.deepEqual(steps, [[1, 3], [2, 3], [3, 3]]);
    assert.ok(!share.includes(String(key.secret)));
  });
}

for (const name of THRESHOLD) {
  test(`${name}: the trustees' list makes the public key, and another's key is told so`, () => {
    const tasks = tasksOf(name);
    const { group } = readElection(tasks.categories[0].election, GROUPS);
    const secret = 77n;
    const strangers = { group, index: 1, publicText: group.encode(group.mul(group.generator, secret)), secret };

    assert.equal(refusal(() => checkTask(strangers, tasks, tasks.categories[0])), "wrongOwner");
  });
}

const ED = SINGLES.find((name) => name.startsWith("ed"));

const KEY_FAULTS = {
  "no JSON": ["not a key", "notAKey"],
  "another file": [JSON.stringify({ version: 1 }), "notAKey"],
  "a later version": [keyFile(ED, { version: 2 }), "notAKey"],
  "an unknown group": [keyFile(ED, { group: "RFC-3526-2048" }), "notAKey"],
  "a damaged public half": [keyFile(ED, { verification_key: "00".repeat(32) }), "notAKey"],
  "a damaged private half": [keyFile(ED, { decryption_key: "12345" }), "halves"],
  "a private half of nothing": [keyFile(ED, { decryption_key: "0" }), "halves"],
  "a private half that is too large": [keyFile(ED, { decryption_key: String(groupNamed("Ed25519").order + 5n) }), "halves"],
};

for (const [what, [text, code]] of Object.entries(KEY_FAULTS)) {
  test(`a key file with ${what} is refused`, () => assert.equal(refusal(() => readKeyFile(text)), code));
}

const TASK_FAULTS = {
  "too few ballots": [{ cast: 9 }, "belowFloor"],
  "no number of ballots": [{ cast: null }, "belowFloor"],
  "an altered election": [{ election: readRecord(ED).election.replace('"max":1', '"max":2') }, "wrongElection"],
  "an election of the other group": [{ election: readRecord("ff-t20-3x4-5-single").election }, "wrongElection"],
  "a sum with a row too few": [{ tally: JSON.stringify(JSON.parse(readRecord(ED).tally).slice(1)) }, "wrongTally"],
  "a sum with a foreign element": [{ tally: readRecord(ED).tally.replace(/[0-9a-f]{64}/, "00".repeat(32)) }, "wrongTally"],
};

for (const [what, [changes, code]] of Object.entries(TASK_FAULTS)) {
  test(`${what}: nothing is decrypted`, async () => {
    const tasks = tasksOf(ED, changes);
    const key = readKeyFile(keyFile(ED));

    assert.equal(refusal(() => checkTask(key, tasks, tasks.categories[0])), code);
    await assert.rejects(partialDecryption(key, tasks, tasks.categories[0], nothing), { code });
  });
}

test("a floor of nought given by the server is not believed", () => {
  const tasks = { ...tasksOf(ED, { cast: 4 }), floor: 0 };

  assert.equal(refusal(() => checkTask(readKeyFile(keyFile(ED)), tasks, tasks.categories[0])), "belowFloor");
});

test("a public key that the trustees did not make is refused", () => {
  const tasks = { ...tasksOf(ED), trustees: readRecord("ed-t30-3x4-9-weights").trustees };

  assert.equal(refusal(() => checkTask(readKeyFile(keyFile(ED)), tasks, tasks.categories[0])), "wrongTrustees");
});

test("a key that was used is overwritten", () => {
  const key = readKeyFile(keyFile(ED));

  forget(key);

  assert.equal(key.secret, 0n);
});
