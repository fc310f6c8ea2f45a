// Where a ceremony's public messages go: to the site, or into files when there is no site.

import { download } from "./files.js";
import { Refused } from "./transport.js";
import { CeremonyError } from "./exchange.js";

/**
 * @typedef {object} Relay
 * @property {boolean} live whether others' messages arrive by themselves
 * @property {() => Promise<any>} load the ceremony's file
 * @property {(message: string, step: number, index: number) => Promise<string>} send gives the file's name, or ""
 * @property {(changed: () => void) => void} follow
 */

/** @param {Response} response @param {any} json @throws {Refused | CeremonyError} */
function ensureOurs(response, json) {
  if (json?.error?.code) throw new Refused(json.error, response.status);
  if (!response.ok || !json) throw new CeremonyError("unreachable");
}

/** @param {string} url @param {RequestInit} options @returns {Promise<any>} */
async function ask(url, options) {
  const response = await fetch(url, { credentials: "same-origin", cache: "no-store", ...options }).catch(() => null);
  if (!response) throw new CeremonyError("unreachable");
  const json = await response.json().catch(() => null);
  ensureOurs(response, json);
  return json;
}

/** @returns {Record<string, string>} what the site asks of a page that is signed in */
export function signedHeaders() {
  const token = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") || "";
  return { Accept: "application/json", "X-CSRFToken": token };
}

/** @param {DOMStringMap} address @returns {Relay} */
export function siteRelay({ state = "", submit = "", live = "", topic = "" }) {
  return {
    live: true,
    load: () => ask(state, {}),
    async send(message) {
      const headers = { "Content-Type": "application/json", ...signedHeaders() };
      await ask(submit, { method: "POST", body: JSON.stringify({ message }), headers });
      return "";
    },
    follow(changed) {
      const source = new EventSource(live);
      source.addEventListener(topic, changed);
      source.addEventListener("over", () => source.close());
    },
  };
}

/** @param {() => any} chosen the ceremony's file that was opened last @returns {Relay} */
export function fileRelay(chosen) {
  return {
    live: false,
    load: async () => chosen(),
    async send(message, step, index) {
      const name = `step-${step}-trustee-${index}.json`;
      download(name, message);
      return name;
    },
    follow() {},
  };
}
