// What the booth shows at each step. Every function builds one screen from the booth's state and calls back by name.

import { button, h } from "./dom.js";
import { missingRows, sameEverywhere } from "./marks.js";
import { groupLetters } from "./slip.js";
import { rowName, side } from "./texts.js";
import { say } from "./words.js";

/** @typedef {import("./texts.js").Language} Language */
/** @typedef {import("./texts.js").Both} Both */
/** @typedef {{name: string, fingerprint: string, questions: {question: string, answers: string[]}[]}} Texts */
/**
 * @typedef {object} View what the screens know
 * @property {Language} language
 * @property {string} board address of the public board
 * @property {Texts | null} election @property {Both | null} category
 * @property {import("./marks.js").Marks} marks
 * @property {boolean} reminded the voter asked for the review while rows were missing
 * @property {boolean} revote
 * @property {string} tracker
 * @property {Both | null} message
 * @property {{state: string, attempt: number}} progress
 */
/**
 * @typedef {object} Acts what the screens may ask of the booth
 * @property {(typed: string) => void} enter
 * @property {(row: number, answer: number) => void} mark
 * @property {(row: number) => void} focusRow
 * @property {() => void} review @property {(row?: number) => void} back @property {() => void} send
 * @property {() => void} again @property {() => void} startForm @property {() => void} restart
 */
/** @typedef {(view: View, acts: Acts) => (HTMLElement | null | false)[]} Screen what is null or false is not shown */

/** So many missing rows are named beside the button. */
const CHIPS = 6;

/** @param {string} text @returns {HTMLElement} the heading that gets the focus when a screen appears */
function heading(text) {
  return h("h1", { tabindex: "-1" }, text);
}

/** @param {View} view @returns {Texts} */
function texts(view) {
  return /** @type {Texts} */ (view.election);
}

