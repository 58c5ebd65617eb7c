import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, EpochMs } from '../domain/clock.ts';
import { TaarError } from '../domain/errors.ts';
import type { EventLog } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import type { TopicName } from '../log/topics.ts';
import type { SetActivator } from '../models/activation.ts';
import { PublishedModels } from '../models/published-models.ts';
import type { ModelPublisher } from '../models/publisher.ts';
import type { Component } from '../ops/lifecycle.ts';
import type { Logger } from '../ops/logging.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { SnapshotView } from '../views/view.ts';
import type { AddonTrainingSettings } from './addons/training-task.ts';
import { type Catalogue, webExtensionsOf } from './catalogue.ts';
import { CHANGELOG, ChangelogWatch } from './changelog-watch.ts';
import { ErasurePass, isCarriedOut } from './erasure-pass.ts';
import { lastTraining } from './last-training.ts';
import { endsOf, PATIENCE_MS, waitUntilReached } from './log-progress.ts';
import { ReceiptBook } from './receipt-book.ts';
import { DEFAULT_PACE, type TrainingPace, trainingDue } from './schedule.ts';
import { TRAINED_MODELS, type TrainedModelName } from './trained-models.ts';
import { TrainingFigures } from './training-figures.ts';
import { runTraining, type TrainingOrder, type TrainingReport } from './training-run.ts';
import type { TrainingProgress } from './training-thread.ts';

export interface TrainingRoleOptions {
  readonly log: EventLog;
  readonly codec: RecordCodec;
  readonly view: SnapshotView;
  readonly catalogue: Catalogue;
  readonly publisher: ModelPublisher;
  readonly activator: Pick<SetActivator, 'activate' | 'erase'>;
  /** The topic and consumer group that turn a client's events into the profiles of `view`. */
  readonly events: { readonly topic: TopicName; readonly group: string };
  readonly clock: Clock;
  readonly seed: number;
  readonly settings: AddonTrainingSettings;
  readonly pace?: TrainingPace;
  readonly patienceMs?: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** A training that somebody asks for. */
export interface TrainNow {
  /** Left out: all. */
  readonly models?: readonly TrainedModelName[] | undefined;
  /** Allows a model to lose more than half of what the previous one knew. */
  readonly force?: boolean;
  readonly onProgress?: (progress: TrainingProgress) => void;
}

/**
 * Trains the add-on models when it is time or when told, publishes them as one set and activates it; finishes
 * deletions with a receipt once no version holds the client any more.
 */
export class TrainingRole implements Component {
  readonly name = 'trainer';
  readonly #options: TrainingRoleOptions;
  readonly #published: PublishedModels;
  readonly #receipts: ReceiptBook;
  readonly #watch: ChangelogWatch;
  readonly #pass: ErasurePass;
  readonly #figures: TrainingFigures;
  readonly #stopping = new AbortController();
  #running: Promise<unknown> = Promise.resolve();
  /** One thing at a time: trainings and erasures of one process would fence each other off for nothing. */
  #turn: Promise<unknown> = Promise.resolve();
  #lastAttemptAt: EpochMs | undefined;
  #lastRefusal = '';

  constructor(options: TrainingRoleOptions) {
    const { log, codec, activator, clock, events, logger, metrics, patienceMs = PATIENCE_MS } = options;
    this.#options = options;
    this.#published = new PublishedModels(log, codec);
    this.#receipts = new ReceiptBook(log, codec, 'addons');
    this.#watch = new ChangelogWatch(log, codec, logger, (requestId, place) =>
      isCarriedOut(requestId, place, this.#receipts, this.#published),
    );
    const parts = {
      log,
      activator,
      clock,
      events,
      published: this.#published,
      receipts: this.#receipts,
      patienceMs,
    };
    this.#pass = new ErasurePass({ ...parts, watch: this.#watch });
    this.#figures = new TrainingFigures(metrics);
  }

  async start(): Promise<void> {
    await this.#receipts.catchUp();
    await this.#published.catchUp();
    this.#watch.changed.startFrom(lastTraining(this.#published).positions);
    this.#running = Promise.all([this.#watch.run(this.#stopping.signal), this.#keepLooking()]);
  }

  /** Stops a training that is still reading or counting; one that is being published is finished. */
  async drain(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#running, this.#turn]);
  }

