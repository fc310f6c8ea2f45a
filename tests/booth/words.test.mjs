// Codes as people type them, texts in two languages, and what is marked.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CredentialError, groupLetters, normaliseCredential } from "../../src/shuping/static/booth/slip.js";
import { missingRows, noMarks, sameEverywhere } from "../../src/shuping/static/booth/marks.js";
import { rowName, side } from "../../src/shuping/static/booth/texts.js";
import { OPINION_WORDS } from "../../src/shuping/static/booth/opinion-words.js";
import { TRUSTEE_WORDS } from "../../src/shuping/static/booth/trustee-words.js";
import { WORDS, say } from "../../src/shuping/static/booth/words.js";

const CODE = "VWhL6-FZUbPd-4sHrR-Lpw6pP";

for (const typed of [CODE, CODE.replace(/-/g, ""), CODE.replace(/-/g, " "), ` ${CODE.replace(/-/g, "—")}\n`]) {
  test(`“${typed}” is read as the slip's code`, () => assert.equal(normaliseCredential(typed), CODE));
}

const PASTED = {
  "the whole link": (code) => `http://127.0.0.1:8000/v/YM95UXmZJGz7ZZ#${code}`,
  "the link without a scheme": (code) => `shuping.example/v/YM95UXmZJGz7ZZ#${code}`,
  "with its sign": (code) => `#${code}`,
  "with a sign of no width": (code) => `${code}\u200b`,
  "with a byte order mark": (code) => `\ufeff${code}`,
  "with a full stop": (code) => `${code}\u3002`,
  "with another": (code) => `${code}.`,
  "in other widths": (code) => code.replace(/[!-~]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0)),
  "with middle dots": (code) => code.replace(/-/g, "\u00b7"),
  "with other middle dots": (code) => code.replace(/-/g, "\u30fb"),
  "with blanks that do not break": (code) => code.replace(/-/g, "\u00a0"),
  "with wide blanks": (code) => code.replace(/-/g, "\u3000"),
  "over two lines": (code) => code.replace("-", "-\r\n"),
  "with words before": (code) => `代码：${code}`,
  "with English words before": (code) => `Code: ${code}`,
  "in brackets": (code) => `（${code}）`,
  "in quotation marks": (code) => `“${code}”`,
};
for (const [how, paste] of Object.entries(PASTED)) {
  test(`a code pasted ${how} is read`, () => assert.equal(normaliseCredential(paste(CODE)), CODE));
}

for (const [typed, code, detail] of [
  ["http://127.0.0.1:8000/v/", "codeLetter", "0"],
  [CODE.replace("V", "林"), "codeLetter", "林"],
  [CODE.replace("V", "😀"), "codeLetter", "😀"],
  ["", "codeLength", "0"],
  [CODE.slice(0, -1), "codeLength", "21"],
  [CODE + "x", "codeLength", "23"],
  [CODE.replace("V", "0"), "codeLetter", "0"],
  [CODE.replace("V", "l"), "codeLetter", "l"],
  [CODE.replace("V", "<"), "codeLetter", "<"],
]) {
  test(`“${typed}” is refused: ${code} ${detail}`, () => {
    assert.throws(() => normaliseCredential(typed), (error) => {
      assert.ok(error instanceof CredentialError);
      assert.deepEqual([error.code, error.detail], [code, detail]);
      return true;
    });
  });
}

test("dashes grow while typing", () => {
  assert.deepEqual(["VWhL", "VWhL6F", CODE.replace(/-/g, "")].map(groupLetters), ["VWhL", "VWhL6-F", CODE]);
});

test("each language shows its side", () => {
  assert.deepEqual(["zh", "en"].map((t) => side("较好 / Fairly good", t)), ["较好", "Fairly good"]);
  assert.deepEqual(["zh", "en"].map((t) => side("甲 / 乙 / A / B", t)), ["甲 / 乙", "A / B"]);
  assert.deepEqual(["zh", "en"].map((t) => side("Vector 3x4", t)), ["Vector 3x4", "Vector 3x4"]);
  assert.deepEqual(["zh", "en"].map((t) => side("及格/不及格", t)), ["及格/不及格", "及格/不及格"]);
});

test("a row's number stands apart in both languages", () => {
  assert.deepEqual(rowName("01 青川市 / Qingchuan", "zh"), ["01", "青川市"]);
  assert.deepEqual(rowName("01 青川市 / Qingchuan", "en"), ["01", "Qingchuan"]);
  assert.deepEqual(rowName("01 青川市 / 01 Qingchuan", "en"), ["01", "Qingchuan"]);
  assert.deepEqual(rowName("Reporter 1", "en"), ["", "Reporter 1"]);
});

for (const [name, table] of Object.entries({ WORDS, OPINION_WORDS, TRUSTEE_WORDS })) {
  test(`${name}: every text is there in both languages, with the same places`, () => {
    const places = (text) => (text.match(/\{\w+\}/g) || []).sort();

    for (const [key, texts] of Object.entries(table)) {
      assert.equal(texts.length, 2, key);
      assert.ok(texts.every((text) => text.trim()), key);
      assert.deepEqual(places(texts[0]), places(texts[1]), key);
      if (key !== "otherLanguage") assert.match(texts[0], /[\u4e00-\u9fff]/, key);
    }
  });
}

test("places are filled", () => assert.equal(say("en", "progress", { n: 7, m: 18 }), "7 of 18 marked"));

test("marks: what is missing, and the same everywhere", () => {
  assert.deepEqual(missingRows([0, null, 2, null]), [1, 3]);
  assert.deepEqual(missingRows(noMarks(2)), [0, 1]);
  assert.equal(sameEverywhere([2, 2, 2]), 2);
  assert.equal(sameEverywhere([0, 0, 0]), 0);
  assert.equal(sameEverywhere([0, 0, 1]), null);
  assert.equal(sameEverywhere([0, 0, null]), null);
  assert.equal(sameEverywhere([null, null, null]), null);
  assert.equal(sameEverywhere([1, 1]), null);
});
