/** Bucket widths grow by this factor, so a quantile is off by at most 2 %. */
const GROWTH = 1.02;
const SMALLEST_MS = 0.01;
const BUCKETS = 1000;

/** How long things took, in constant memory however many there were. */
export class Latencies {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;

  add(milliseconds: number): void {
    const bucket = Math.ceil(Math.log(Math.max(milliseconds, SMALLEST_MS) / SMALLEST_MS) / Math.log(GROWTH));
    const index = Math.min(bucket, BUCKETS - 1);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total++;
  }

  /** The quantile q in [0, 1], in milliseconds; null where nothing was measured. */
  quantile(q: number): number | null {
    if (this.#total === 0) return null;
    let rest = Math.max(1, Math.ceil(q * this.#total));
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      rest -= this.#counts[bucket] ?? 0;
      if (rest <= 0) return SMALLEST_MS * GROWTH ** bucket;
    }
    return null;
  }
}
