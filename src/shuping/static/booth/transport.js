// Getting a request through a hall's network: the same body is sent again until the server has answered it. The ballot
// lives in a variable of the page and nowhere else; a body that arrives twice is one ballot.

const LIMIT_MS = 30000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;
const LONGEST_ASKED_S = 60;

/** @typedef {{code: string, zh: string, en: string}} Refusal */
/** @typedef {"kept" | "busy" | "waits"} Unsent not reached; reached, but busy; waits for the ballot before it */
/** @typedef {{state: "sending" | Unsent, attempt: number}} Progress */
/**
 * @typedef {object} Means what a test replaces
 * @property {typeof fetch} fetch
 * @property {() => number} random between 0 and 1
 * @property {Pause} pause
 */

/** The server said no, with a sentence in both languages. */
export class Refused extends Error {
  /** @param {Refusal} refusal @param {number} status */
  constructor(refusal, status) {
    super(refusal.code);
    this.refusal = refusal;
    this.status = status;
  }
}

/** A pause that something, the return of the network or a button, can end early. */
export class Pause {
  constructor() {
    /** @type {() => void} */
    this.end = () => {};
  }

  /** @param {number} ms @returns {Promise<void>} */
  wait(ms) {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.end = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}

/**
 * Doubling pauses, half of each by chance, so that a thousand phones do not come back in the same second.
 * @param {number} attempt counted from 1 @param {number} random @param {number} [asked] seconds, from Retry-After
 * @returns {number} milliseconds
 */
export function pauseLength(attempt, random, asked = 0) {
  const usual = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  return Math.max(usual * (0.5 + random / 2), Math.min(asked, LONGEST_ASKED_S) * 1000 * (1 + random / 2));
}

/** @returns {Means} the real network and the real clock */
export function usualMeans() {
  return { fetch: (...request) => fetch(...request), random: Math.random, pause: new Pause() };
}

/**
 * One request and its answer's JSON, within one time limit. Raises when nothing arrives.
 * @param {string} url @param {string} body @param {Means} means
 * @returns {Promise<{response: Response, json: any}>} json is null when the answer is not ours
 */
async function post(url, body, means) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), LIMIT_MS);
  try {
    const response = await means.fetch(url, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/json" },
      // No cookie goes along, no address of this page, and no portal's redirection is followed.
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: stop.signal,
    });
    return { response, json: await response.json().catch(() => null) };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * One attempt. A refusal counts only in our own form: a proxy's or a sign-on portal's page is "not reached".
 * @template T
 * @param {string} url @param {string} body @param {(json: any) => T | null} read @param {Means} means
 * @returns {Promise<{answer: T} | {asked: number, state: Unsent}>} @throws {Refused}
 */
async function attemptOnce(url, body, read, means) {
  const got = await post(url, body, means).catch(() => null);
  if (!got) return { asked: 0, state: "kept" };
  const { response, json } = got;
  const answer = response.ok && json ? read(json) : null;
  if (answer !== null) return { answer };
  const final = response.status >= 400 && response.status < 500 && ![408, 425, 429].includes(response.status);
  if (final && json?.error?.code) throw new Refused(json.error, response.status);
  const asked = Number(response.headers.get("Retry-After")) || 0;
  if (response.status !== 503) return { asked, state: "kept" };
  return { asked, state: json?.error?.code === "one_at_a_time" ? "waits" : "busy" };
}

/**
 * Send until answered.
 * @template T
 * @param {string} url
 * @param {string} body the same bytes each time
 * @param {(json: any) => T | null} read what to take from the answer; null when it is not an answer of ours
 * @param {(progress: Progress) => void} tell
 * @param {Means} [means]
 * @returns {Promise<T>} @throws {Refused}
 */
export async function deliver(url, body, read, tell, means = usualMeans()) {
  for (let attempt = 1; ; attempt++) {
    tell({ state: "sending", attempt });
    const outcome = await attemptOnce(url, body, read, means);
    if ("answer" in outcome) return outcome.answer;
    tell({ state: outcome.state, attempt });
    await means.pause.wait(pauseLength(attempt, means.random(), outcome.asked));
  }
}
