// What belenios-tool wrote holds for us: groups, credentials, proofs, decryption factors.

import assert from "node:assert/strict";
import { test } from "node:test";
import { publicCredential, secretOf } from "../../src/shuping/static/booth/credential.js";
import { readElection } from "../../src/shuping/static/booth/election.js";
import { GROUPS } from "../../src/shuping/static/booth/groups.js";
import { NAMES, beside, readRecord } from "./vectors.mjs";
import { verifyBallot, verifyShare } from "./verifier.mjs";

const NEW_CREDENTIALS = NAMES.filter((name) => name.includes("-t30-"));

/** The verification keys in the order of their owners, counted from 1. */
function keysOf(trustees) {
  return JSON.parse(trustees).flatMap(([kind, value]) =>
    kind === "Single" ? [value.public_key] : value.verification_keys.map((key) => key.public_key),
  );
}

test("there are vectors of both groups", () => {
  const groups = new Set(NAMES.map((name) => readElection(readRecord(name).election, GROUPS).group.name));

  assert.deepEqual([...groups].sort(), ["BELENIOS-2048", "Ed25519"]);
});

for (const name of NAMES) {
  test(`${name}: every ballot's proofs hold, and a changed one's do not`, () => {
    const record = readRecord(name);
    const election = readElection(record.election, GROUPS);

    record.ballots.forEach((ballot) => verifyBallot(election, ballot));

    const digit = record.ballots[0].lastIndexOf('"response":"') + 14;
    const other = record.ballots[0][digit] === "7" ? "8" : "7";
    const changed = record.ballots[0].slice(0, digit) + other + record.ballots[0].slice(digit + 1);
    assert.throws(() => verifyBallot(election, changed), /signature does not hold/);
  });

  test(`${name}: every trustee's factors are proved`, () => {
    const record = readRecord(name);
    const election = readElection(record.election, GROUPS);
    const keys = keysOf(record.trustees);

    record.shares.forEach(([owner, share]) => verifyShare(election, keys[owner - 1], record.tally, share));

    assert.ok(record.shares.length >= 1);
  });
}

for (const name of NEW_CREDENTIALS) {
  test(`${name}: private credentials give the registered public halves`, () => {
    const record = readRecord(name);
    const election = readElection(record.election, GROUPS);
    const registered = record.credentials.map((line) => line.split(",")[0]).sort();

    const derived = Object.values(JSON.parse(beside(name, "private_creds.json"))).map((credential) =>
      publicCredential(election.group, secretOf(election.group, election.uuid, credential)),
    );

    assert.deepEqual(derived.sort(), registered);
  });
}
