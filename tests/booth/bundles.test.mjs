// The built scripts as an old browser meets them: parsed as ES2020, run without anything newer, nothing from outside.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import ts from "typescript";
import { readElection } from "../../src/shuping/static/booth/election.js";
import { GROUPS } from "../../src/shuping/static/booth/groups.js";
import { verifyBallot } from "./verifier.mjs";
import { NAMES, beside, readRecord } from "./vectors.mjs";

const BUILT = new URL("../../src/shuping/static/built/", import.meta.url);
const BUNDLES = ["booth.js", "booth-worker.js", "booth-worker-2048.js", "opinions.js", "trustee.js", "key.js", "slips.js"];
const NAMESPACE = "http:" + "//www.w3.org/2000/svg"; // a name in the library of QR codes, no address

/** Names that came after Chromium 80 or iOS 14, or need a secure context. */
const LATER =
  /\.(at|replaceAll|findLast|flat\(Infinity|toSorted|toReversed|with)\(|structuredClone|randomUUID|\bsubtle\b|serviceWorker|Promise\.any|AggregateError|WeakRef|replaceChildren|sessionStorage|localStorage|indexedDB|document\.cookie|innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|import\(/;

function source(name) {
  const path = fileURLToPath(new URL(name, BUILT));
  assert.ok(existsSync(path), `${name} is not built; run tools/build_static.py`);
  return readFileSync(path, "utf8");
}

/** What the text uses of the years after 2020, by TypeScript's own reading. */
function laterSyntax(text) {
  const { SyntaxKind: K } = ts;
  const newer = new Set([
    K.BarBarEqualsToken,
    K.AmpersandAmpersandEqualsToken,
    K.QuestionQuestionEqualsToken,
    K.PropertyDeclaration,
    K.PrivateIdentifier,
    K.ClassStaticBlockDeclaration,
    K.ImportDeclaration,
    K.ExportDeclaration,
  ]);
  const found = [];
  const file = ts.createSourceFile("bundle.js", text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
  const visit = (node) => {
    if (newer.has(node.kind)) found.push(K[node.kind]);
    if (node.kind === K.NumericLiteral && node.getText().includes("_")) found.push("NumericSeparator");
    node.forEachChild(visit);
  };
  visit(file);
  assert.deepEqual(file.parseDiagnostics, []);
  return found;
}

test("the reading finds newer syntax", () => {
  assert.deepEqual(laterSyntax("a ||= 1; class B { c = 1_000; #d; }").length, 5);
});

for (const name of BUNDLES) {
  test(`${name} is one classic script of 2020`, () => {
    const text = source(name);

    assert.deepEqual(laterSyntax(text), []);
    assert.equal(LATER.exec(text)?.[0], undefined);
    assert.doesNotMatch(text.split(NAMESPACE).join(""), /https?:\/\//);
    new vm.Script(text);
  });
}

/** A worker in a world whose built-in things are those of early 2020. */
function oldWorker(name) {
  const answers = [];
  const world = vm.createContext({
    crypto: { getRandomValues: (array) => crypto.getRandomValues(array) },
    TextEncoder,
    btoa,
    postMessage: (answer) => answers.push(answer),
  });
  vm.runInContext(
    `self = globalThis;
     for (const [holder, names] of [
       [Object, ["hasOwn", "groupBy"]],
       [Array.prototype, ["at", "findLast", "findLastIndex", "toSorted", "toReversed", "with"]],
       [String.prototype, ["at", "replaceAll", "isWellFormed"]],
       [Uint8Array, ["fromHex", "fromBase64"]],
       [Uint8Array.prototype, ["toHex", "toBase64", "setFromHex"]],
       [Object.getPrototypeOf(Uint8Array.prototype), ["at", "findLast", "toSorted", "toReversed", "with"]],
       [Promise, ["any", "withResolvers", "try"]],
       [globalThis, ["structuredClone", "WeakRef", "AggregateError", "Iterator"]],
     ]) for (const name of names) delete holder[name];`,
    world,
  );
  vm.runInContext(source(name), world, { displayErrors: false });
  let id = 0;
  return (act, task = {}) => {
    world.onmessage({ data: { id: ++id, act, ...task } });
    const { result, error } = answers.pop();
    if (error) throw new Error(error);
    return result;
  };
}

for (const [worker, name] of [
  ["booth-worker.js", NAMES.find((n) => n.startsWith("ed-t30") && n.includes("thr"))],
  ["booth-worker-2048.js", NAMES.find((n) => n.startsWith("ff-t30"))],
]) {
  test(`${worker} votes in an old browser`, () => {
    const ask = oldWorker(worker);
    const { election, credentials } = readRecord(name);
    const { uuid, fingerprint } = readElection(election, GROUPS);
    const task = { ballot: uuid, credential: Object.values(JSON.parse(beside(name, "private_creds.json")))[0], election };

    const half = ask("credential", task);
    const shown = ask("read", task);
    ask("prepare", task);
    const { ballot, tracker } = ask("finish", { choices: [1, 0, 3] });

    assert.ok(credentials.map((line) => line.split(",")[0]).includes(half));
    assert.deepEqual([shown.fingerprint, shown.questions.length], [fingerprint, 3]);
    verifyBallot(readElection(election, GROUPS), ballot);
    assert.match(tracker, /^[A-Za-z0-9+/]{43}$/);
    assert.throws(() => ask("finish", { choices: [1, 0, 3] }), /nothing prepared/);
  });
}
