// The floor clock's arithmetic: offset, seconds left, a machine that slept.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const file = new URL("../../src/shuping/static/shuping/clock.js", import.meta.url);
const clock = vm.createContext({});
vm.runInContext(readFileSync(file, "utf-8"), clock);

test("the offset is taken from the middle of question and answer", () => {
  assert.equal(clock.offsetOf(1000, 1200, 1_672_275_600_000), 1_672_275_600_000 - 1100);
});

test("seconds left are counted as the server counts", () => {
  const ends = 480_000;
  assert.deepEqual(
    [0, 1, 479_999, 480_000, 480_999, 481_000, 485_500].map((now) => clock.secondsLeft(ends, now)),
    [480, 480, 1, 0, -0, -1, -5],
  );
});

test("it is written as the server writes it", () => {
  assert.deepEqual([480, 61, 0, -5, -65].map(clock.clockText), ["8:00", "1:01", "0:00", "-0:05", "-1:05"]);
});

test("a suspension and a clock that was set are noticed, a slow tick is not", () => {
  assert.equal(clock.slept(0, 0, 250, 250), false);
  assert.equal(clock.slept(0, 0, 5000, 5100), false);
  assert.equal(clock.slept(0, 0, 250, 300_000), true);
  assert.equal(clock.slept(0, 0, 250, -3_600_000), true);
});
