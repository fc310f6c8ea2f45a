// The trustee's pages as one file that needs no site and can send nothing: make the key, or decrypt with it.

import { button, fill, h } from "./dom.js";
import { KeyPage } from "./key-page.js";
import { KEY_WORDS } from "./key-words.js";
import { place } from "./offline.js";
import { TrusteePage } from "./trustee-page.js";
import { TRUSTEE_WORDS } from "./trustee-words.js";

const main = place("choice");
const both = (/** @type {[string, string]} */ [zh, en]) => `${zh} / ${en}`;
fill(
  main,
  h("h1", {}, both(["密钥保管人", "Trustee"])),
  h(
    "div",
    { class: "choices" },
    button("main", both(KEY_WORDS.title), () => new KeyPage(place("key-maker")).begin()),
    button("main", both(TRUSTEE_WORDS.title), () => new TrusteePage(place("trustee")).draw()),
  ),
);