/** @type {Screen} */
function enter(view, acts) {
  const t = view.language;
  const field = h("input", {
    id: "code",
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    "aria-describedby": "help fault",
    "aria-invalid": view.message ? "true" : null,
    oninput: () => tidy(field),
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    acts.enter(field.value);
  };
  return [
    heading(say(t, "enterTitle")),
    h(
      "form",
      { class: "enter", onsubmit: submit },
      h("label", { for: "code" }, say(t, "code")),
      field,
      h("p", { id: "fault", class: "fault", role: "alert" }, view.message ? view.message[t] : ""),
      h("p", { id: "help", class: "help" }, say(t, "enterHelp")),
      h("button", { class: "button main" }, say(t, "continue")),
    ),
  ];
}

/** @param {HTMLInputElement} field dashes appear while typing at the end */
function tidy(field) {
  if (field.selectionStart !== field.value.length || field.value.endsWith("-")) return;
  const plain = field.value.replace(/[\s-]/g, "");
  if (plain.length <= 22) field.value = groupLetters(plain);
}

/** @type {Screen} */
function looking(view) {
  const stuck = view.progress.state !== "sending";
  return [
    heading(say(view.language, "title")),
    h("p", {}, say(view.language, stuck ? "offline" : "looking")),
    h("p", { class: "wait", role: "status" }),
  ];
}

/** @param {View} view @param {string} key @returns {HTMLElement[]} */
function titled(view, key) {
  return [heading(say(view.language, `${key}Title`)), h("p", {}, say(view.language, `${key}Text`))];
}

/** @param {View} view */
function boardLink(view) {
  // What stands behind "#" is not sent: the board's page puts it into its field.
  const tracker = view.tracker && `#tracker=${encodeURIComponent(view.tracker)}`;
  return h("a", { class: "button", href: view.board + tracker }, say(view.language, "board"));
}

/** @type {Screen} */
function before(view) {
  return [...titled(view, "before"), notice(view)];
}

/** @type {Screen} */
function closed(view) {
  return [...titled(view, "closed"), boardLink(view)];
}

/** @param {View} view @param {number} row @param {Acts} acts @returns {HTMLElement} a group of radio buttons */
function rowOf(view, row, acts) {
  const { question, answers } = texts(view).questions[row];
  const [number, name] = rowName(question, view.language);
  const labels = answers.map((answer) => side(answer, view.language));
  const cells = labels.map((label, j) =>
    h(
      "label",
      { class: "cell" },
      h("input", {
        type: "radio",
        name: `row-${row}`,
        value: j,
        checked: view.marks[row] === j,
        onchange: () => acts.mark(row, j),
      }),
      h("span", {}, label),
    ),
  );
  return h(
    "fieldset",
    { class: "row", id: `row-${row}` },
    h("legend", {}, h("span", { class: "number" }, number), " ", name),
    h("div", { class: `cells ${fit(labels)}` }, ...cells),
  );
}

/** @param {string[]} labels @returns {string} whether the labels fit side by side on a phone */
function fit(labels) {
  const width = (/** @type {string} */ text) => [...text].reduce((sum, c) => sum + (c > "\u2e80" ? 2 : 1), 0);
  const widest = Math.max(...labels.map(width));
  return widest * labels.length <= 30 ? "narrow" : widest <= 14 ? "middle" : "wide";
}

/** @param {View} view @param {Acts} acts @returns {HTMLElement} the missing rows, the first of them as ways there */
function missingList(view, acts) {
  const rows = view.reminded ? missingRows(view.marks) : [];
  const ways = rows.slice(0, CHIPS).map((row) => {
    const [number, name] = rowName(texts(view).questions[row].question, view.language);
    const properties = { type: "button", class: "chip", "aria-label": `${number} ${name}` };
    return h("button", { ...properties, onclick: () => acts.focusRow(row) }, number || String(row + 1));
  });
  const text = rows.length ? say(view.language, "missing", { n: rows.length }) : "";
  return h("div", { class: "missing", role: "alert" }, h("p", {}, text), ...ways, rows.length > CHIPS && "…");
}

/** @param {View} view @returns {HTMLElement[]} the count and its bar */
function progressBar(view) {
  const m = view.marks.length;
  const n = m - missingRows(view.marks).length;
  return [
    h("span", { role: "status" }, say(view.language, "progress", { n, m })),
    h("progress", { max: m, value: n, "aria-hidden": "true" }),
  ];
}

/** @type {Screen} */
function form(view, acts) {
  const t = view.language;
  const { questions } = texts(view);
  const last = side(questions[0].answers[questions[0].answers.length - 1], t);
  return [
    heading(side(texts(view).name, t)),
    h("p", { class: "category" }, view.category ? view.category[t] : ""),
    h("p", {}, say(t, "formHelp", { n: last })),
    notice(view),
    h("form", { class: "rows" }, ...questions.map((_, row) => rowOf(view, row, acts))),
    h(
      "div",
      { class: "foot" },
      missingList(view, acts),
      h("div", { class: "count" }, ...progressBar(view)),
      button("main", say(t, "review"), () => acts.review()),
    ),
  ];
}

/** @param {View} view @returns {HTMLElement | null} the question whether the same grade everywhere is meant */
function reminder(view) {
  const same = sameEverywhere(view.marks);
  if (same === null) return null;
  const n = side(texts(view).questions[0].answers[same], view.language);
  return h("p", { class: "remind" }, say(view.language, "straight", { m: view.marks.length, n }));
}

/** @param {View} view @param {number} row @param {Acts} acts @returns {HTMLElement} the mark, and the way back to it */
function reviewLine(view, row, acts) {
  const { question, answers } = texts(view).questions[row];
  const [number, name] = rowName(question, view.language);
  const change = say(view.language, "change");
  const properties = { type: "button", class: "link", onclick: () => acts.back(row), "aria-label": `${change} ${name}` };
  return h(
    "li",
    {},
    h("span", {}, h("span", { class: "number" }, number), " ", name),
    h("span", { class: "pick" }, h("b", {}, side(answers[view.marks[row] || 0], view.language)), h("button", properties, change)),
  );
}

/** @type {Screen} */
function review(view, acts) {
  const t = view.language;
  return [
    heading(say(t, "reviewTitle")),
    reminder(view),
    h("ul", { class: "review" }, ...view.marks.map((_, row) => reviewLine(view, row, acts))),
    view.revote && h("p", {}, say(t, "revote")),
    h(
      "div",
      { class: "foot" },
      button("", say(t, "back"), () => acts.back()),
      button("main", say(t, "send"), () => acts.send()),
    ),
  ];
}

/** @type {Screen} */
function sending(view, acts) {
  const t = view.language;
  const { state, attempt } = view.progress;
  const waits = state !== "sending";
  return [
    heading(say(t, state === "waits" ? "waitsTitle" : waits ? "keptTitle" : state)),
    waits && h("p", {}, say(t, state), h("br"), say(t, "kept2")),
    h("p", { role: "status", class: "wait" }, attempt > 1 ? say(t, "attempts", { n: attempt }) : ""),
    waits && button("main", say(t, "again"), () => acts.again()),
  ];
}

/** @type {Screen} */
function received(view, acts) {
  const t = view.language;
  const groups = view.tracker.match(/.{1,11}/g) || [];
  return [
    heading(say(t, "receivedTitle")),
    h("h2", {}, say(t, "tracker")),
    h("p", { class: "tracker", translate: "no" }, ...groups.map((part) => h("span", {}, part))),
    h("p", {}, say(t, "trackerHelp")),
    view.revote && h("p", {}, say(t, "revote")),
    h(
      "div",
      { class: "choices" },
      boardLink(view),
      view.revote && button("", say(t, "voteAgain"), () => acts.startForm()),
      button("quiet", say(t, "otherCode"), () => acts.restart()),
    ),
    notice(view, true),
  ];
}

/** @type {Screen} */
function refused(view, acts) {
  const t = view.language;
  return [
    heading(say(t, "refusedTitle")),
    h("p", { role: "alert" }, view.message ? view.message[t] : ""),
    h("div", { class: "choices" }, boardLink(view), button("", say(t, "otherCode"), () => acts.restart())),
  ];
}

/** @type {Screen} */
function broken(view) {
  return [...titled(view, "broken"), h("p", { class: "help" }, view.message ? view.message[view.language] : "")];
}

/** @param {View} view @param {boolean} [open] @returns {HTMLElement} who sees what, in plain words */
function notice(view, open = false) {
  const t = view.language;
  const lines = [1, 2, 3, 4, 5, 6].map((i) => h("li", {}, say(t, `notice${i}`)));
  const print = view.election && h("p", { class: "print" }, say(t, "fingerprint"), " ", h("code", {}, view.election.fingerprint));
  const more = h("a", { href: `${view.board}kept`, target: "_blank" }, say(t, "more"));
  return h("details", { class: "notice", open }, h("summary", {}, say(t, "noticeTitle")), h("ul", {}, ...lines), more, print);
}

/** @type {Record<string, Screen>} */
export const SCREENS = { enter, looking, before, closed, form, review, sending, received, refused, broken };

export { missingList, progressBar };
