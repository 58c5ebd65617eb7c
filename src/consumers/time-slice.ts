import { setImmediate } from 'node:timers/promises';

/** Requests are answered on the same event loop: no piece of a batch may hold it longer. */
export const SLICE_MS = 5;

/** Cuts a long piece of work by time, so that others get their turn in between. */
export class TimeSlice {
  #endsAt = performance.now() + SLICE_MS;

  /** True when it is time to let others run. */
  isOver(): boolean {
    return performance.now() >= this.#endsAt;
  }

  /** Lets others run, then begins anew. */
  async yield(): Promise<void> {
    await setImmediate();
    this.#endsAt = performance.now() + SLICE_MS;
  }
}
