import type { AggregateConsumer } from '../consumers/aggregate-consumer.ts';
import { ConsumerLag, type Progress } from '../consumers/consumer-lag.ts';
import type { Clock } from '../domain/clock.ts';
import type { SetActivator } from '../models/activation.ts';
import type { ModelReceiver } from '../models/receiver.ts';
import type { HealthCheck } from '../ops/health.ts';
import type { Component } from '../ops/lifecycle.ts';
import type { Logger } from '../ops/logging.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { Settings } from '../ops/settings.ts';
import type { AddonModels } from '../serving/addons/runtime.ts';
import type { TrainingRole } from '../trainers/training-role.ts';
import type { TopicTable } from '../views/topic-table.ts';
import { type Consumers, consumersOf } from './assembly/consumers.ts';
import { modelsOf } from './assembly/models.ts';
import { trainingOf } from './assembly/trainer.ts';
import { catalogueCheck, lagCheck, logCheck, modelsCheck, viewCheck } from './health-checks.ts';
import { waitUntilSettled } from './settling.ts';
import type { Stores } from './stores.ts';
import { viewProgress } from './view-progress.ts';

export interface PipelineOptions {
  readonly stores: Stores;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Everything between the ways in and the ways out: consumers, catalogue, trainer, models. */
export class Pipeline {
  readonly catalogue: TopicTable<'addons.Listing'>;
  readonly models: ModelReceiver<AddonModels>;
  readonly activator: SetActivator;
  readonly trainer: TrainingRole;
  readonly #stores: Stores;
  readonly #consumers: Consumers;
  readonly #view: Progress;
  readonly #viewLag: ConsumerLag;
  readonly #clock: Clock;

  constructor({ stores, ...options }: PipelineOptions) {
    const parts = { opened: stores, ...options };
    this.#stores = stores;
    this.#clock = options.clock;
    this.#consumers = consumersOf(parts, stores.profiles);
    this.#view = viewProgress(stores.profiles);
    this.#viewLag = new ConsumerLag('view', stores.log, this.#view, options.clock);
    this.models = modelsOf(parts);
    const { catalogue, activator, trainer } = trainingOf(parts, stores.profiles);
    this.catalogue = catalogue;
    this.activator = activator;
    this.trainer = trainer;
  }

  /** All but the trainer, in the order in which they start. */
  get components(): readonly Component[] {
    return [...this.#running, this.catalogue, this.models];
  }

  /** How far behind each aggregate is. */
  get consumerLags(): readonly ConsumerLag[] {
    const { events, deletions } = this.#consumers.lags;
    return [deletions, events];
  }

  get healthChecks(): readonly HealthCheck[] {
    return [
      logCheck(this.#stores.log),
      viewCheck(this.#stores.profiles),
      lagCheck('viewLag', this.#viewLag),
      lagCheck('eventLag', this.#consumers.lags.events),
      ...this.#running,
      catalogueCheck(this.catalogue, this.#clock),
      modelsCheck(() => this.models.status()),
    ];
  }

  /**
   * Resolves when everything that stands on the log now has been worked through; false where the signal aborted or
   * a consumer has stopped for good before.
   */
  settled(signal: AbortSignal): Promise<boolean> {
    const { events, deletions } = this.#consumers.progress;
    return waitUntilSettled(this.#stores.log, [deletions, events, this.#view], async () => {
      const checks = await Promise.all(this.#running.map((consumer) => consumer.check()));
      return !signal.aborted && checks.every(({ status }) => status !== 'error');
    });
  }

  get #running(): readonly AggregateConsumer[] {
    return this.#consumers.consumers;
  }
}
