// Opinions beside the ballot: this script is loaded only where a ballot asks for some. Once a ballot was received it gets
// tokens for the slip, whether or not anything will be written, and adds a form to the screen.

import { fill, h } from "./dom.js";
import { readElection } from "./election.js";
import { GROUPS } from "./groups.js";
import { LONGEST, sealOpinion, weight } from "./opinion-seal.js";
import { TokenError, askForTokens, readKey } from "./opinion-tokens.js";
import { say } from "./opinion-words.js";
import { Refused, deliver } from "./transport.js";

/** @typedef {import("./texts.js").Language} Language */
/** @typedef {import("./texts.js").Both} Both */
/** @typedef {{id: string, zh: string, en: string}} Entry */
/** @typedef {{election: string, modulus: string}} Offer */
/** @typedef {{screen: string, credential: string, answer: {opinions: Offer | null, entries: Entry[]}, view: {language: Language}}} Booth */

/** An opinion leaves some while after it was written, so that nobody who looks on knows which one it is. */
const SHORTEST_MS = 2000;
const LONGEST_MS = 30000;
/** Bytes of a letter: three of a Chinese one, one of an English one. */
const BYTES = { zh: 3, en: 1 };

/** One slip's opinions: its tokens, what is being written, what is on its way. */
class Pen {
  /** @param {DOMStringMap} address @param {Booth} booth */
  constructor(address, booth) {
    this.address = address;
    this.entries = booth.answer.entries;
    this.offer = /** @type {Offer} */ (booth.answer.opinions);
    this.election = readElection(this.offer.election, GROUPS);
    /** @type {Language} */
    this.language = booth.view.language;
    /** @type {import("./opinion-tokens.js").Token[] | null} */
    this.tokens = null;
    /** @type {Both | null} */
    this.fault = null;
    this.entry = "";
    this.text = "";
    this.sent = this.waiting = 0;
    this.element = h("section", { class: "opinions" });
    this.ask(booth.credential);
  }

  /** @param {string} code */
  async ask(code) {
    const { ballot = "", tokens = "" } = this.address;
    const key = readKey(this.offer.modulus);
    const { body, finish } = askForTokens(this.election.group, ballot, code, key, this.entries.length);
    const read = (/** @type {any} */ json) => (Array.isArray(json.signatures) ? json.signatures : null);
    await this.guard(async () => {
      this.tokens = finish(await deliver(tokens, body, read, () => {}));
    });
    this.draw();
  }

  /** @param {() => Promise<void>} act a refusal is shown, anything else is a fault of the program */
  async guard(act) {
    try {
      await act();
    } catch (error) {
      if (error instanceof Refused) this.fault = error.refusal;
      else if (error instanceof TokenError) this.fault = { zh: String(error), en: String(error) };
      else throw error;
    }
  }

  // --- showing ---

  /** @param {Language} language */
  speak(language) {
    this.language = language;
    this.draw();
  }

  draw() {
    const t = this.language;
    const paragraphs = ["what", "who", "warning"].map((key) => h("p", {}, say(t, key)));
    fill(this.element, h("h2", {}, say(t, "title")), ...paragraphs, ...this.state(), ...this.form());
  }

  /** @returns {HTMLElement[]} what became of what was written */
  state() {
    const t = this.language;
    const told = [
      this.sent > 0 && say(t, "sent", { n: this.sent }),
      this.waiting > 0 && say(t, "waiting", { n: this.waiting }),
    ];
    const status = h("p", { role: "status", class: "ready" }, told.filter(Boolean).join(" "));
    return [status, h("p", { role: "alert", class: "fault" }, this.fault ? this.fault[t] : "")];
  }

  /** @returns {HTMLElement[]} */
  form() {
    const t = this.language;
    if (!this.tokens) return this.fault ? [] : [h("p", { class: "wait" }, say(t, "getting"))];
    if (!this.tokens.length) return [h("p", {}, say(t, "used"))];
    const options = this.entries.map(({ id, zh, en }) =>
      h("option", { value: id, selected: id === this.entry }, `${id} ${t === "zh" ? zh : en}`),
    );
    const none = h("option", { value: "", selected: !this.entry }, say(t, "choose"));
    const entry = h("select", { id: "opinion-entry" }, none, ...options);
    const text = h("textarea", { id: "opinion-text", rows: 5, "aria-describedby": "opinion-left" });
    const left = h("p", { id: "opinion-left", class: "help" });
    const button = h("button", { class: "button" }, say(t, "send"));
    text.value = this.text;
    const typed = () => {
      this.text = text.value;
      this.entry = entry.value;
      const rest = LONGEST - weight(this.text);
      left.textContent = say(t, rest < 0 ? "over" : "left", { n: Math.floor(Math.abs(rest) / BYTES[t]) });
      left.className = rest < 0 ? "fault" : "help";
      button.disabled = rest < 0 || rest === LONGEST || !this.entry;
    };
    entry.addEventListener("change", typed);
    text.addEventListener("input", typed);
    typed();
    const onsubmit = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.write();
    };
    const label = (/** @type {string} */ name) => h("label", { for: `opinion-${name}` }, say(t, name));
    return [h("form", { class: "write", onsubmit }, label("entry"), entry, label("text"), text, left, button)];
  }

  // --- sending ---

  /** Seal at once, send after a while; the text itself is forgotten here and now. */
  write() {
    const token = this.tokens?.pop();
    if (!token) return;
    const body = JSON.stringify({ ...token, opinion: sealOpinion(this.election, this.entry, this.text) });
    this.text = this.entry = "";
    this.waiting++;
    this.fault = null;
    this.draw();
    setTimeout(() => this.send(body), SHORTEST_MS + Math.random() * (LONGEST_MS - SHORTEST_MS));
  }

  /** @param {string} body */
  async send(body) {
    await this.guard(async () => {
      await deliver(this.address.opinion || "", body, (json) => (json.received ? true : null), () => {});
      this.sent++;
    });
    this.waiting--;
    this.told();
  }

  /** Only what became of it changes: whoever is writing the next one goes on writing. */
  told() {
    const [status, alert] = this.state();
    this.element.querySelector("[role=status]")?.replaceWith(status);
    this.element.querySelector("[role=alert]")?.replaceWith(alert);
  }
}

/** @param {HTMLElement} main the booth's, which is filled anew with every screen @param {Booth} booth */
function follow(main, booth) {
  /** @type {Map<string, Pen>} by the code of the slip: one phone may serve several voters, one after another */
  const pens = new Map();
  const drawn = () => {
    if (booth.screen !== "received" || !booth.answer.opinions) return;
    const pen = pens.get(booth.credential) || new Pen(main.dataset, booth);
    pens.set(booth.credential, pen);
    pen.speak(booth.view.language);
    main.querySelector(".choices")?.after(pen.element);
  };
  new MutationObserver(drawn).observe(main, { childList: true });
  window.addEventListener("beforeunload", (event) => {
    if (![...pens.values()].some((pen) => pen.waiting)) return;
    event.preventDefault();
    event.returnValue = "";
  });
}

const main = document.getElementById("booth");
if (main) follow(main, /** @type {any} */ (window).booth);
