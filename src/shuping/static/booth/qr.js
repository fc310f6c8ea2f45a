// QR codes, drawn in this browser.

import qrcode from "qrcode-generator";
import { h } from "./dom.js";

/** @param {string} text ASCII @returns {ReturnType<typeof qrcode>} the smallest that holds it, error correction M */
export function qrCode(text) {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  return code;
}

/** @param {string} text ASCII @returns {HTMLElement} a picture; what it says stands beside it as text */
export function qrPicture(text) {
  return h("img", { class: "qr", alt: "", src: qrCode(text).createDataURL(4, 16) });
}
