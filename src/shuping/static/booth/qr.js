// QR codes, drawn in this browser.

import qrcode from "qrcode-generator";
import { h } from "./dom.js";

/** @param {string} text ASCII @returns {HTMLElement} a picture; what it says stands beside it as text */
export function qrPicture(text) {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  return h("img", { class: "qr", alt: "", src: code.createDataURL(4, 8) });
}
