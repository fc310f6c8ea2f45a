// Drawing a page anew while somebody reads it.
import { fill } from "./dom.js";

/**
 * Like `fill`; what was unfolded stays unfolded, so that a change from elsewhere takes no button away under the hand.
 * @param {Element} element @param {...Node} children
 */
export function refill(element, ...children) {
  const open = element.querySelector("details[open]") !== null;
  fill(element, ...children);
  if (open) element.querySelector("details")?.setAttribute("open", "");
}
