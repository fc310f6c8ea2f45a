// What was typed and could not be taken: when it is held, given back and dropped, and into which fields it goes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const file = new URL("../../src/shuping/static/shuping/typed.js", import.meta.url);
const typed = vm.createContext({ Event: class {} });
vm.runInContext(readFileSync(file, "utf-8"), typed);

const SENT = { path: "/c/1/plan/", form: "form-calendar", person: "7", fields: [], held: false };
const HELD = { ...SENT, held: true };

test("after a refusal and on the way through the sign-in it is held", () => {
  assert.equal(typed.fate(SENT, { refused: true, person: "7", path: "/c/1/plan/calendar" }), "hold");
  assert.equal(typed.fate(SENT, { refused: false, person: undefined, path: "/sign-in/" }), "hold");
  assert.equal(typed.fate(HELD, { refused: false, person: undefined, path: "/sign-in/code" }), "hold");
});

test("it comes back on its page, to the person who typed it, and to nobody else", () => {
  assert.equal(typed.fate(HELD, { refused: false, person: "7", path: "/c/1/plan/" }), "back");
  assert.equal(typed.fate(HELD, { refused: false, person: "8", path: "/c/1/plan/" }), "drop");
  assert.equal(typed.fate(HELD, { refused: false, person: "7", path: "/c/2/plan/" }), "drop");
});

test("what was taken, and what one leaves, is forgotten with the next page", () => {
  assert.equal(typed.fate(SENT, { refused: false, person: "7", path: "/c/1/plan/" }), "drop");
  assert.equal(typed.fate(null, { refused: true, person: "7", path: "/c/1/plan/" }), "drop");
});

function field(name, type, value, more = {}) {
  return { name, type, value, checked: false, dispatchEvent: () => true, ...more };
}

test("secrets, files and what the page itself put there are not taken", () => {
  const elements = [
    field("csrfmiddlewaretoken", "hidden", "x"),
    field("new", "password", "x"),
    field("workbook", "file", "x"),
    field("step", "submit", "x"),
    field("", "text", "x"),
    field("reason", "textarea", "Because."),
  ];
  assert.deepEqual([...typed.taken({ elements })].map(([name]) => name), ["reason"]);
});

test("words, ticks and choices go back into their own fields, equal names in their order", () => {
  const before = [
    field("name", "text", "first"),
    field("name", "text", "second"),
    field("present", "checkbox", "1", { checked: true }),
    field("present", "checkbox", "2"),
    field("to", "select-multiple", "", { options: [{ value: "a", selected: true }, { value: "b", selected: false }] }),
  ];
  const after = [
    field("name", "text", ""),
    field("name", "text", ""),
    field("present", "checkbox", "1"),
    field("present", "checkbox", "2", { checked: true }),
    field("to", "select-multiple", "", { options: [{ value: "a", selected: false }, { value: "b", selected: true }] }),
  ];
  typed.put({ elements: after }, JSON.parse(JSON.stringify(typed.taken({ elements: before }))));

  assert.deepEqual(after.slice(0, 2).map((one) => one.value), ["first", "second"]);
  assert.deepEqual(after.slice(2, 4).map((one) => one.checked), [true, false]);
  assert.deepEqual(after[4].options.map((option) => option.selected), [true, false]);
});

test("nothing is kept on the pages of the ballot, the sign-in and the account", () => {
  const may = (path) => vm.runInContext(`OPEN_TO_KEEP.test(${JSON.stringify(path)})`, typed);
  assert.equal(may("/c/1/plan/"), true);
  for (const path of ["/c/1/ballot/", "/c/12/ballot/paper/A/", "/sign-in/", "/account/password", "/b/x/", "/t/x/"]) {
    assert.equal(may(path), false);
  }
});
