// The desk follows the meeting, but never takes away what somebody is writing: a page that is older than the meeting
// is refused by the server with a sentence, so waiting for the form is safe.
"use strict";

let opened = [];

function written(details) {
  const fields = [...details.querySelectorAll("input:not([type=hidden]), textarea")];
  return fields.some((field) => field === document.activeElement || field.value !== field.defaultValue);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const open = [...document.querySelectorAll("#live details[open]")];
  if (open.some(written)) event.detail.shouldSwap = false;
  opened = open.map((details) => details.id);
});

document.addEventListener("htmx:afterSettle", () => {
  for (const id of opened) {
    const details = id && document.getElementById(id);
    if (details) details.open = true;
  }
});
