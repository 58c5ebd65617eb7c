/** The first wait after a failure that may pass; it doubles, so that a store that is down is not stormed. */
export const RETRY_FIRST_WAIT_MS = 200;
/** No wait is longer: what is back again is noticed soon. */
export const RETRY_LONGEST_WAIT_MS = 10_000;

/** How long to wait before each attempt in a row of failures. */
export class Backoff {
  #waitMs = RETRY_FIRST_WAIT_MS;

  /** The wait before the next attempt, in milliseconds. */
  next(): number {
    const waitMs = this.#waitMs;
    this.#waitMs = Math.min(2 * waitMs, RETRY_LONGEST_WAIT_MS);
    return waitMs;
  }
}
