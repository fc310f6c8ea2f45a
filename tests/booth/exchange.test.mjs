// A trustee's page believes nothing that the relay shows without its proof.

import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBase58, shuffled } from "../../src/shuping/static/booth/base58.js";
import {
  CeremonyError,
  fingerprintOf,
  firstMessage,
  gather,
  keyOfSeed,
  readCeremony,
  secondMessage,
  stepOf,
  thirdMessage,
} from "../../src/shuping/static/booth/exchange.js";
import { groupNamed } from "../../src/shuping/static/booth/groups.js";
import { seal, unseal } from "../../src/shuping/static/booth/seal.js";
import { readSeed, seedFile, seedOfFile } from "../../src/shuping/static/booth/seed.js";
import { isPossible, readTask } from "../../src/shuping/static/booth/slip-maker.js";
import { readKeyFile } from "../../src/shuping/static/booth/trustee.js";

const MAKERS = [firstMessage, secondMessage, (...given) => thirdMessage(...given).sent];

function begin(group = "Ed25519", ceremony = "QingchuanAbcde") {
  const messages = [1, 2, 3].map(() => ["", "", ""]);
  return { shuping: "key-ceremony", version: 1, ceremony, group, trustees: 3, threshold: 2, messages };
}

/** Three trustees after so many steps: the ceremony's file and their seeds. */
function rooms(steps, group) {
  const file = begin(group);
  const seeds = [1, 2, 3].map(() => randomBase58(22));
  for (let step = 1; step <= steps; step++) {
    const sent = seeds.map((seed, i) => MAKERS[step - 1](readCeremony(file), i + 1, seed));
    sent.forEach((raw, i) => (file.messages[i][step - 1] = raw));
  }
  return { file, seeds };
}

function refusal(act) {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof CeremonyError, String(error));
    return [error.code, error.values.n];
  }
  return "nothing was refused";
}

/** The file with one message changed. */
function changed(file, index, step, change) {
  const copy = JSON.parse(JSON.stringify(file));
  copy.messages[index - 1][step - 1] = change(copy.messages[index - 1][step - 1]);
  return readCeremony(copy);
}

for (const group of ["Ed25519", "BELENIOS-2048"]) {
  test(`${group}: three browsers make a key, and each seed makes its own part again`, () => {
    const { file, seeds } = rooms(3, group);
    const ceremony = readCeremony(file);

    const keys = gather(ceremony)[1].verification_keys;

    assert.equal(stepOf(ceremony), 4);
    seeds.forEach((seed, i) => {
      assert.equal(keyOfSeed(ceremony, i + 1, seed).publicText, keys[i].public_key);
      assert.equal(readKeyFile(thirdMessage(ceremony, i + 1, seed).file).publicText, keys[i].public_key);
      assert.ok(!JSON.stringify(file).includes(seed));
    });
  });
}

test("the step that is due is the first that somebody has not done", () => {
  const { file, seeds } = rooms(1);
  assert.equal(stepOf(readCeremony(file)), 2);
  file.messages[1][1] = secondMessage(readCeremony(file), 2, seeds[1]);
  assert.equal(stepOf(readCeremony(file)), 2);
});

test("a seed of another place makes nothing", () => {
  const { file, seeds } = rooms(1);

  assert.deepEqual(refusal(() => secondMessage(readCeremony(file), 1, seeds[1])), ["wrongSeed", 1]);
});

test("a certificate that the relay put in is noticed in step 3, whoever it is shown to", () => {
  const { file, seeds } = rooms(2);
  const impostor = firstMessage(readCeremony(file), 3, randomBase58(22));
  const shown = changed(file, 3, 1, () => impostor);

  assert.deepEqual(refusal(() => thirdMessage(shown, 1, seeds[0])), ["otherCertificates", 1]);
  assert.notEqual(fingerprintOf(shown), fingerprintOf(readCeremony(file)));
});