  stop(): Promise<void> {
    return this.drain();
  }

  /** True once every deletion that stands in the changelog is known, so that a training finishes those it honours. */
  get caughtUp(): boolean {
    return this.#watch.caughtUp;
  }

  /**
   * Trains now, after whatever the role is doing, and finishes the deletions that the new set honours.
   * @throws TaarError `training-stopped` or `view-behind` (retry), and what publishing and activating throw
   */
  trainNow(reason: string, asked: TrainNow = {}): Promise<TrainingReport> {
    const { models = TRAINED_MODELS, force = false, onProgress } = asked;
    return this.#inTurn(() => this.#train({ reason, models, force, onProgress }));
  }

  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#stopping;
    const { lookEveryMs } = this.#options.pace ?? DEFAULT_PACE;
    while (!signal.aborted) {
      await this.#inTurn(() => this.#look()).catch((error: unknown) => this.#tellFailure(error));
      await sleep(lookEveryMs, undefined, { signal }).catch(() => {});
    }
  }

  async #look(): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted || !this.#watch.caughtUp) return;
    await this.#finishErasures();
    const { clock, catalogue, pace = DEFAULT_PACE } = this.#options;
    const { trainedAt, clients } = lastTraining(this.#published);
    const situation = {
      now: clock(),
      lastTrainedAt: trainedAt,
      lastAttemptAt: this.#lastAttemptAt,
      profiles: clients ?? this.#watch.openRows,
      changedSince: this.#watch.changed.count,
      erasuresWaiting: await this.#pass.blocked(),
      listings: catalogue.size,
    };
    const reason = trainingDue(situation, pace);
    if (reason !== undefined) await this.#train({ reason, models: TRAINED_MODELS, force: false });
  }

  async #finishErasures(): Promise<void> {
    const receipts = await this.#pass.run(this.#stopping.signal);
    this.#figures.erasures(this.#watch.erasures.size, receipts);
  }

  /** Those that an active version may hold, with the deletions that are in the changelog by now. */
  async #erasuresWaiting(): Promise<number> {
    if (this.#watch.caughtUp) {
      const { log, patienceMs = PATIENCE_MS } = this.#options;
      const positions = async () => this.#watch.positions;
      await waitUntilReached(await endsOf(log, CHANGELOG), positions, patienceMs, this.#stopping.signal);
    }
    return this.#pass.blocked();
  }

  async #train(asked: Omit<TrainingOrder, 'deletions'>): Promise<TrainingReport> {
    const { signal } = this.#stopping;
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    this.#lastAttemptAt = this.#options.clock();
    try {
      const order = { ...asked, deletions: await this.#erasuresWaiting() };
      const parts = {
        patienceMs: PATIENCE_MS,
        ...this.#options,
        published: this.#published,
        webExtensions: () => webExtensionsOf(this.#options.catalogue),
      };
      const report = await runTraining(parts, order, signal);
      this.#figures.trained(report.refusals.length > 0 ? 'refused' : 'published', seconds(), report.clients);
      this.#tellReport(report, order, seconds());
      await this.#published.catchUp();
      this.#watch.changed.startFrom(lastTraining(this.#published).positions);
      await this.#finishErasures();
      return report;
    } catch (error) {
      this.#figures.trained('failed', seconds());
      throw error;
    }
  }

  /** A refusal that stays the same is told once, not every few seconds. */
  #tellReport(
    { refusals, clients, active }: TrainingReport,
    { reason, deletions }: TrainingOrder,
    seconds: number,
  ): void {
    const { logger } = this.#options;
    const refusal = refusals.map((each) => `${each.model}: ${each.reason}`).join('; ');
    if (refusal === '') {
      const set = active?.active.setVersion;
      logger.info({ reason, clients, set, seconds: Math.round(seconds * 100) / 100 }, 'trained new models');
    } else if (refusal !== this.#lastRefusal) {
      logger.warn({ reason, clients, deletionsWaiting: deletions }, `training published nothing: ${refusal}`);
    }
    this.#lastRefusal = refusal;
  }

  #tellFailure(error: unknown): void {
    if (this.#stopping.signal.aborted && error instanceof TaarError && error.code === 'training-stopped')
      return;
    this.#options.logger.error({ err: error }, 'the trainer failed and will try again');
  }
}
