// The page on which a trustee makes a key: a seed is made or typed here, each step's message is computed here, and only
// the messages leave. The same page works from a file, with files in place of the site.

import { randomBase58 } from "./base58.js";
import { button, h } from "./dom.js";
import { CeremonyError, fingerprintOf, firstMessage, gather, readCeremony } from "./exchange.js";
import { secondMessage, stepOf, thirdMessage } from "./exchange.js";
import { download, fileField, readJson } from "./files.js";
import { say } from "./key-words.js";
import { fileRelay, siteRelay } from "./relay.js";
import { readSeed, seedFile, seedOfFile } from "./seed.js";
import { sheet } from "./sheet.js";
import { groupLetters } from "./slip.js";
import { refill } from "./refill.js";
import { switches } from "./switches.js";
import { Refused } from "./transport.js";

/** @typedef {import("./texts.js").Language} Language */
/** @typedef {(language: Language) => string} Sentence in whichever language the page has */

/** @param {string} key @param {Record<string, string | number>} [values] @returns {Sentence} */
function sentence(key, values) {
  return (language) => say(language, key, values);
}

/** @param {unknown} error @returns {Sentence} @throws what is not an expected refusal */
function explained(error) {
  if (error instanceof CeremonyError) return sentence(error.code, error.values);
  if (error instanceof Refused) return (language) => error.refusal[language];
  throw error;
}

const MAKERS = [firstMessage, secondMessage];

export class KeyPage {
  /** @param {HTMLElement} main */
  constructor(main) {
    this.main = main;
    /** @type {Language} */
    this.language = (main.dataset.lang || "").startsWith("en") ? "en" : "zh";
    /** @type {any} the ceremony's file */
    this.file = null;
    /** @type {import("./exchange.js").Ceremony | null} */
    this.ceremony = null;
    this.index = 0;
    this.seed = "";
    this.kept = false;
    this.keyFile = "";
    this.busy = false;
    this.missed = false;
    /** @type {{language: string, elements: any[]}} where the seed is typed */
    this.fields = { language: "", elements: [] };
    /** @type {Sentence} */
    this.fault = () => "";
    /** @type {Sentence} */
    this.status = () => "";
    this.relay = main.dataset.state ? siteRelay(main.dataset) : fileRelay(() => this.file);
  }

  // --- the ceremony as it is ---

  async begin() {
    window.addEventListener("beforeunload", (event) => this.seed && !this.kept && event.preventDefault());
    this.draw();
    if (!this.relay.live) return;
    await this.act(() => this.read());
    this.relay.follow(() => this.changed());
  }

  /** Somebody sent something; while this page is busy it is remembered. */
  changed() {
    this.missed = this.busy;
    if (!this.busy) this.compare();
  }

  /** Draw only what is new: a button that is drawn anew under somebody's finger is not pressed. */
  async compare() {
    const file = await this.relay.load().catch(() => null);
    if (file && JSON.stringify(file) === JSON.stringify(this.file)) return;
    if (this.busy) this.missed = true;
    else await this.act(() => this.read());
  }

  /** Read the ceremony again, and check the whole of it when it is complete. */
  async read() {
    const file = await this.relay.load();
    const ceremony = readCeremony(file);
    const other = this.ceremony && this.ceremony.identifier !== ceremony.identifier;
    if (other) this.forget();
    if (this.isOlder(ceremony)) return;
    this.take(file, ceremony);
    this.status = this.step() === 4 ? sentence("finished") : () => "";
    if (this.step() === 4) gather(ceremony);
  }

  /**
   * Whether an answer was overtaken by a newer one: messages are only ever added.
   * @param {import("./exchange.js").Ceremony} ceremony @returns {boolean}
   */
  isOlder({ identifier, messages }) {
    const known = this.ceremony;
    return known?.identifier === identifier && messages.flat().filter(Boolean).length < known.messages.flat().filter(Boolean).length;
  }

  /** @param {any} file @param {import("./exchange.js").Ceremony} ceremony */
  take(file, ceremony) {
    this.file = file;
    this.ceremony = ceremony;
    if (file.index) this.index = file.index;
  }

  step() {
    return this.ceremony ? stepOf(this.ceremony) : 0;
  }

  /** @returns {boolean} whether the step that is due waits for this trustee */
  mine() {
    const row = this.ceremony?.messages[this.index - 1];
    return this.step() < 4 && Boolean(row) && !row?.[this.step() - 1];
  }

  /** @param {() => Promise<void> | void} deed what goes wrong in it is told on the page */
  async act(deed) {
    if (this.busy) return;
    this.fault = () => "";
    try {
      await deed();
    } catch (error) {
      this.fault = explained(error);
      this.status = () => "";
    }
    this.busy = false;
    this.draw();
    if (this.missed) this.changed();
  }

  forget() {
    [this.seed, this.keyFile, this.kept] = ["", "", false];
  }

  // --- steps ---

  makeSeed() {
    [this.seed, this.kept] = [randomBase58(22), false];
    this.draw();
  }

