// The trustee's page: choose the key file or type the seed, see what is to be decrypted, decrypt here, send the parts.
// The same page works from a file, with files in place of the site.

import { digest } from "./hashing.js";
import { button, h } from "./dom.js";
import { CeremonyError, keyOfSeed, readCeremony } from "./exchange.js";
import { download, fileField, readJson } from "./files.js";
import { readSeed, seedOfFile } from "./seed.js";
import { refill } from "./refill.js";
import { switches } from "./switches.js";
import { say } from "./trustee-words.js";
import { Refused, deliver, usualMeans } from "./transport.js";
import { TrusteeError, checkOpinionsTask, checkTask, forget, partialDecryption, partialOpening, readKeyFile } from "./trustee.js";

/** @typedef {import("./texts.js").Language} Language */
/** @typedef {(language: Language) => string} Sentence in whichever language the page has */
/** @typedef {import("./trustee.js").Task & {sealed?: string[]}} AnyTask a sum, or with `sealed` all opinions */
/** @typedef {{task: AnyTask, state: string, text: Sentence}} Line */



/** @param {string} key @param {Record<string, string | number>} [values] @returns {Sentence} */
function sentence(key, values) {
  return (language) => say(language, key, values);
}

/** @param {unknown} error @returns {Sentence} @throws what is not an expected refusal */
function explained(error) {
  if (error instanceof TrusteeError || error instanceof CeremonyError) return sentence(error.code, error.values);
  if (error instanceof Refused) return (language) => error.refusal[language];
  throw error;
}

/** @param {import("./trustee.js").Tasks} tasks @returns {AnyTask[]} the sums, then the opinions */
function allTasks({ categories, opinions }) {
  return opinions ? [...categories, { category: "", tally: "", ...opinions }] : categories;
}

/** @returns {Promise<void>} after the browser has drawn */
function drawn() {
  return new Promise((done) => setTimeout(done, 0));
}

/** @param {import("./trustee.js").Tasks} tasks @param {string} seed @returns {import("./trustee.js").Key} */
function keyFromSeed(tasks, seed) {
  if (!tasks.ceremony) throw new TrusteeError("noCeremony");
  const ceremony = readCeremony(tasks.ceremony);
  const index = tasks.owner - 1; // the server's own key is the first of all
  return { group: ceremony.group, index, ...keyOfSeed(ceremony, index, seed) };
}

export class TrusteePage {
  /** @param {HTMLElement} main */
  constructor(main) {
    this.main = main;
    this.address = /** @type {Record<string, string>} */ ({ ...main.dataset });
    /** @type {Language} */
    this.language = (main.dataset.lang || "").startsWith("en") ? "en" : "zh";
    /** @type {import("./trustee.js").Key | null} */
    this.key = null;
    /** @type {import("./trustee.js").Tasks | null} */
    this.tasks = null;
    /** @type {Line[]} */
    this.lines = [];
    /** @type {Sentence | null} */
    this.fault = null;
    /** @type {Sentence} */
    this.status = () => "";
    this.busy = false;
    this.online = Boolean(main.dataset.tasks);
    /** @type {import("./trustee.js").Tasks | null} from a file, where there is no site */
    this.given = null;
    /** @type {{category: string, share: string}[]} what is computed without a site */
    this.shares = [];
  }

  // --- showing ---

  draw() {
    document.documentElement.lang = this.language === "zh" ? "zh-Hans" : "en";
    document.title = say(this.language, "title");
    refill(
      this.main,
      switches(this.main, this.language, say, (language) => {
        this.language = language;
        this.draw();
      }),
      h(
        "div",
        { class: "screen" },
        h("h1", {}, say(this.language, "title")),
        h("p", {}, say(this.language, "intro")),
        !this.online && !this.given && fileField("tasks-file", say(this.language, "tasksFile"), (file) => this.opened(file), h),
        (this.online || this.given) && !this.key && !this.lines.length && this.chooser(),
        h("p", { class: "fault", role: "alert" }, this.fault ? this.fault(this.language) : ""),
        h("p", { role: "status", class: "ready" }, this.status(this.language)),
        this.lines.length > 0 && this.table(),
        this.canDecrypt() && button("main", say(this.language, "decrypt"), () => this.decrypt()),
        this.online && !this.busy && this.elsewhere(),
      ),
    );
  }

