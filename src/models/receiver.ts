import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, EpochMs } from '../domain/clock.ts';
import { messageOf, TaarError } from '../domain/errors.ts';
import type { ActiveSet } from '../domain/model-records.ts';
import { type EventLog, hasCaughtUp, type RecordBatch } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import { topicSettings } from '../log/topics.ts';
import type { Component } from '../ops/lifecycle.ts';
import type { Logger } from '../ops/logging.ts';
import { LatestRecords } from './latest-records.ts';
import type { ModelRuntime } from './model-runtime.ts';
import { type LoadedSet, SetLoader } from './set-loader.ts';

const SETS = 'models.set.activated.v1';

/** Keeps a log that cannot be read from being asked without a pause. */
const RETRY_DELAY_MS = 1_000;

/** Why a set was not taken over. */
export interface Refusal {
  readonly setVersion: string;
  readonly code: string;
  readonly message: string;
  readonly at: EpochMs;
}

export interface ServedModel {
  readonly model: string;
  readonly version: string;
  readonly bytes: number;
  readonly ageMs: number;
}

/** What a heartbeat and the metrics tell about the models of a product. */
export interface ReceiverStatus {
  readonly product: string;
  readonly setVersion: string | undefined;
  readonly models: readonly ServedModel[];
  /** Sets taken over since the start. */
  readonly swaps: number;
  /** How long the last swap held the event loop. */
  readonly lastSwapMs: number | undefined;
  /** Sets refused since the start, by code. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly lastRefusal: Refusal | undefined;
}

/**
 * Keeps a product's newest acceptable model set ready (DESIGN section 8). A set that fails any check is refused,
 * counted and told; the one before it goes on serving, also when the process has started since.
 */
export class ModelReceiver<R> implements Component {
  readonly name: string;
  readonly #log: EventLog;
  readonly #codec: RecordCodec;
  readonly #product: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #retryDelayMs: number;
  readonly #loader: SetLoader<R>;
  readonly #manifests: LatestRecords<'models.Manifest'>;
  readonly #ready = Promise.withResolvers<void>();
  readonly #caughtUp = new Set<number>();
  readonly #ending = new AbortController();
  readonly #refusals = new Map<string, number>();
  #running: Promise<void> = Promise.resolve();
  #current: LoadedSet<R> | undefined;
  #swaps = 0;
  #lastRefusal: Refusal | undefined;

  constructor(
    log: EventLog,
    codec: RecordCodec,
    runtime: ModelRuntime<R>,
    clock: Clock,
    logger: Logger,
    retryDelayMs = RETRY_DELAY_MS,
  ) {
    this.name = `models of ${runtime.product}`;
    this.#log = log;
    this.#codec = codec;
    this.#product = runtime.product;
    this.#clock = clock;
    this.#logger = logger;
    this.#retryDelayMs = retryDelayMs;
    this.#loader = new SetLoader(log, codec, runtime);
    this.#manifests = new LatestRecords(log, codec, 'models.manifest.published.v1', 'models.Manifest');
  }

  /** Resolves when the set that was active at the start is loaded or refused, or there is none. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** The set to answer with; undefined before the first one. */
  current(): LoadedSet<R> | undefined {
    return this.#current;
  }

  status(): ReceiverStatus {
    const now = this.#clock();
    const models = (this.#current?.manifests ?? []).map(({ model, version, bytes, createdAt }) => ({
      model,
      version,
      bytes,
      ageMs: now - createdAt,
    }));
    return {
      product: this.#product,
      setVersion: this.#current?.setVersion,
      models,
      swaps: this.#swaps,
      lastSwapMs: this.#current?.attachMs,
      refusals: Object.fromEntries(this.#refusals),
      lastRefusal: this.#lastRefusal,
    };
  }

  async start(): Promise<void> {
    this.#running = this.#followSets();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#loader.close();
    await this.#running;
  }

  async #followSets(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        for await (const batch of this.#log.follow(SETS, 'earliest', signal)) await this.#take(batch);
      } catch (error) {
        if (signal.aborted) return;
        this.#logger.warn({ err: error }, 'cannot follow the active model sets; trying again');
        await this.#pause();
      }
    }
  }

  /** Of several sets only the newest matters. */
  async #take(batch: RecordBatch): Promise<void> {
    const newest = batch.records.findLast(({ key }) => key === this.#product);
    if (newest !== undefined && newest.value !== null) await this.#consider(newest.value);
    if (hasCaughtUp(batch)) this.#caughtUp.add(batch.partition);
    if (this.#caughtUp.size >= topicSettings(SETS).partitions) this.#ready.resolve();
  }

  /** Where nothing serves yet, one of the sets before the active one is better than no answers. */
  async #consider(value: Uint8Array): Promise<void> {
    const set = await this.#decoded(value);
    if (set === undefined || set.active.setVersion === this.#current?.setVersion) return;
    for (const candidate of [set.active, ...set.previous]) {
      await this.#swapOrRefuse({ ...set, active: candidate });
      if (this.#current !== undefined || this.#ending.signal.aborted) return;
    }
  }

  async #decoded(value: Uint8Array): Promise<ActiveSet | undefined> {
    try {
      await this.#codec.learn([value]);
      return this.#codec.decodeAs('models.ActiveSet', value);
    } catch (error) {
      throwPassing(error);
      this.#refuse('unreadable', error);
      return undefined;
    }
  }

  async #swapOrRefuse(set: ActiveSet): Promise<void> {
    try {
      await this.#swapTo(set);
    } catch (error) {
      throwPassing(error);
      this.#refuse(set.active.setVersion, error);
    }
  }

  async #swapTo(set: ActiveSet): Promise<void> {
    // The manifests of a set are in the log before it.
    await this.#manifests.catchUp();
    const loaded = await this.#loader.load(set, this.#manifests.values);
    this.#current = loaded;
    this.#swaps += 1;
    const { setVersion, attachMs } = loaded;
    this.#logger.info({ product: this.#product, setVersion, attachMs }, 'serving a new model set');
  }

  #refuse(setVersion: string, error: unknown): void {
    if (this.#ending.signal.aborted) return;
    const code = error instanceof TaarError ? error.code : 'unexpected';
    this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1);
    this.#lastRefusal = { setVersion, code, message: messageOf(error), at: this.#clock() };
    this.#logger.error({ product: this.#product, setVersion, code, err: error }, 'refused a model set');
  }

  async #pause(): Promise<void> {
    await delay(this.#retryDelayMs, undefined, { signal: this.#ending.signal }).catch(() => {});
  }
}

/** What is wrong with the log for now says nothing about a set: the topic is followed anew. */
function throwPassing(error: unknown): void {
  if (error instanceof TaarError && error.disposition === 'retry') throw error;
}
