// The two switches above every screen: the other language, and large type.

import { h } from "./dom.js";

/** @typedef {import("./texts.js").Language} Language */

/**
 * @param {HTMLElement} main
 * @param {Language} language
 * @param {(language: Language, key: string) => string} say
 * @param {(language: Language) => void} draw everything anew
 * @returns {HTMLElement} a bar; the switch that was used keeps the focus
 */
export function switches(main, language, say, draw) {
  const other = language === "zh" ? "en" : "zh";
  const make = (/** @type {object} */ properties, /** @type {string} */ key, /** @type {() => void} */ act) => {
    const onclick = () => {
      act();
      /** @type {any} */ (main.querySelector(`.switch.${key}`)).focus();
    };
    return h("button", { type: "button", class: `switch ${key}`, onclick, ...properties }, say(language, key));
  };
  const grow = () => {
    main.classList.toggle("large");
    draw(language);
  };
  return h(
    "div",
    { class: "bar" },
    make({ lang: other }, "otherLanguage", () => draw(other)),
    make({ "aria-pressed": String(main.classList.contains("large")) }, "large", grow),
  );
}
