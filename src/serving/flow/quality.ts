import type { EpochMs } from '../../domain/clock.ts';

export interface QualityConfig {
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  /** An answer that took longer is slow; one that took just as long is not. */
  readonly targetMs: number;
  /** Which percentile of latencies ends up at the target; 50 to below 100. */
  readonly percentile: number;
  /** How much one fast answer adds. */
  readonly delta: number;
  /** Nothing changes for so long after the start: the first answers of a process are slow for other reasons. */
  readonly warmupMs: number;
}

/** How much work an answer may be: falls while answers are slow, so that a busy node does less for each. */
export interface Quality {
  readonly value: number;
  /** One answer, or one failure that was the flow's own; what the caller broke off is not observed. */
  observe(ms: number, failed: boolean, now: EpochMs): void;
}

/** A quality that a percentile of latencies moves up by small steps and down by large ones. */
export class LatencyQuality implements Quality {
  readonly #config: QualityConfig;
  readonly #startedAt: EpochMs;
  readonly #down: number;
  #value: number;

  constructor(config: QualityConfig, startedAt: EpochMs) {
    const { min, max, initial, percentile, delta } = config;
    if (!(min <= initial && initial <= max)) throw new RangeError('quality must start within its bounds');
    if (!(percentile >= 50 && percentile < 100)) {
      throw new RangeError('the percentile of a quality must be at least 50 and below 100');
    }
    this.#config = config;
    this.#startedAt = startedAt;
    this.#down = (delta * percentile) / (100 - percentile);
    this.#value = initial;
  }

  get value(): number {
    return this.#value;
  }

  observe(ms: number, failed: boolean, now: EpochMs): void {
    const { min, max, targetMs, delta, warmupMs } = this.#config;
    if (now - this.#startedAt < warmupMs) return;
    const step = failed || ms > targetMs ? -this.#down : delta;
    this.#value = Math.min(max, Math.max(min, this.#value + step));
  }
}