  print() {
    this.kept = true;
    this.draw();
    window.print();
  }

  saveSeed() {
    download(`seed-${this.index}.json`, seedFile(this.file.ceremony, this.index, this.seed));
    this.kept = true;
    this.draw();
  }

  /** @param {string} seed */
  useSeed(seed) {
    this.fields = { language: "", elements: [] };
    [this.seed, this.kept] = [seed, true];
    if (this.step() === 4) this.makeFileAgain();
  }

  makeFileAgain() {
    const ceremony = /** @type {import("./exchange.js").Ceremony} */ (this.ceremony);
    this.keyFile = thirdMessage(ceremony, this.index, this.seed).file;
  }

  async send() {
    const ceremony = /** @type {import("./exchange.js").Ceremony} */ (this.ceremony);
    const step = this.step();
    this.busy = true;
    this.status = sentence("computing");
    this.draw();
    await new Promise((drawn) => setTimeout(drawn, 0));
    await this.deliver(step, step < 3 ? MAKERS[step - 1](ceremony, this.index, this.seed) : this.lastMessage(ceremony));
  }

  /** @param {import("./exchange.js").Ceremony} ceremony @returns {string} */
  lastMessage(ceremony) {
    const { sent, file } = thirdMessage(ceremony, this.index, this.seed);
    this.keyFile = file;
    return sent;
  }

  /** @param {number} step @param {string} message */
  async deliver(step, message) {
    const name = await this.relay.send(message, step, this.index);
    if (this.relay.live) await this.read();
    this.status = name ? sentence("savedMessage", { name }) : this.status;
  }

  // --- showing ---

  draw() {
    const t = this.language;
    document.documentElement.lang = t === "zh" ? "zh-Hans" : "en";
    const redraw = (/** @type {Language} */ language) => {
      this.language = language;
      this.draw();
    };
    const typing = document.activeElement;
    refill(
      this.main,
      switches(this.main, t, say, redraw),
      h(
        "div",
        { class: "screen" },
        h("h1", {}, say(t, "title")),
        h("p", {}, say(t, "intro")),
        ...(this.ceremony ? this.overview(this.ceremony) : [this.relay.live && h("p", {}, say(t, "loading"))]),
        h("p", { class: "fault", role: "alert" }, this.fault(t)),
        h("p", { class: "ready", role: "status" }, this.status(t)),
        ...(this.ceremony ? this.panel() : []),
        !this.relay.live && this.openers(),
        this.relay.live && this.ceremony && this.mine() && this.elsewhere(),
      ),
      ...(this.seed && this.ceremony ? [sheet(this.ceremony, this.index, this.seed)] : []),
    );
    if (typing instanceof HTMLInputElement && this.main.contains(typing)) typing.focus();
  }