  /** @returns {HTMLElement} the key file, the seed's file, or the seed as it stands on the sheet */
  chooser() {
    const t = this.language;
    const field = h("input", { id: "key", type: "file", accept: ".json,application/json", disabled: this.busy });
    field.addEventListener("change", () => field.files[0] && this.chosen(() => this.readKey(field.files[0])));
    const typed = h("input", { id: "seed", class: "entry", autocomplete: "off", spellcheck: "false", disabled: this.busy });
    const form = h(
      "form",
      { class: "enter" },
      h("label", { for: "seed" }, say(t, "seedField")),
      typed,
      h("button", { class: "button", disabled: this.busy }, say(t, "useSeed")),
    );
    form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      const seed = typed.value;
      this.chosen(async () => this.keyOf(readSeed(seed)));
    });
    return h("div", { class: "choose" }, h("label", { for: "key" }, say(t, "file")), field, form);
  }

  /** @returns {HTMLElement} for who decrypts on another computer */
  elsewhere() {
    const t = this.language;
    const save = async () => {
      this.tasks = this.tasks || (await this.fetchTasks().catch(() => null));
      if (this.tasks) download("tasks.json", JSON.stringify(this.tasks));
    };
    return h(
      "details",
      { class: "notice" },
      h("summary", {}, say(t, "elsewhere")),
      h("p", {}, say(t, "elsewhereIntro")),
      button("", say(t, "saveTasks"), save),
      fileField("shares-file", say(t, "sharesFile"), (file) => this.handIn(file), h),
    );
  }

  /** @returns {HTMLElement} what is to be decrypted, and how far it is */
  table() {
    const t = this.language;
    const head = ["category", "cast", "state"].map((key) => h("th", { scope: "col" }, say(t, key)));
    const rows = this.lines.map(({ task, state, text }) =>
      h(
        "tr",
        { class: state },
        h("th", { scope: "row" }, task.category || say(t, "opinions")),
        h("td", {}, String(task.cast)),
        h("td", {}, h("span", { class: "state" }, text(t)), h("p", { class: "print" }, say(t, "print"), " ", h("code", {}, digest(task.election)))),
      ),
    );
    const body = [h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows)];
    return h("div", {}, this.canStart() && h("p", {}, say(t, "compare")), h("table", { class: "tasks" }, ...body));
  }

  canDecrypt() {
    return !this.busy && this.key !== null && this.canStart();
  }

  // --- the key ---

  /** @param {File} file @returns {Promise<import("./trustee.js").Key>} @throws {TrusteeError | CeremonyError} */
  async readKey(file) {
    const seed = seedOfFile(await readJson(file));
    return seed ? this.keyOf(seed) : readKeyFile(await file.text());
  }

  /** @param {string} seed */
  async keyOf(seed) {
    return keyFromSeed(await this.fetchTasks(), seed);
  }

  /** @param {() => Promise<import("./trustee.js").Key>} read */
  async chosen(read) {
    this.busy = true;
    this.fault = null;
    this.status = sentence("reading");
    this.draw();
    try {
      this.key = await read();
      this.tasks = await this.fetchTasks();
      this.lines = allTasks(this.tasks).map((task) => this.lineOf(task));
      this.status = this.canStart() ? sentence("ready", { n: this.key.index }) : sentence("nothing");
    } catch (error) {
      this.status = () => "";
      this.tasks = this.key = null;
      this.lines = [];
      this.fault = explained(error);
    }
    this.busy = false;
    this.draw();
  }

  canStart() {
    return this.lines.some(({ state }) => state === "waiting");
  }

  /** @returns {Promise<import("./trustee.js").Tasks>} @throws {TrusteeError} */
  async fetchTasks() {
    if (this.given) return this.given;
    try {
      const response = await fetch(this.address.tasks, { credentials: "same-origin", cache: "no-store" });
      const json = await response.json();
      if (response.ok && Array.isArray(json.categories)) return json;
      if (json.error) throw new Refused(json.error, response.status);
    } catch (error) {
      if (error instanceof Refused) throw error;
    }
    throw new TrusteeError("unreachable");
  }

  /** @param {AnyTask} task @returns {Line} refused at once when something is not in order */
  lineOf(task) {
    if (task.done) return { task, state: "done", text: sentence("alreadyDone") };
    const [key, tasks] = [/** @type {any} */ (this.key), /** @type {any} */ (this.tasks)];
    try {
      if (task.sealed) checkOpinionsTask(key, tasks, /** @type {any} */ (task));
      else checkTask(key, tasks, task);
      return { task, state: "waiting", text: sentence("waiting") };
    } catch (error) {
      if (error instanceof TrusteeError && error.code === "wrongOwner") throw error;
      return { task, state: "refused", text: explained(error) };
    }
  }

  // --- decrypting ---

  async decrypt() {
    this.busy = true;
    for (const line of this.lines.filter(({ state }) => state === "waiting")) {
      try {
        await this.decryptLine(line);
      } catch (error) {
        this.set(line, "refused", explained(error));
      }
    }
    if (this.key) forget(this.key);
    this.key = null;
    this.busy = false;
    if (this.shares.length) download("shares.json", JSON.stringify({ shuping: "shares", version: 1, shares: this.shares }));
    this.status = this.lines.some(({ state }) => state === "done") ? sentence(this.online ? "finished" : "finishedFile") : () => "";
    this.draw();
  }

  /** @param {Line} line */
  async decryptLine(line) {
    const [key, tasks] = [/** @type {any} */ (this.key), /** @type {any} */ (this.tasks)];
    const breathe = (/** @type {number} */ n, /** @type {number} */ m) => {
      this.set(line, "working", sentence("working", { n, m }));
      return drawn();
    };
    const compute = line.task.sealed ? partialOpening : partialDecryption;
    const share = await compute(key, tasks, /** @type {any} */ (line.task), breathe);
    if (this.online) await this.send(line, share);
    else this.shares.push({ category: line.task.category, share });
    this.set(line, "done", sentence(this.online ? "done" : "computed"));
  }

  /** @param {Line} line @param {string} share @throws {Refused} */
  async send(line, share) {
    const body = JSON.stringify({ category: line.task.category, share });
    const read = (/** @type {any} */ json) => json;
    const address = line.task.sealed ? this.address.opening : this.address.submit;
    await deliver(address, body, read, ({ state }) => this.set(line, state, sentence(state)), this.means());
  }

  /** @param {File} file the parts that were computed elsewhere */
  async handIn(file) {
    const given = await readJson(file);
    this.fault = given?.shuping === "shares" && Array.isArray(given.shares) ? null : sentence("notShares");
    if (this.fault) return this.draw();
    this.tasks = await this.fetchTasks();
    this.lines = allTasks(this.tasks).map((task) => ({ task, state: task.done ? "done" : "refused", text: sentence(task.done ? "alreadyDone" : "notInFile") }));
    for (const line of this.lines.filter(({ task }) => !task.done)) await this.handInLine(line, given.shares);
    this.draw();
  }

  /** @param {Line} line @param {any[]} shares */
  async handInLine(line, shares) {
    const found = shares.find(({ category }) => category === line.task.category);
    if (!found) return;
    try {
      await this.send(line, String(found.share));
      this.set(line, "done", sentence("done"));
    } catch (error) {
      this.set(line, "refused", explained(error));
    }
  }

  /** @param {File} file the tasks, where there is no site */
  async opened(file) {
    const tasks = await readJson(file);
    this.given = Array.isArray(tasks?.categories) ? tasks : null;
    this.fault = this.given ? null : sentence("notTasks");
    this.draw();
  }

  /** @param {Line} line @param {string} state @param {Sentence} text */
  set(line, state, text) {
    Object.assign(line, { state, text });
    this.draw();
  }

  /** Unlike a voter, a trustee is signed in: the session and its token go along. */
  means() {
    const token = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") || "";
    const signed = (/** @type {any} */ url, /** @type {any} */ options) =>
      fetch(url, { ...options, credentials: "same-origin", headers: { ...options.headers, "X-CSRFToken": token } });
    return { ...usualMeans(), fetch: signed };
  }
}

const main = document.getElementById("trustee");
if (main) new TrusteePage(main).draw();
