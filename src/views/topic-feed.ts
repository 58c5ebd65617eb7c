import { setTimeout as wait } from 'node:timers/promises';
import type { Clock, EpochMs } from '../domain/clock.ts';
import { dispositionOf, messageOf, TaarError } from '../domain/errors.ts';
import { type EventLog, hasCaughtUp, type RecordBatch, type StartOf } from '../log/event-log.ts';
import { type TopicName, topicSettings } from '../log/topics.ts';
import type { Logger } from '../ops/logging.ts';

const FIRST_RETRY_MS = 100;
/** A view that comes back is followed again within this time. */
const LAST_RETRY_MS = 2_000;

/** What is fed from a topic. */
export interface FedState {
  /** Where to go on: the state decides, since only it knows what it has taken. */
  from(): Promise<StartOf>;
  /** Takes a batch, all or nothing. After a failure the same records come again. */
  take(batch: RecordBatch): Promise<void>;
}

export interface TopicFeedOptions {
  readonly log: EventLog;
  readonly topic: TopicName;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** How far one partition has come. */
interface Progress {
  readonly behindRecords: number;
  /** The moment that the state stands for; undefined while it stands for now. */
  readonly asOf: EpochMs | undefined;
}

/** Follows a topic for ever on behalf of a state in this process: tries again what fails, and skips nothing. */
export class TopicFeed {
  /** Resolves when every partition has reached its end once; rejects when the feed ends before. */
  readonly caughtUp: Promise<void>;
  /** Resolves when the feed was stopped; rejects with the error that ended it for good. */
  readonly ended: Promise<void>;
  readonly #options: TopicFeedOptions;
  readonly #state: FedState;
  readonly #abort = new AbortController();
  readonly #progress: Progress[];
  readonly #awaited: Set<number>;
  readonly #caughtUp = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #retryMs = FIRST_RETRY_MS;

  constructor(options: TopicFeedOptions, state: FedState) {
    this.#options = options;
    this.#state = state;
    const { partitions } = topicSettings(options.topic);
    this.#progress = Array.from({ length: partitions }, () => ({
      behindRecords: 0,
      asOf: options.clock(),
    }));
    this.#awaited = new Set(this.#progress.keys());
    this.caughtUp = this.#caughtUp.promise;
    this.ended = this.#ended.promise;
    // Nobody has to listen: the failure is logged as well.
    this.caughtUp.catch(() => {});
    this.ended.catch(() => {});
  }

  /** Begins to follow. @throws what `from` throws: then nothing runs */
  async start(): Promise<void> {
    const from = await this.#state.from();
    this.#running = this.#run(from);
  }

  /** Ends after the batch in hand. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
    this.#end();
  }

  /** Records that are known to be missing, of all partitions. */
  get lagRecords(): number {
    return this.#progress.reduce((sum, { behindRecords }) => sum + behindRecords, 0);
  }

  /** Seconds between now and the moment that the most backward partition stands for; 0 when all are current. */
  lagSeconds(now: EpochMs): number {
    const lags = this.#progress.map(({ asOf }) => (asOf === undefined ? 0 : now - asOf));
    return Math.max(0, ...lags) / 1_000;
  }

  async #run(first: StartOf): Promise<void> {
    let from: StartOf | undefined = first;
    while (!this.#abort.signal.aborted) {
      try {
        await this.#follow(from ?? (await this.#state.from()));
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        if (dispositionOf(error) !== 'retry') return this.#fail(error);
        await this.#backOff(error);
      }
      from = undefined;
    }
  }

  async #follow(from: StartOf): Promise<void> {
    const { log, topic } = this.#options;
    for await (const batch of log.follow(topic, from, this.#abort.signal)) {
      await this.#state.take(batch);
      this.#note(batch);
      this.#retryMs = FIRST_RETRY_MS;
    }
    if (this.#abort.signal.aborted) return;
    throw new TaarError('follow-ended', 'retry', `the log stopped following ${topic} by itself`);
  }

  #note(batch: RecordBatch): void {
    const caughtUp = hasCaughtUp(batch);
    const before = this.#progress[batch.partition];
    const asOf = batch.records.at(-1)?.timestamp ?? before?.asOf ?? this.#options.clock();
    this.#progress[batch.partition] = {
      behindRecords: Math.max(0, batch.end - batch.next),
      asOf: caughtUp ? undefined : asOf,
    };
    if (caughtUp && this.#awaited.delete(batch.partition) && this.#awaited.size === 0) {
      this.#caughtUp.resolve();
    }
  }

  async #backOff(error: unknown): Promise<void> {
    const { topic, logger, clock } = this.#options;
    const code = error instanceof TaarError ? error.code : 'unknown';
    this.#setBack(clock());
    logger.warn({ topic, code, retryMs: this.#retryMs }, `following failed: ${messageOf(error)}`);
    await wait(this.#retryMs, undefined, { signal: this.#abort.signal }).catch(() => {});
    this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
  }

  /** Nothing is known to be current any more; what lagged already goes on lagging from where it was. */
  #setBack(now: EpochMs): void {
    for (const [partition, { behindRecords, asOf }] of this.#progress.entries()) {
      this.#progress[partition] = { behindRecords, asOf: asOf ?? now };
    }
  }

  #fail(error: unknown): void {
    const { topic, logger } = this.#options;
    const code = error instanceof TaarError ? error.code : 'unknown';
    this.#setBack(this.#options.clock());
    logger.error({ topic, code }, `following has ended: ${messageOf(error)}`);
    this.#caughtUp.reject(error);
    this.#ended.reject(error);
  }

  #end(): void {
    const { topic } = this.#options;
    const what = `following ${topic} was stopped before it had caught up`;
    this.#caughtUp.reject(new TaarError('feed-stopped', 'halt', what));
    this.#ended.resolve();
  }
}
