// The page that makes slips: codes are made here, their public halves are sent, the slips are printed, the page forgets.

import { button, h } from "./dom.js";
import { download, fileField, readJson } from "./files.js";
import { qrPicture } from "./qr.js";
import { signedHeaders } from "./relay.js";
import { MOST, isPossible, makeSlips, readTask } from "./slip-maker.js";
import { say } from "./slip-words.js";
import { refill } from "./refill.js";
import { switches } from "./switches.js";

/** @typedef {import("./texts.js").Language} Language */
/** @typedef {(language: Language) => string} Sentence */
/** @typedef {import("./slip-maker.js").Task} Task */
/** @typedef {import("./slip-maker.js").Made} Made */

const ON_A_PAGE = 10;
const COLOURS = 5;

/** @param {string} key @param {Record<string, string | number>} [values] @returns {Sentence} */
function sentence(key, values) {
  return (language) => say(language, key, values);
}

/** @param {DOMStringMap} data @returns {Task | null} what the site wrote onto its page; null without a site */
function taskOfPage({ ballot, group, categories, address, zh, en }) {
  if (!ballot) return null;
  return readTask({ shuping: "slips-task", version: 1, ballot, group, address, zh, en, categories: JSON.parse(categories || "[]") });
}

export class SlipsPage {
  /** @param {HTMLElement} main */
  constructor(main) {
    this.main = main;
    /** @type {Language} */
    this.language = (main.dataset.lang || "").startsWith("en") ? "en" : "zh";
    this.task = taskOfPage(main.dataset);
    this.submit = main.dataset.submit || "";
    /** @type {Made | null} */
    this.made = null;
    /** @type {HTMLElement[]} the slips as they are printed; drawn once, since there may be thousands */
    this.pages = [];
    this.printed = false;
    this.busy = false;
    /** @type {Record<string, string>} what was typed, so that another language does not lose it */
    this.typed = {};
    /** @type {Sentence} */
    this.fault = () => "";
    /** @type {Sentence} */
    this.status = () => "";
  }

  begin() {
    window.addEventListener("beforeunload", (event) => this.made && !this.printed && event.preventDefault());
    window.addEventListener("afterprint", () => {
      this.printed = this.made !== null;
      this.draw();
    });
    this.draw();
  }

  // --- making ---

  /** @param {string} kind "slips" or "paper" @returns {Record<string, number>} */
  numbers(kind) {
    const categories = /** @type {Task} */ (this.task).categories;
    return Object.fromEntries(categories.map(({ code }) => [code, Number(this.typed[`${kind}-${code}`] || 0)]));
  }

  async make() {
    const numbers = this.numbers("slips");
    this.fault = isPossible(numbers) ? () => "" : sentence("noNumbers", { n: MOST });
    if (!isPossible(numbers)) return this.draw();
    this.busy = true;
    const all = Object.values(numbers).reduce((sum, n) => sum + n, 0);
    const made = await makeSlips(/** @type {Task} */ (this.task), numbers, (n) => this.tell(sentence("making", { n, m: all })));
    await this.tell(sentence("sending"));
    this.fault = await this.handOver(made);
    const refused = this.fault("en") !== "";
    if (!refused) await this.keep(made, all);
    this.busy = false;
    this.status = refused ? () => "" : sentence(this.submit ? "sent" : "saved", { n: all });
    this.draw();
  }

  /** @param {Made} made @param {number} all how many slips */
  async keep(made, all) {
    this.made = made;
    let done = 0;
    for (const [place, category] of /** @type {Task} */ (this.task).categories.entries()) {
      const list = made.codes[category.code] || [];
      for (let start = 0; start < list.length; start += ON_A_PAGE) {
        const codes = list.slice(start, start + ON_A_PAGE);
        this.pages.push(this.paper(place, category, codes));
        done += codes.length;
        if (this.pages.length % 5 === 0) await this.tell(sentence("drawing", { n: done, m: all }));
      }
    }
  }

  /** @param {Sentence} status @returns {Promise<void>} after the browser has drawn it */
  tell(status) {
    this.status = status;
    this.draw();
    return new Promise((done) => setTimeout(done, 0));
  }

  /** @param {Made} made only its public halves leave @returns {Promise<Sentence>} empty when they are taken */
  async handOver({ publics }) {
    const list = JSON.stringify(publics);
    if (this.submit) return this.send(list);
    download("public-credentials.json", list + "\n");
    return () => "";
  }

  /** @param {string} list @returns {Promise<Sentence>} */
  async send(list) {
    const form = new FormData();
    form.append("credentials", new Blob([list], { type: "application/json" }), "public-credentials.json");
    for (const [code, n] of Object.entries(this.numbers("paper"))) form.append(`paper_issued_${code}`, String(n));
    const request = { method: "POST", body: form, headers: signedHeaders(), credentials: /** @type {const} */ ("same-origin") };
    const answer = await fetch(this.submit, request).catch(() => null);
    const json = answer && (await answer.json().catch(() => null));
    if (json?.error?.code) return (language) => json.error[language];
    return answer?.ok && json?.received ? () => "" : sentence("unreachable");
  }

