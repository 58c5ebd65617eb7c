import type { Stats } from './stats.ts';

/** Number and sum of what was sampled. */
export interface Samples {
  count: number;
  sum: number;
}

/** Counts and samples in memory, by full name. */
export class CountedStats implements Stats {
  readonly counts: Map<string, number>;
  readonly samples: Map<string, Samples>;
  readonly #prefix: string;
  /** Full names by short ones, so that nothing is joined twice. */
  readonly #names = new Map<string, string>();
  readonly #maxNames: number;

  /** What gets a name beyond `maxNames` is counted as `other`. */
  constructor(maxNames: number, prefix = '', parent?: CountedStats) {
    this.#maxNames = maxNames;
    this.#prefix = prefix;
    this.counts = parent?.counts ?? new Map();
    this.samples = parent?.samples ?? new Map();
  }

  scope(...names: string[]): CountedStats {
    return new CountedStats(this.#maxNames, `${this.#prefix}${names.join('/')}/`, this);
  }

  count(name: string, by = 1): void {
    const full = this.#nameOf(name, this.counts);
    this.counts.set(full, (this.counts.get(full) ?? 0) + by);
  }

  sample(name: string, value: number): void {
    const full = this.#nameOf(name, this.samples);
    const samples = this.samples.get(full);
    if (samples === undefined) {
      this.samples.set(full, { count: 1, sum: value });
      return;
    }
    samples.count++;
    samples.sum += value;
  }

  #nameOf(name: string, known: ReadonlyMap<string, unknown>): string {
    const joined = this.#names.get(name);
    if (joined !== undefined && known.has(joined)) return joined;
    const full = `${this.#prefix}${name}`;
    if (known.size >= this.#maxNames && !known.has(full)) return 'other';
    this.#names.set(name, full);
    return full;
  }
}
