import type { Clock, EpochMs } from '../domain/clock.ts';

/** How far time has come in one partition: the largest submission time seen, but never more than the clock. */
export class StreamTime {
  readonly #clock: Clock;
  #now: EpochMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get now(): EpochMs {
    return this.#now;
  }

  /** Takes in a submission time. */
  observe(submittedAt: EpochMs): EpochMs {
    if (submittedAt > this.#now) this.#now = Math.max(this.#now, Math.min(submittedAt, this.#clock()));
    return this.#now;
  }
}
