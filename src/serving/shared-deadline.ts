/** One piece of work whose outcome somebody waits for. */
interface Wait {
  readonly end: number;
  /** Undefined once there is an outcome. */
  expire: (() => void) | undefined;
  next: Wait | undefined;
}

/**
 * Gives up work that takes longer than a time that is the same for all: so the first to come is the first to be given
 * up, and one timer does for all of them.
 */
export class SharedDeadline {
  readonly #ms: number;
  readonly #stopwatch: () => number;
  #first: Wait | undefined;
  #last: Wait | undefined;
  #isWatching = false;

  /** @param stopwatch milliseconds since whenever */
  constructor(ms: number, stopwatch: () => number = () => performance.now()) {
    this.#ms = ms;
    this.#stopwatch = stopwatch;
  }

  /**
   * What `work` comes to; where it takes too long, what `late` gives or throws. Nothing stops the work itself: what it
   * comes to afterwards is nobody's any more, an error too.
   */
  within<T>(work: Promise<T>, late: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const wait = this.#begin(() => {
        try {
          resolve(late());
        } catch (error) {
          reject(error);
        }
      });
      work.then(
        (outcome) => {
          this.#end(wait);
          resolve(outcome);
        },
        (error: unknown) => {
          this.#end(wait);
          reject(error);
        },
      );
    });
  }

  #begin(expire: () => void): Wait {
    const wait: Wait = { end: this.#stopwatch() + this.#ms, expire, next: undefined };
    if (this.#last === undefined) this.#first = wait;
    else this.#last.next = wait;
    this.#last = wait;
    if (!this.#isWatching) this.#watch(this.#ms);
    return wait;
  }

  #end(wait: Wait): void {
    wait.expire = undefined;
    for (let first = this.#first; first !== undefined && first.expire === undefined; first = this.#first) {
      this.#first = first.next;
      // One that the collector has taken for lasting would make it keep all that come after it.
      first.next = undefined;
    }
    if (this.#first === undefined) this.#last = undefined;
  }

  /** The timer is left running where nothing waits any more: stopping it for each would cost what it saves. */
  #watch(ms: number): void {
    this.#isWatching = true;
    setTimeout(() => {
      const now = this.#stopwatch();
      // After what has come in: an outcome that waits behind a busy event loop is not late.
      setImmediate(() => this.#expire(now));
    }, ms);
  }

  #expire(now: number): void {
    for (let wait = this.#first; wait !== undefined && wait.end <= now; wait = this.#first) {
      const { expire } = wait;
      this.#end(wait);
      expire?.();
    }
    this.#isWatching = false;
    if (this.#first !== undefined) this.#watch(Math.max(0, this.#first.end - this.#stopwatch()));
  }
}
