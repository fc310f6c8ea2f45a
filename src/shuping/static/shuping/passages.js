// What is marked in a text with the mouse, the finger or the keyboard stands in the field beside it; without scripts
// it is copied by hand.
"use strict";

document.addEventListener("selectionchange", () => {
  const chosen = getSelection();
  const node = chosen.anchorNode;
  const source = (node instanceof Element ? node : node?.parentElement)?.closest("[data-passage-for]");
  const text = chosen.toString().replace(/\r\n/g, "\n").trim();
  if (!source || !text || !source.contains(chosen.focusNode)) return;
  const field = document.getElementById(source.dataset.passageFor);
  if (field) field.value = text;
});
