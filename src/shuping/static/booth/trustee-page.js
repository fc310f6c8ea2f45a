// The trustee's page: choose the key file, see what is to be decrypted, decrypt here, send the parts.

import { digest } from "./hashing.js";
import { button, fill, h } from "./dom.js";
import { switches } from "./switches.js";
import { say } from "./trustee-words.js";
import { Refused, deliver, usualMeans } from "./transport.js";
import { TrusteeError, checkTask, forget, partialDecryption, readKeyFile } from "./trustee.js";

/** @typedef {import("./texts.js").Language} Language */
/** @typedef {(language: Language) => string} Sentence in whichever language the page has */
/** @typedef {{task: import("./trustee.js").Task, state: string, text: Sentence}} Line */

/** @param {string} key @param {Record<string, string | number>} [values] @returns {Sentence} */
function sentence(key, values) {
  return (language) => say(language, key, values);
}

/** @param {unknown} error @returns {Sentence} @throws what is not an expected refusal */
function explained(error) {
  if (error instanceof TrusteeError) return sentence(error.code, error.values);
  if (error instanceof Refused) return (language) => error.refusal[language];
  throw error;
}

/** @returns {Promise<void>} after the browser has drawn */
function drawn() {
  return new Promise((done) => setTimeout(done, 0));
}

class TrusteePage {
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
  }

  // --- showing ---

  draw() {
    document.documentElement.lang = this.language === "zh" ? "zh-Hans" : "en";
    document.title = say(this.language, "title");
    fill(
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
        !this.tasks && this.chooser(),
        h("p", { class: "fault", role: "alert" }, this.fault ? this.fault(this.language) : ""),
        h("p", { role: "status", class: "ready" }, this.status(this.language)),
        this.lines.length > 0 && this.table(),
        this.canDecrypt() && button("main", say(this.language, "decrypt"), () => this.decrypt()),
      ),
    );
  }

  /** @returns {HTMLElement} */
  chooser() {
    const field = h("input", { id: "key", type: "file", accept: ".json,application/json", disabled: this.busy });
    field.addEventListener("change", () => field.files[0] && this.chosen(field.files[0]));
    return h("div", { class: "choose" }, h("label", { for: "key" }, say(this.language, "file")), field);
  }

  /** @returns {HTMLElement} what is to be decrypted, and how far it is */
  table() {
    const t = this.language;
    const head = ["category", "cast", "state"].map((key) => h("th", { scope: "col" }, say(t, key)));
    const rows = this.lines.map(({ task, state, text }) =>
      h(
        "tr",
        { class: state },
        h("th", { scope: "row" }, task.category),
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

  /** @param {File} file */
  async chosen(file) {
    this.busy = true;
    this.fault = null;
    this.status = sentence("reading");
    this.draw();
    try {
      this.key = readKeyFile(await file.text());
      this.tasks = await this.fetchTasks();
      this.lines = this.tasks.categories.map((task) => this.lineOf(task));
      this.status = this.canStart() ? sentence("ready", { n: this.key.index }) : sentence("nothing");
    } catch (error) {
      this.status = () => "";
      this.tasks = null;
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

  /** @param {import("./trustee.js").Task} task @returns {Line} refused at once when something is not in order */
  lineOf(task) {
    if (task.done) return { task, state: "done", text: sentence("alreadyDone") };
    const [key, tasks] = [/** @type {any} */ (this.key), /** @type {any} */ (this.tasks)];
    try {
      checkTask(key, tasks, task);
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
    this.status = this.lines.some(({ state }) => state === "done") ? sentence("finished") : () => "";
    this.draw();
  }

  /** @param {Line} line */
  async decryptLine(line) {
    const [key, tasks] = [/** @type {any} */ (this.key), /** @type {any} */ (this.tasks)];
    const breathe = (/** @type {number} */ n, /** @type {number} */ m) => {
      this.set(line, "working", sentence("working", { n, m }));
      return drawn();
    };
    const share = await partialDecryption(key, tasks, line.task, breathe);
    const body = JSON.stringify({ category: line.task.category, share });
    const read = (/** @type {any} */ json) => json;
    await deliver(this.address.submit, body, read, ({ state }) => this.set(line, state, sentence(state)), this.means());
    this.set(line, "done", sentence("done"));
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

new TrusteePage(/** @type {HTMLElement} */ (document.getElementById("trustee"))).draw();
