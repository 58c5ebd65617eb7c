import { setTimeout as sleep } from 'node:timers/promises';
import { dispositionOf } from '../../domain/errors.ts';
import type { Offset, RecordBatch } from '../event-log.ts';
import { OffsetOutOfRange } from './offset-out-of-range.ts';
import type { FetchLimits, TopicFetcher } from './topic-fetcher.ts';

/** Keeps brokers that cannot answer from being asked without a pause; what is back is noticed this soon. */
const RETRY_MS = 250;

interface Want {
  readonly offset: Offset;
  readonly waiting: PromiseWithResolvers<RecordBatch | undefined>;
}

/**
 * The partitions of one group share their fetches: a broker serves one request of a connection at a time, so a
 * request for each partition would make each wait for all others. A partition has at most one batch under way here
 * and one with its handler, which bounds what is held in memory.
 */
export class SharedFetch {
  readonly #fetcher: TopicFetcher;
  readonly #limits: FetchLimits;
  readonly #wants = new Map<number, Want>();
  #running: Promise<void> | undefined;

  constructor(fetcher: TopicFetcher, limits: FetchLimits) {
    this.#fetcher = fetcher;
    this.#limits = limits;
  }

  /**
   * The next batch of a partition from an offset on: one with records, or an empty one that moves on. Waits for it
   * through any outage; undefined when the signal aborts.
   * @throws TaarError `offset-out-of-range`, `log-refused` (halt)
   */
  next(partition: number, offset: Offset, signal: AbortSignal): Promise<RecordBatch | undefined> {
    const want = { offset, waiting: Promise.withResolvers<RecordBatch | undefined>() };
    if (signal.aborted) return Promise.resolve(undefined);
    this.#wants.set(partition, want);
    const giveUp = (): void => this.#settle(partition, want, () => want.waiting.resolve(undefined));
    signal.addEventListener('abort', giveUp, { once: true });
    this.#running ??= this.#run();
    return want.waiting.promise.finally(() => signal.removeEventListener('abort', giveUp));
  }

  async close(): Promise<void> {
    await this.#running;
    await this.#fetcher.close();
  }

  async #run(): Promise<void> {
    while (this.#wants.size > 0) {
      const wants = new Map(this.#wants);
      try {
        const from = [...wants].map(([partition, { offset }]) => ({ partition, offset }));
        for (const batch of await this.#fetcher.fetch(from, this.#limits)) this.#deliver(wants, batch);
      } catch (error) {
        await this.#fail(wants, error);
      }
    }
    // At once, so that no want comes between the last look and this, and waits for nobody.
    this.#running = undefined;
  }

  #deliver(wants: ReadonlyMap<number, Want>, batch: RecordBatch): void {
    const want = wants.get(batch.partition);
    if (want === undefined || (batch.records.length === 0 && batch.next <= want.offset)) return;
    this.#settle(batch.partition, want, () => want.waiting.resolve(batch));
  }

  async #fail(wants: ReadonlyMap<number, Want>, error: unknown): Promise<void> {
    if (dispositionOf(error) === 'retry') return sleep(RETRY_MS);
    for (const [partition, want] of wants) {
      if (error instanceof OffsetOutOfRange && error.partition !== partition) continue;
      this.#settle(partition, want, () => want.waiting.reject(error));
    }
  }

  #settle(partition: number, want: Want, settle: () => void): void {
    if (this.#wants.get(partition) === want) this.#wants.delete(partition);
    settle();
  }
}
