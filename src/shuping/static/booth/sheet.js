// A trustee's printed sheet, in both languages; on the screen it is not shown.

import { h } from "./dom.js";
import { say } from "./key-words.js";
import { qrPicture } from "./qr.js";
import { groupLetters } from "./slip.js";

/**
 * @param {import("./exchange.js").Ceremony} ceremony @param {number} index @param {string} seed
 * @returns {HTMLElement}
 */
export function sheet({ identifier, group, trustees, threshold }, index, seed) {
  const both = (/** @type {string} */ key, /** @type {any} */ values = {}) => ["zh", "en"].map((language) => h("p", { lang: language }, say(/** @type {any} */ (language), key, values)));
  return h(
    "section",
    { class: "sheet", "aria-hidden": "true" },
    h("h1", {}, `${say("zh", "sheetTitle")} · ${say("en", "sheetTitle")} ${index}`),
    ...both("place", { n: index, m: trustees, k: threshold }),
    h("p", {}, `${say("zh", "ceremony")} / ${say("en", "ceremony")}: ${identifier} · ${group.name}`),
    h("p", { class: "seed" }, groupLetters(seed)),
    qrPicture(seed),
    ...both("sheetKeep"),
  );
}
