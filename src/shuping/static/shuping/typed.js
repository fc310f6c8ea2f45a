// What was typed into a form is not lost when it could not be taken: because the session had ended, the form was too old,
// or a rule said no. It stays in this tab until the next page, and stands in the form again when the same person is back.
// Never kept: what is secret (passwords, codes, files), and anything on the pages of the ballot.
"use strict";

const KEPT = "shuping-typed";
const SECRET = "input[type=password], input[autocomplete=one-time-code], input[name=credential]";
const OPEN_TO_KEEP = /^\/(?!sign-|account\/|language|[bvt]\/)(?!c\/[^/]+\/ballot\/)/;

/** What the fields of a form hold; what the page itself put there (hidden fields, buttons) is left to the page. */
function taken(form) {
  const fields = [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "file", "submit", "button", "fieldset"].includes(field.type),
  );
  return fields.map((field) => [field.name, field.type, field.value, Boolean(field.checked), chosen(field)]);
}

function chosen(field) {
  return field.options ? [...field.options].filter((option) => option.selected).map((option) => option.value) : [];
}

/** Puts what was taken into the fields of a form, each name in its own order. */
function put(form, fields) {
  const left = [...form.elements];
  for (const [name, type, value, checked, options] of fields) {
    const place = left.findIndex(
      (field) => field.name === name && field.type === type && (!checkable(type) || field.value === value),
    );
    if (place < 0) continue;
    const [field] = left.splice(place, 1);
    if (checkable(type)) field.checked = checked;
    else if (field.options) for (const option of field.options) option.selected = options.includes(option.value);
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function checkable(type) {
  return type === "checkbox" || type === "radio";
}

/** What is to be done with what is kept: "hold" it, give it "back", or "drop" it. */
function fate(kept, page) {
  if (!kept) return "drop";
  if (page.refused || !page.person) return "hold";
  const back = kept.held && page.person === kept.person && kept.path.startsWith(page.path);
  return back ? "back" : "drop";
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

function write(kept) {
  try {
    if (kept) sessionStorage.setItem(KEPT, JSON.stringify(kept));
    else sessionStorage.removeItem(KEPT);
  } catch {
    // No room, or the browser keeps nothing: then it is as it was without this.
  }
}

function arrive() {
  const kept = read();
  const refused = document.querySelector("[data-sent-from]");
  const person = document.querySelector("[data-person]")?.dataset.person;
  const does = fate(kept, { refused: Boolean(refused), person, path: location.pathname });
  if (refused) history.replaceState(null, "", refused.dataset.sentFrom); // reloading opens the form's page, sends nothing
  if (does === "hold") {
    write({ ...kept, held: true });
    for (const told of document.querySelectorAll("#typed-kept")) told.hidden = false;
  } else {
    if (does === "back") giveBack(kept);
    write(null);
  }
}

function giveBack(kept) {
  const form = document.getElementById(kept.form);
  if (!form) return;
  put(form, kept.fields);
  const told = document.getElementById("typed-back");
  told.hidden = false;
  form.before(told);
  told.scrollIntoView({ block: "center" });
}

function keep(event) {
  const form = event.target;
  const person = document.querySelector("[data-person]")?.dataset.person;
  if (form.id === "form-sign-out") write(null);
  if (form.method !== "post" || !form.closest("main") || !person) return;
  if (!OPEN_TO_KEEP.test(location.pathname) || form.querySelector(SECRET)) return;
  write({ path: location.pathname, form: form.id, person, fields: taken(form), held: false });
}

if (typeof document !== "undefined") {
  arrive();
  document.addEventListener("submit", keep);
}
