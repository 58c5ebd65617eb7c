import type { Day } from '../domain/clock.ts';

/** Rows looked at with one batch: few enough that no batch waits for it. */
export const ROWS_PER_BATCH = 128;

/**
 * Where the search for expired rows stands in one partition: once a day of stream time through all rows, a few with
 * each batch. A row that is read before its search comes by counts as absent anyway, so nobody sees it late.
 */
export class ExpirySweep {
  #day: Day = -1;
  #from: string | undefined;

  /** The key to look from (inclusive); undefined when this day's search is over. */
  from(today: Day): string | undefined {
    if (today > this.#day) {
      this.#day = today;
      this.#from = '';
    }
    return this.#from;
  }

  /** The rows up to `last` are done with; undefined: all of them. */
  passed(last: string | undefined): void {
    this.#from = last === undefined ? undefined : `${last}\u0000`;
  }
}
