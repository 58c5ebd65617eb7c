/** Requests are answered on the same event loop: all work that shares slices may hold it no longer at a time. */
export const SLICE_MS = 3;

/**
 * Cuts long pieces of work by time, so that others get their turn in between. Whatever works at the same time shares
 * one of these: eight partitions with slices of their own would hold the event loop for eight slices in a row.
 */
export class TimeSlices {
  readonly #waiting: (() => void)[] = [];
  #endsAt = 0;

  /** True when it is time to let others run. */
  isOver(): boolean {
    return performance.now() >= this.#endsAt;
  }

  /** Waits for a slice: lets others run first, and then whoever has waited longer, one a turn of the event loop. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(() => this.#begin());
    });
  }

  #begin(): void {
    this.#endsAt = performance.now() + SLICE_MS;
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(() => this.#begin());
  }
}
