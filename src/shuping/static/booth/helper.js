// The page's end of the worker: ask, and get a promise.

/** The worker could not be started or failed: this browser cannot encrypt. */
export class HelperError extends Error {}

export class Helper {
  /** @param {string} address of the worker's script */
  constructor(address) {
    /** @type {Map<number, {done: (result: any) => void, fail: (error: Error) => void}>} */
    this.open = new Map();
    this.count = 0;
    this.worker = new Worker(address);
    this.worker.onmessage = ({ data }) => this.settle(data);
    this.worker.onerror = (event) => this.failAll(event.message);
  }

  /** @param {string} act @param {Record<string, unknown>} task @returns {Promise<any>} */
  ask(act, task) {
    const id = ++this.count;
    return new Promise((done, fail) => {
      this.open.set(id, { done, fail });
      this.worker.postMessage({ id, act, ...task });
    });
  }

  /** @param {{id: number, result?: unknown, error?: string}} answer */
  settle({ id, result, error }) {
    const waiting = this.open.get(id);
    this.open.delete(id);
    if (error) waiting?.fail(new HelperError(error));
    else waiting?.done(result);
  }

  /** @param {string} [reason] */
  failAll(reason) {
    for (const { fail } of this.open.values()) fail(new HelperError(reason || "worker"));
    this.open.clear();
  }

  /** End the worker, and with it every secret that it holds. */
  close() {
    this.worker.terminate();
  }
}
