// The booth: reads the slip's code, fetches the election, shows it, encrypts and sends. It holds everything in memory;
// nothing is stored on the phone.

import { fill, h } from "./dom.js";
import { Helper } from "./helper.js";
import { missingRows, noMarks } from "./marks.js";
import { SCREENS, missingList, progressBar } from "./screens.js";
import { CredentialError, normaliseCredential } from "./slip.js";
import { switches } from "./switches.js";
import { side } from "./texts.js";
import { Pause, Refused, deliver, usualMeans } from "./transport.js";
import { say } from "./words.js";

const LOOK_AGAIN_MS = 5000;

/** @typedef {import("./screens.js").View} View */

class Booth {
  /** @param {HTMLElement} main */
  constructor(main) {
    this.main = main;
    this.address = /** @type {Record<string, string>} */ ({ ...main.dataset });
    this.screen = "enter";
    this.credential = "";
    this.rounds = 0;
    this.group = 0;
    /** @type {any} what the server told of this slip's ballot */
    this.answer = null;
    /** @type {number | undefined} */
    this.wanted = undefined;
    this.pause = new Pause();
    /** @type {Helper | null} */
    this.helper = null;
    /** @type {Promise<unknown>} */
    this.prepared = Promise.resolve();
    /** @type {View} */
    this.view = {
      language: (main.dataset.lang || "").startsWith("en") ? "en" : "zh",
      board: main.dataset.board || "",
      ...this.blank(),
    };
  }

  blank() {
    return {
      election: null,
      category: null,
      marks: noMarks(0),
      reminded: false,
      revote: true,
      tracker: "",
      message: null,
      progress: { state: "sending", attempt: 1 },
    };
  }

  /** The code behind '#', if there is one; it is removed from the address bar at once. */
  start() {
    const code = takeHash();
    window.addEventListener("hashchange", () => this.scanned());
    window.addEventListener("popstate", () => this.screen === "review" && this.returned());
    window.addEventListener("online", () => this.pause.end());
    window.addEventListener("beforeunload", (event) => this.mayLeave() || hold(event));
    this.show("enter");
    if (code) this.enter(code);
  }

  /** Another slip was scanned while this page was open. A ballot on its way is finished first. */
  scanned() {
    const code = takeHash();
    if (!code || this.screen === "sending") return;
    this.restart();
    this.enter(code);
  }

  mayLeave() {
    const begun = this.view.marks.some((mark) => mark !== null);
    return !(this.screen === "sending" || (begun && ["form", "review"].includes(this.screen)));
  }

  // --- showing ---

  /** @param {string} screen */
  show(screen) {
    this.screen = screen;
    this.draw();
    window.scrollTo(0, 0);
    /** @type {HTMLElement | null} */ (this.main.querySelector("h1"))?.focus();
  }

  draw() {
    const { language } = this.view;
    document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
    document.title = this.view.election ? side(this.view.election.name, language) : say(language, "title");
    const body = h("div", { class: `screen ${this.screen}` }, ...SCREENS[this.screen](this.view, this));
    const redraw = (/** @type {import("./texts.js").Language} */ chosen) => {
      this.view.language = chosen;
      this.draw();
    };
    fill(this.main, switches(this.main, language, say, redraw), body);
  }

  // --- the code ---

  /** @param {string} typed */
  enter(typed) {
    try {
      this.credential = normaliseCredential(typed);
    } catch (error) {
      if (!(error instanceof CredentialError)) throw error;
      this.view.message = both(error.code, { n: error.detail });
      return this.show("enter");
    }
    this.view.message = null;
    this.rounds++;
    this.show("looking");
    return this.guard(this.look());
  }

  /**
   * What goes wrong in a round that is over, because another slip was scanned meanwhile, concerns nobody.
   * @param {Promise<unknown>} work
   */
  guard(work) {
    const round = this.rounds;
    return work.catch((error) => round === this.rounds && this.fail(error));
  }

  /** Ask which election this code belongs to, and show its ballot. */
  async look() {
    const round = this.rounds;
    const answer = await this.which();
    if (round !== this.rounds || !this.helper) return;
    if (answer.state !== "open") return this.wait(answer.state, round);
    this.answer = answer;
    this.view.election = await this.helper.ask("read", { election: answer.election });
    this.view.category = answer.category_label;
    this.view.revote = answer.revote !== false;
    this.startForm();
  }