  /** @param {import("./exchange.js").Ceremony} ceremony @returns {HTMLElement[]} whose turn it is */
  overview({ trustees, threshold, messages }) {
    const t = this.language;
    const step = this.step();
    const head = ["trustee", "stepOne", "stepTwo", "stepThree"].map((key) => h("th", { scope: "col" }, say(t, key)));
    const word = (/** @type {string} */ text, /** @type {number} */ i) => (text ? "done" : i + 1 === step ? "due" : "later");
    const rows = messages.map((row, n) => {
      const cells = row.map((text, i) => h("td", { class: word(text, i) }, h("span", { class: "state" }, say(t, word(text, i)))));
      return h("tr", {}, h("th", { scope: "row" }, this.nameOf(n + 1)), ...cells);
    });
    const numbers = { n: this.index || "?", m: trustees, k: threshold };
    return [
      h("p", {}, say(t, "place", numbers)),
      step < 4 && h("h2", {}, say(t, "step", { n: step })),
      h("table", { class: "tasks steps" }, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows)),
    ];
  }

  /** @param {number} n @returns {string} */
  nameOf(n) {
    const name = this.file.names?.[n - 1]?.[this.language];
    return `${n}. ${name || ""}${n === this.index ? say(this.language, "you") : ""}`;
  }

  /** @returns {any[]} what is to be done now */
  panel() {
    const t = this.language;
    if (!this.index) return [];
    const step = this.step();
    if (step === 4) return this.seed ? this.ending() : this.asking();
    if (!this.mine()) return [h("p", { class: "turn" }, say(t, "waitingFor", { names: this.waitedFor() })), ...this.ending()];
    const turn = h("p", { class: "turn mine" }, h("strong", {}, say(t, "yourTurn")));
    if (step === 1) return [turn, ...this.making()];
    return [turn, ...(this.seed ? this.going(step) : this.asking())];
  }

  waitedFor() {
    const step = this.step();
    const rows = /** @type {import("./exchange.js").Ceremony} */ (this.ceremony).messages;
    const waiting = rows.flatMap((row, i) => (row[step - 1] ? [] : [this.nameOf(i + 1)]));
    return waiting.join(this.language === "zh" ? "、" : ", ");
  }

  /** Step 1. @returns {any[]} */
  making() {
    const t = this.language;
    if (!this.seed) return [h("p", {}, say(t, "makeIntro")), button("main", say(t, "make"), () => this.makeSeed())];
    const go = button("main", say(t, "kept"), () => this.act(() => this.send()));
    go.disabled = !this.kept || this.busy;
    return [
      h("p", {}, say(t, "makeIntro")),
      h("p", {}, say(t, "seed"), " ", h("code", { class: "seed", id: "seed" }, groupLetters(this.seed))),
      h(
        "div",
        { class: "choices" },
        button("", say(t, "print"), () => this.print()),
        button("", say(t, "saveSeed"), () => this.saveSeed()),
        !this.kept && h("p", { class: "help" }, say(t, "keepFirst")),
        go,
      ),
    ];
  }

  /** Steps 2 and 3. @param {number} step @returns {any[]} */
  going(step) {
    const t = this.language;
    const ceremony = /** @type {import("./exchange.js").Ceremony} */ (this.ceremony);
    const compare = [h("p", {}, say(t, "compare")), h("p", {}, h("code", { class: "seed", id: "fingerprint" }, fingerprintOf(ceremony)))];
    const key = step === 2 ? "agree" : "makeKey";
    const go = button("main", say(t, key), () => this.act(() => this.send()));
    go.disabled = this.busy;
    return [...(step === 2 ? compare : []), go];
  }

  /** @returns {any[]} the seed's fields; the same elements each time, so that drawing anew takes nobody's letters away */
  asking() {
    if (this.fields.language !== this.language) this.fields = { language: this.language, elements: this.seedFields() };
    return this.fields.elements;
  }

  /** @returns {any[]} for a page that was opened anew */
  seedFields() {
    const t = this.language;
    const field = h("input", { id: "seed-field", class: "entry", autocomplete: "off", spellcheck: "false" });
    const form = h(
      "form",
      { class: "enter" },
      h("p", {}, say(t, "askSeed")),
      h("label", { for: "seed-field" }, say(t, "seedField")),
      field,
      h("button", { class: "button main" }, say(t, "use")),
    );
    form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.act(() => this.useSeed(readSeed(field.value)));
    });
    const chosen = (/** @type {File} */ file) =>
      this.act(async () => {
        const seed = seedOfFile(await readJson(file));
        if (!seed) throw new CeremonyError("wrongSeed", { n: this.index });
        this.useSeed(seed);
      });
    return [form, fileField("seed-file", say(t, "seedFile"), chosen, h)];
  }

  /** @returns {any[]} after one's own last step */
  ending() {
    const t = this.language;
    if (!this.keyFile) return [];
    const save = () => download(`key-${this.index}.json`, this.keyFile);
    const end = () => {
      this.forget();
      this.status = sentence("forgotten");
      this.draw();
    };
    return [
      h("p", {}, say(t, "thirdDone")),
      h("div", { class: "choices" }, button("main", say(t, "saveKey"), save), button("", say(t, "forget"), end)),
    ];
  }

  /** @returns {HTMLElement} for who takes the step on another computer */
  elsewhere() {
    const t = this.language;
    const save = () => download("ceremony.json", JSON.stringify(this.file));
    const chosen = (/** @type {File} */ file) =>
      this.act(async () => {
        const message = await readJson(file);
        if (!message || typeof message.message !== "string") throw new CeremonyError("notAMessage");
        await this.deliver(this.step(), JSON.stringify(message));
      });
    return h(
      "details",
      { class: "notice" },
      h("summary", {}, say(t, "elsewhere")),
      h("p", {}, say(t, "elsewhereIntro")),
      button("", say(t, "saveState"), save),
      fileField("message-file", say(t, "messageFile"), chosen, h),
    );
  }

  /** @returns {HTMLElement} without the site: the ceremony's file, and which trustee one is */
  openers() {
    const t = this.language;
    const chosen = (/** @type {File} */ file) =>
      this.act(async () => {
        const given = await readJson(file);
        this.take(given, readCeremony(given || {}));
        await this.read();
      });
    return h(
      "div",
      { class: "choose" },
      fileField("state-file", say(t, "stateFile"), chosen, h),
      this.ceremony && h("label", { for: "index" }, say(t, "which")),
      this.ceremony && this.chooser(this.ceremony.trustees),
    );
  }

  /** @param {number} trustees @returns {HTMLElement} which of them one is */
  chooser(trustees) {
    const places = Array.from({ length: trustees + 1 }, (_, i) =>
      h("option", { value: i, selected: i === this.index }, i ? this.nameOf(i) : "–"),
    );
    const field = h("select", { id: "index", class: "entry" }, ...places);
    field.addEventListener("change", () => {
      this.forget();
      this.index = Number(field.value);
      this.draw();
    });
    return field;
  }
}

const main = document.getElementById("key-maker");
if (main) new KeyPage(main).begin();
