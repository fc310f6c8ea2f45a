// The list at the door narrows while one types: number, code, name, pinyin or its first letters. Enter checks the one in
// that is left. Without this, "Find" asks the server the same.
"use strict";

const typed = document.getElementById("typed");
const rows = [...document.querySelectorAll("#places tr[data-keys]")];

function fits(row, text) {
  return row.dataset.keys.split(/\s+/).some((key) => key.startsWith(text));
}

function narrow() {
  const text = typed.value.trim().toLowerCase();
  for (const row of rows) row.hidden = text !== "" && !fits(row, text);
}

// In a year that is over there is nothing to type into.
typed?.addEventListener("input", narrow);
document.getElementById("form-find")?.addEventListener("submit", (event) => {
  const left = rows.filter((row) => !row.hidden);
  const button = left.length === 1 && typed.value.trim() ? left[0].querySelector("button[formaction]") : null;
  if (!button) return;
  event.preventDefault();
  if (!left[0].querySelector("input[name=present]").checked) button.click();
  else typed.select();
});
