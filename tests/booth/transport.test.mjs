// The hall's network: sent again until acknowledged, the same bytes each time, and a refusal is final.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Pause, Refused, deliver, pauseLength } from "../../src/shuping/static/booth/transport.js";

const BODY = '{"ballot":1}';
const received = (json) => (json.received ? json.tracker : null);

/** A server that gives these answers in turn: a function may fail, an array is [status, JSON or text, headers]. */
function network(...answers) {
  const sent = [];
  const pauses = [];
  const fetch = async (url, options) => {
    sent.push([url, options]);
    const answer = answers.shift();
    if (answer === "down") throw new TypeError("Failed to fetch");
    const [status, content, headers = {}] = answer;
    return new Response(typeof content === "string" ? content : JSON.stringify(content), { status, headers });
  };
  const pause = { wait: async (ms) => pauses.push(ms) };
  return { sent, pauses, means: { fetch, pause, random: () => 0 } };
}

async function run(hall) {
  const told = [];
  const tracker = await deliver("/cast", BODY, received, (progress) => told.push(progress.state), hall.means);
  return { tracker, told };
}

const OK = [201, { tracker: "T", received: true }];

test("received at once", async () => {
  const hall = network(OK);

  const { tracker, told } = await run(hall);

  assert.equal(tracker, "T");
  assert.deepEqual(told, ["sending"]);
  assert.deepEqual(hall.pauses, []);
});

test("nothing that tells who sends goes along", async () => {
  const hall = network(OK);

  await run(hall);

  const [, options] = hall.sent[0];
  const told = [options.credentials, options.referrerPolicy, options.cache, options.redirect];
  assert.deepEqual(told, ["omit", "no-referrer", "no-store", "error"]);
});

test("the network is down, then the server is busy: the same body again, later and later", async () => {
  const hall = network("down", "down", "down", [503, "busy", { "Retry-After": "12" }], [502, "gateway"], OK);

  const { tracker, told } = await run(hall);

  assert.equal(tracker, "T");
  assert.deepEqual(new Set(hall.sent.map(([, options]) => options.body)), new Set([BODY]));
  assert.deepEqual(hall.pauses, [500, 1000, 2000, 12000, 8000]);
  assert.deepEqual(told.filter((state) => state !== "sending"), ["kept", "kept", "kept", "busy", "kept"]);
});

test("the ballot before this one is not yet in the box: said so, and the same body sent again", async () => {
  const wait = { error: { code: "one_at_a_time", zh: "等", en: "wait" } };
  const hall = network([503, wait, { "Retry-After": "5" }], [503, wait, { "Retry-After": "5" }], OK);

  const { tracker, told } = await run(hall);

  assert.equal(tracker, "T");
  assert.deepEqual(hall.pauses, [5000, 5000]);
  assert.deepEqual(told.filter((state) => state !== "sending"), ["waits", "waits"]);
});

test("the network is gone for five minutes in mid-ballot: kept, said so every time, and sent by itself", async () => {
  const hall = network(...Array(24).fill("down"), OK);

  const { tracker, told } = await run(hall);

  const gone = hall.pauses.reduce((sum, pause) => sum + pause, 0);
  assert.ok(gone >= 300000, `the pauses were ${gone} ms`);
  assert.equal(tracker, "T");
  assert.deepEqual(new Set(hall.sent.map(([, options]) => options.body)), new Set([BODY]));
  assert.equal(told.filter((state) => state === "kept").length, 24);
});

const PORTALS = {
  "a sign-on portal's page": [200, "<html>Please accept</html>"],
  "somebody else's JSON": [200, { ok: true }],
  "a proxy's refusal": [403, "<html>forbidden</html>"],
  "too many requests": [429, { error: { code: "slow", zh: "慢", en: "slow" } }],
};

for (const [what, answer] of Object.entries(PORTALS)) {
  test(`${what} is no receipt and no refusal`, async () => {
    const { tracker } = await run(network(answer, OK));

    assert.equal(tracker, "T");
  });
}

test("a refusal in our own form is final and keeps its sentences", async () => {
  const refusal = { code: "closed", zh: "投票已经结束", en: "Voting has closed" };
  const hall = network([409, { error: refusal }]);

  await assert.rejects(run(hall), (error) => {
    assert.ok(error instanceof Refused);
    assert.deepEqual([error.refusal, error.status], [refusal, 409]);
    return true;
  });
  assert.equal(hall.sent.length, 1);
});

test("pauses double, are spread by chance and stay below a minute and a half", () => {
  assert.deepEqual([1, 2, 3, 9].map((n) => pauseLength(n, 1)), [1000, 2000, 4000, 30000]);
  assert.deepEqual([1, 2, 3, 9].map((n) => pauseLength(n, 0)), [500, 1000, 2000, 15000]);
  assert.equal(pauseLength(1, 1, 3600), 90000);
});

test("a pause ends early when the network is back", async () => {
  const pause = new Pause();
  const waited = pause.wait(60000);

  pause.end();

  await waited;
});
