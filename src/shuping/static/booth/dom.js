// Building pages from text: no markup is ever parsed, so nothing that comes from outside can become one.

/**
 * @param {string} tag
 * @param {Record<string, any>} [properties] attributes; `on…` are listeners; null and false are left out
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {any} the element
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child || child === "") element.append(child);
  return element;
}

/** @param {Element} element @param {...Node} children */
export function fill(element, ...children) {
  while (element.firstChild) element.removeChild(element.firstChild);
  element.append(...children);
}

/**
 * @param {string} kind "", "quiet" or "main" @param {string} text @param {() => void} act
 * @returns {HTMLButtonElement}
 */
export function button(kind, text, act) {
  return h("button", { type: "button", class: `button ${kind}`, onclick: act }, text);
}