  /**
   * The group is known only when the server knows the code: each group's worker makes its public half in turn.
   * @returns {Promise<any>}
   */
  async which() {
    const workers = [this.address.worker, this.address.worker.replace(/\.js/, "-2048.js")];
    for (let i = this.group; ; i++) {
      try {
        return await this.ask(workers[i], i);
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 404 || i + 1 === workers.length) throw error;
      }
    }
  }

  /** @param {string} worker its address @param {number} group */
  async ask(worker, group) {
    if (!this.helper || this.group !== group) {
      this.helper?.close();
      this.helper = new Helper(worker);
      this.group = group;
    }
    const { ballot } = this.address;
    const credential = await this.helper.ask("credential", { ballot, credential: this.credential });
    const read = (/** @type {any} */ json) => (json.state ? json : null);
    return deliver(this.address.which, JSON.stringify({ credential }), read, this.tell("looking"), this.means());
  }

  /** @param {string} state @param {number} round */
  wait(state, round) {
    if (state !== "before") return this.show("closed");
    if (this.screen !== "before") this.show("before");
    const pause = LOOK_AGAIN_MS * (1 + Math.random());
    setTimeout(() => round === this.rounds && this.guard(this.look()), pause);
  }

  // --- the ballot ---

  /** Empty rows, and new secrets: a second ballot must share none with the first. */
  startForm() {
    const { election } = this.view;
    if (!election || !this.helper) return;
    this.view.marks = noMarks(election.questions.length);
    this.view.reminded = false;
    const task = { ballot: this.address.ballot, credential: this.credential, election: this.answer.election };
    this.prepared = this.helper.ask("prepare", task);
    this.guard(this.prepared);
    this.show("form");
  }

  /** @param {number} row @param {number} answer */
  mark(row, answer) {
    this.view.marks[row] = answer;
    // The words change inside the element that is there: a screen reader listens to that one.
    const [count, bar] = this.main.querySelectorAll(".count > *");
    const [said, filled] = progressBar(this.view);
    count.textContent = said.textContent;
    bar.replaceWith(filled);
    if (this.view.reminded) this.showMissing();
  }

  showMissing() {
    const old = this.main.querySelector(".missing");
    old?.parentNode?.replaceChild(missingList(this.view, this), old);
  }

  review() {
    const missing = missingRows(this.view.marks);
    this.view.reminded = missing.length > 0;
    if (!missing.length) {
      history.pushState("review", "");
      return this.show("review");
    }
    this.showMissing();
    this.focusRow(missing[0]);
  }

  /** @param {number} row */
  focusRow(row) {
    const group = /** @type {HTMLElement} */ (this.main.querySelector(`#row-${row}`));
    const chosen = group.querySelector("input:checked") || group.querySelector("input");
    /** @type {HTMLElement} */ (chosen).focus({ preventScroll: true });
    group.scrollIntoView({ block: "center" });
  }

  /** @param {number} [row] the browser's own way back leads there too */
  back(row) {
    this.wanted = row;
    history.back();
  }

  returned() {
    this.show("form");
    if (this.wanted !== undefined) this.focusRow(this.wanted);
    this.wanted = undefined;
  }

  /** Send again without waiting any longer. */
  again() {
    this.pause.end();
  }

  // --- sending ---

  send() {
    this.view.progress = { state: "sending", attempt: 1 };
    this.show("sending");
    return this.guard(this.encryptAndSend());
  }

  async encryptAndSend() {
    const helper = /** @type {Helper} */ (this.helper);
    await this.prepared;
    const { ballot, tracker } = await helper.ask("finish", { choices: this.view.marks });
    const read = (/** @type {any} */ json) => (json.received && json.tracker ? json.tracker : null);
    const answered = await deliver(this.address.cast, ballot, read, this.tell("sending"), this.means());
    this.view.marks = noMarks(0);
    this.view.tracker = tracker;
    if (answered !== tracker) return this.refuse(both("wrongTracker"));
    this.show("received");
  }

  /**
   * While attempts follow each other only the count changes, so that a screen reader is not interrupted each time.
   * @param {string} screen @returns {(progress: import("./transport.js").Progress) => void}
   */
  tell(screen) {
    return ({ state, attempt }) => {
      const shown = this.view.progress.state;
      this.view.progress = { state: state === "sending" && attempt > 1 ? shown : state, attempt };
      if (this.screen !== screen) return;
      if (this.view.progress.state !== shown) return this.show(screen);
      const status = this.main.querySelector("[role=status]");
      if (status && attempt > 1) status.textContent = say(this.view.language, "attempts", { n: attempt });
    };
  }

  means() {
    return { ...usualMeans(), pause: this.pause };
  }

  // --- when something is wrong ---

  /** @param {unknown} error */
  fail(error) {
    if (!(error instanceof Refused)) {
      this.view.message = { zh: String(error), en: String(error) };
      return this.show("broken");
    }
    if (this.screen === "sending") return this.refuse(error.refusal);
    this.view.message = error.refusal;
    this.show("enter");
  }

  /** @param {import("./texts.js").Both} message */
  refuse(message) {
    this.view.message = message;
    this.show("refused");
  }

  /** Forget everything: another voter may use this phone. */
  restart() {
    this.rounds++;
    this.helper?.close();
    this.helper = null;
    this.group = 0;
    this.credential = "";
    Object.assign(this.view, this.blank());
    this.show("enter");
  }
}

/** @returns {string} what stands behind '#', which is taken out of the address bar and the history */
function takeHash() {
  const hash = location.hash.slice(1);
  if (hash) history.replaceState(null, "", location.pathname + location.search);
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}

/** @param {BeforeUnloadEvent} event the browser asks before it leaves the page */
function hold(event) {
  event.preventDefault();
  event.returnValue = "";
}

/** @param {string} key @param {Record<string, string>} [values] */
function both(key, values) {
  return { zh: say("zh", key, values), en: say("en", key, values) };
}

const booth = new Booth(/** @type {HTMLElement} */ (document.getElementById("booth")));
/** @type {any} */ (window).booth = booth; // for opinions-page.js, where a ballot asks for some
booth.start();
