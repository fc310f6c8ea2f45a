// What the desk does with a part of the page when a newer one comes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const file = new URL("../../src/shuping/static/shuping/desk.js", import.meta.url);
const desk = vm.createContext({});
vm.runInContext(readFileSync(file, "utf-8"), desk);

test("a part without words gives way to the newer one, whatever either is about", () => {
  assert.equal(desk.standing(false, "7", "8"), "replace");
  assert.equal(desk.standing(false, "7", "7"), "replace");
});

test("words stay; whether they may be sent as new hangs on what they are about", () => {
  assert.equal(desk.standing(true, "7", "7"), "renew");
  assert.equal(desk.standing(true, "7", "8"), "warn");
  assert.equal(desk.standing(true, "adjourn", ""), "warn");
});

test("half a date counts as words, an empty field does not", () => {
  assert.equal(desk.hasWords({ value: "", validity: { badInput: true } }), true);
  assert.equal(desk.hasWords({ value: "", validity: { badInput: false } }), false);
});
