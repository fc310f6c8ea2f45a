// The desk follows the meeting, but never takes away what somebody is writing: a part of the page with words in it stays
// as it is. If it is still about the same, it may be sent as if it were new; if not, it says so, and the server refuses
// it with a sentence, because it knows from which page it was written.
"use strict";

/** What to do with a part of the page when a newer one comes. */
function standing(written, about, newer) {
  if (!written) return "replace";
  return about === newer ? "renew" : "warn";
}

function hasWords(field) {
  return field.value !== "" || field.validity.badInput;
}

function follow(part, fresh) {
  const fields = [...part.querySelectorAll("input:not([type=hidden]), textarea")];
  const does = standing(fields.some(hasWords), part.dataset.about, fresh.dataset.about);
  if (does === "replace") {
    if (part.querySelector("details[open]")) fresh.querySelector("details")?.setAttribute("open", "");
    return true;
  }
  part.querySelector(".changed").hidden = does === "renew";
  if (does === "renew") part.querySelector("[name=seen]").value = fresh.querySelector("[name=seen]").value;
  return false;
}

if (typeof document !== "undefined") {
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    event.detail.shouldSwap = follow(event.detail.target, event.detail.fragment.firstElementChild);
  });
}
