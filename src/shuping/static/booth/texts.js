// Texts in two languages: our own, by key, and the election's "zh / en".

/** @typedef {"zh" | "en"} Language */
/** @typedef {{zh: string, en: string}} Both */

/**
 * @param {Record<string, [string, string]>} table each text in Chinese and in English
 * @returns {(language: Language, key: string, values?: Record<string, string | number>) => string} the values fill the
 *   places in braces
 */
export function speaker(table) {
  return (language, key, values = {}) =>
    table[key][language === "zh" ? 0 : 1].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/**
 * The side of a "zh / en" text. A text without two sides serves both languages; "a / b / c / d" is halved.
 * @param {string} text @param {Language} language @returns {string}
 */
export function side(text, language) {
  const parts = text.split(" / ");
  if (parts.length % 2) return text;
  const half = parts.length / 2;
  return (language === "zh" ? parts.slice(0, half) : parts.slice(half)).join(" / ");
}

/**
 * A row's number and its name: "01 青川市 / Qingchuan" gives ["01", "青川市"] or ["01", "Qingchuan"].
 * @param {string} question @param {Language} language @returns {[string, string]}
 */
export function rowName(question, language) {
  const number = /^(\d{2,3})\s+/.exec(question);
  const name = side(question, language);
  return number ? [number[1], name.replace(/^\d{2,3}\s+/, "")] : ["", name];
}
