// What noble takes for granted and the oldest browsers of a hall (Chromium 80, iOS 14) do not have. Imported first.

if (!("hasOwn" in Object)) {
  /** @type {any} */ (Object).hasOwn = (/** @type {object} */ object, /** @type {PropertyKey} */ key) =>
    Object.prototype.hasOwnProperty.call(object, key);
}

export {};
