import { cpuSeconds } from './bench.ts';
import { RECORDS, WARM_UP_RECORDS } from './kafka-aggregate.records.ts';

/** Records a CPU-second of this process, all threads. */
export interface Rates {
  /** After the warm-up. */
  readonly rate: number;
  /** From the start of the process on, as it is told of those that have no warm-up. */
  readonly withStart: number;
}

/** Counts the records that a process has done with, and measures from the end of the warm-up on. */
export class RateCounter {
  readonly #all = Promise.withResolvers<Rates>();
  #done = 0;
  #warm: { readonly cpu: NodeJS.CpuUsage; readonly done: number } | undefined;

  /** Resolves once all records are counted. */
  get rates(): Promise<Rates> {
    return this.#all.promise;
  }

  add(records: number): void {
    this.#done += records;
    if (this.#done >= WARM_UP_RECORDS) this.#warm ??= { cpu: process.cpuUsage(), done: this.#done };
    if (this.#done < RECORDS || this.#warm === undefined) return;
    const rate = (this.#done - this.#warm.done) / cpuSeconds(this.#warm.cpu);
    this.#all.resolve({ rate, withStart: this.#done / cpuSeconds() });
  }
}
