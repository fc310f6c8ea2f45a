// Files that a page hands out and takes in; nothing of them leaves the computer.

const LARGEST = 64 * 2 ** 20;

/** @param {string} name @param {string} text */
export function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

/** @param {File} file @returns {Promise<any>} its JSON; null when it is none */
export async function readJson(file) {
  if (file.size > LARGEST) return null;
  try {
    return JSON.parse(await file.text());
  } catch {
    return null;
  }
}

/**
 * A field for a file. @param {string} id @param {string} label @param {(file: File) => void} chosen
 * @param {(tag: string, properties: any, ...children: any[]) => any} h
 * @returns {HTMLElement}
 */
export function fileField(id, label, chosen, h) {
  const field = h("input", { id, type: "file", class: "entry", accept: ".json,application/json" });
  field.addEventListener("change", () => field.files[0] && chosen(field.files[0]));
  return h("div", { class: "choose" }, h("label", { for: id }, label), field);
}