test("shares that were exchanged for others are refused by the name of their sender", () => {
  const { file, seeds } = rooms(1);
  for (const index of [1, 2, 3]) file.messages[index - 1][1] = secondMessage(readCeremony(file), index, seeds[index - 1]);
  const other = secondMessage(readCeremony(file), 2, seeds[1]);
  const shown = changed(file, 2, 2, (raw) => {
    const [mine, theirs] = [JSON.parse(JSON.parse(raw).message), JSON.parse(JSON.parse(other).message)];
    mine.content.secrets = theirs.content.secrets;
    return JSON.stringify({ ...JSON.parse(raw), message: JSON.stringify(mine) });
  });

  assert.deepEqual(refusal(() => thirdMessage(shown, 1, seeds[0])), ["badMessage", 2]); // no longer signed
  const signed = readCeremony({ ...file, messages: file.messages.map((row, i) => (i === 1 ? [row[0], other, ""] : row)) });
  thirdMessage(signed, 1, seeds[0]); // signed anew by its own trustee, a second polynomial is as good as the first
});

const FAULTS = {
  "no JSON": () => "nothing",
  "an empty object": () => "{}",
  "another step": (raw) => raw.replace('\\"step\\":3', '\\"step\\":2'),
  "a changed key": (raw) => raw.replace(/public_key\\":\\"[0-9a-f]{4}/, (found) => found.slice(0, -4) + "0000"),
  "a changed signature": (raw) => raw.replace(/"response":"\d/, '"response":"'),
};

for (const [what, change] of Object.entries(FAULTS)) {
  test(`a last message with ${what} is refused`, () => {
    const { file } = rooms(3);

    assert.deepEqual(refusal(() => gather(changed(file, 2, 3, change))), ["badMessage", 2]);
  });
}

for (const [what, file] of Object.entries({
  "something else": {},
  "a later version": { ...begin(), version: 2 },
  "more needed than there are": { ...begin(), threshold: 4 },
  "no rows": { ...begin(), messages: [] },
  "an unknown group": { ...begin(), group: "P-256" },
  "a strange identifier": { ...begin(), ceremony: "0" },
})) {
  test(`${what} is no ceremony`, () => assert.deepEqual(refusal(() => readCeremony(file)), ["notACeremony", 0]));
}

test("a sealed share opens for its key and its context only", () => {
  const group = groupNamed("Ed25519");
  const key = group.mul(group.generator, 77n);
  const sealed = seal(group, key, 5n, "a|1|2");

  assert.equal(unseal(group, 77n, sealed, "a|1|2"), 5n);
  assert.equal(unseal(group, 77n, sealed, "a|1|3"), null);
  assert.equal(unseal(group, 78n, sealed, "a|1|2"), null);
  assert.equal(unseal(group, 77n, { ...sealed, data: sealed.data.slice(2) }, "a|1|2"), null);
  assert.equal(unseal(group, 77n, { ...sealed, alpha: "00".repeat(32) }, "a|1|2"), null);
});

test("a seed is read as it is typed, and from its file", () => {
  const seed = randomBase58(22);

  assert.equal(readSeed(` ${seed.slice(0, 5)}-${seed.slice(5)} `), seed);
  assert.equal(seedOfFile(JSON.parse(seedFile("QingchuanAbcde", 1, seed))), seed);
  assert.equal(seedOfFile({ shuping: "trustee-key" }), null);
  assert.deepEqual(refusal(() => readSeed("0".repeat(22))), ["codeLetter", "0"]);
  assert.deepEqual(refusal(() => readSeed("1".repeat(21))), ["codeLength", "21"]);
});

test("letters of a code are equally likely, and every order of slips is, too", () => {
  const counts = new Map();
  for (const letter of randomBase58(58000)) counts.set(letter, (counts.get(letter) || 0) + 1);
  assert.equal(counts.size, 58);
  assert.ok([...counts.values()].every((n) => n > 800 && n < 1200)); // six standard deviations
  const orders = new Set(Array.from({ length: 400 }, () => shuffled([1, 2, 3]).join("")));
  assert.equal(orders.size, 6);
  assert.deepEqual([...shuffled([1, 2, 3, 4, 5])].sort(), [1, 2, 3, 4, 5]);
});

test("numbers of slips and tasks that cannot be are told so", () => {
  assert.ok(isPossible({ A: 3, B: 0 }));
  for (const numbers of [{}, { A: 0 }, { A: -1 }, { A: 1.5 }, { A: NaN }, { A: 5001 }]) assert.ok(!isPossible(numbers));
  const task = { shuping: "slips-task", version: 1, ballot: "QingchuanAbcde", categories: [{ code: "A" }] };
  assert.ok(readTask(task));
  for (const wrong of [null, {}, { ...task, ballot: "0" }, { ...task, categories: [{ code: "<b>" }] }, { ...task, version: 2 }])
    assert.equal(readTask(wrong), null);
});