  wipe() {
    this.made = null;
    this.pages = [];
    this.printed = false;
    this.status = sentence("wiped");
    this.draw();
  }

  // --- showing ---

  draw() {
    const t = this.language;
    document.documentElement.lang = t === "zh" ? "zh-Hans" : "en";
    const redraw = (/** @type {Language} */ language) => {
      this.language = language;
      this.draw();
    };
    refill(
      this.main,
      switches(this.main, t, say, redraw),
      h(
        "div",
        { class: "screen" },
        h("h1", {}, say(t, "title")),
        h("p", {}, say(t, "intro")),
        !this.task && fileField("task-file", say(t, "taskFile"), (file) => this.opened(file), h),
        h("p", { class: "fault", role: "alert" }, this.fault(t)),
        h("p", { class: "ready", role: "status" }, this.status(t)),
        ...(this.made && !this.busy ? this.ready(this.made) : this.task ? this.asking(this.task) : []),
      ),
      ...(this.busy ? [] : this.pages),
    );
  }

  /** @param {File} file */
  async opened(file) {
    this.task = readTask(await readJson(file));
    this.fault = this.task ? () => "" : sentence("notATask");
    this.draw();
  }

  /** @param {Task} task @returns {any[]} how many of each */
  asking(task) {
    const t = this.language;
    const kinds = this.submit ? ["slips", "paper"] : ["slips"];
    const head = ["category", ...kinds].map((key) => h("th", { scope: "col" }, say(t, key)));
    const rows = task.categories.map((category) => {
      const cells = kinds.map((kind) => h("td", {}, this.field(kind, category)));
      return h("tr", {}, h("th", { scope: "row" }, `${category.code} ${category[t] || ""}`), ...cells);
    });
    const make = button("main", say(t, "make"), () => this.make());
    make.disabled = this.busy;
    return [
      task.categories.some(({ made }) => made) && h("p", { class: "help" }, say(t, "exists")),
      h("table", { class: "numbers" }, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows)),
      make,
      this.submit && this.elsewhere(task),
    ];
  }

  /** @param {string} kind @param {import("./slip-maker.js").Category} category */
  field(kind, { code, paper }) {
    const name = `${kind}-${code}`;
    if (kind === "paper" && !(name in this.typed)) this.typed[name] = String(paper || 0);
    const label = `${code} ${say(this.language, kind)}`;
    const given = { id: name, class: "entry", type: "number", min: "0", max: MOST, value: this.typed[name] || "", "aria-label": label };
    const field = h("input", { ...given, inputmode: "numeric", disabled: this.busy });
    field.addEventListener("input", () => (this.typed[name] = field.value));
    return field;
  }

  /** @param {Task} task @returns {HTMLElement} */
  elsewhere(task) {
    const t = this.language;
    const save = () => download("slips-task.json", JSON.stringify(task));
    return h(
      "details",
      { class: "notice" },
      h("summary", {}, say(t, "elsewhere")),
      h("p", {}, say(t, "elsewhereIntro")),
      button("", say(t, "saveTask"), save),
    );
  }

  /** @param {Made} made @returns {any[]} */
  ready({ codes }) {
    const t = this.language;
    const numbers = Object.values(codes).map((list) => list.length);
    const pages = numbers.reduce((sum, n) => sum + Math.ceil(n / ON_A_PAGE), 0);
    const wipe = button("", say(t, "wipe"), () => this.wipe());
    wipe.disabled = !this.printed;
    return [
      h("p", { id: "made" }, say(t, "total", { n: numbers.reduce((sum, n) => sum + n, 0), m: pages })),
      h(
        "div",
        { class: "choices" },
        button("main", say(t, "print"), () => window.print()),
        wipe,
        !this.printed && h("p", { class: "help" }, say(t, "wipeEarly")),
      ),
    ];
  }

  /**
   * A page of slips, which is shown on paper only.
   * @param {number} place of the category, for its colour @param {import("./slip-maker.js").Category} category
   * @param {string[]} codes @returns {HTMLElement}
   */
  paper(place, category, codes) {
    const task = /** @type {Task} */ (this.task);
    const slips = codes.map((code) => slip(task, category, code));
    return h("section", { class: `slips colour-${place % COLOURS}`, "aria-hidden": "true" }, ...slips);
  }
}

/** @param {Task} task @param {import("./slip-maker.js").Category} category @param {string} code */
function slip({ address, ballot, zh, en }, category, code) {
  const place = `${address.replace(/\/+$/, "")}/v/${ballot}`;
  return h(
    "div",
    { class: "slip" },
    qrPicture(`${place}#${code}`),
    h(
      "div",
      {},
      h("p", { class: "letter" }, category.code),
      h("p", {}, `${category.zh} / ${category.en}`),
      h("p", {}, `${zh} / ${en}`),
    ),
    h(
      "div",
      { class: "below" },
      h("p", { class: "code" }, code),
      h("p", {}, `${say("zh", "scan")} ${say("en", "scan")} ${place}`),
      h("p", {}, `${say("zh", "secret")} ${say("en", "secret")}`),
    ),
  );
}

const main = document.getElementById("slip-maker");
if (main) new SlipsPage(main).begin();
