// What the pages that need no site have in common.

import { fill, h } from "./dom.js";

/** @param {string} id @returns {HTMLElement} the page's place in the document, in the browser's language */
export function place(id) {
  const lang = navigator.language.startsWith("zh") ? "zh-hans" : "en";
  const main = h("main", { id, class: "maker", "data-lang": lang });
  fill(document.body, main);
  return main;
}
