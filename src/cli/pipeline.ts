import { addonClient } from '../consumers/addon-client/addon-client.ts';
import type { Aggregate } from '../consumers/aggregate.ts';
import { AggregateConsumer, groupOf } from '../consumers/aggregate-consumer.ts';
import { AggregateRunner } from '../consumers/aggregate-runner.ts';
import { ConsumerLag, consumptionOf, type Progress } from '../consumers/consumer-lag.ts';
import { ConsumerMetrics } from '../consumers/consumer-metrics.ts';
import { deletionFanOut } from '../consumers/deletion-fan-out.ts';
import { showLag } from '../consumers/lag-metrics.ts';
import type { Versioned } from '../consumers/state-store.ts';
import type { Clock } from '../domain/clock.ts';
import { MINUTE_MS } from '../domain/clock.ts';
import { topicSettings } from '../log/topics.ts';
import { SetActivator } from '../models/activation.ts';
import { ModelPublisher } from '../models/publisher.ts';
import { ModelReceiver } from '../models/receiver.ts';
import type { HealthCheck } from '../ops/health.ts';
import type { Component } from '../ops/lifecycle.ts';
import type { Logger } from '../ops/logging.ts';
import type { Metrics } from '../ops/metrics.ts';
import { type Settings, truncateOf } from '../ops/settings.ts';
import type { TaarliteLimits } from '../serving/addons/taarlite/recommend.ts';
import { type AddonModels, taarliteRuntime } from '../serving/addons/taarlite/runtime.ts';
import { DEFAULT_PACE } from '../trainers/schedule.ts';
import { TrainingRole } from '../trainers/training-role.ts';
import { TopicTable } from '../views/topic-table.ts';
import type { View } from '../views/view.ts';
import { lagCheck, logCheck, modelsCheck, viewCheck } from './health-checks.ts';
import { showModels } from './model-metrics.ts';
import { waitUntilSettled } from './settling.ts';
import type { Stores } from './stores.ts';

const CHANGELOG = 'addons.profile.changed.v1';
const CATALOGUE = 'addons.catalogue.changed.v1';

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
  readonly #options: PipelineOptions;
  readonly #consumers: readonly AggregateConsumer[];
  readonly #lags: Readonly<Record<'events' | 'deletions' | 'view', ConsumerLag>>;
  readonly #progresses: Readonly<Record<'events' | 'deletions' | 'view', Progress>>;

  constructor(options: PipelineOptions) {
    const { stores, settings, clock, logger, metrics } = options;
    const { log, codec, profiles } = stores;
    const consumerMetrics = new ConsumerMetrics(metrics);
    this.#options = options;
    this.#consumers = [
      consumerOf(deletionFanOut, null, options, consumerMetrics),
      consumerOf(addonClient, profiles, options, consumerMetrics),
    ];
    this.#progresses = {
      events: consumptionOf(addonClient, log),
      deletions: consumptionOf(deletionFanOut, log),
      view: viewProgress(profiles),
    };
    const { events, deletions, view } = this.#progresses;
    this.#lags = {
      events: new ConsumerLag(addonClient.name, log, events, clock),
      deletions: new ConsumerLag(deletionFanOut.name, log, deletions, clock),
      view: new ConsumerLag('view', log, view, clock),
    };
    showLag(metrics.registry, this.consumerLags);
    this.catalogue = new TopicTable({ log, codec, clock, logger, topic: CATALOGUE, type: 'addons.Listing' });
    this.models = new ModelReceiver(log, codec, taarliteRuntime(limitsOf(settings)), clock, logger);
    showModels(metrics.registry, () => this.models.status());
    this.activator = new SetActivator(log, codec, clock);
    this.trainer = trainerOf(options, this.catalogue, this.activator);
  }

  /** All but the trainer, in the order in which they start. */
  get components(): readonly Component[] {
    return [...this.#consumers, this.catalogue, this.models];
  }

  /** How far behind each aggregate is. */
  get consumerLags(): readonly ConsumerLag[] {
    return [this.#lags.deletions, this.#lags.events];
  }

  get healthChecks(): readonly HealthCheck[] {
    const { stores } = this.#options;
    return [
      logCheck(stores.log),
      viewCheck(stores.profiles),
      lagCheck('viewLag', this.#lags.view),
      lagCheck('eventLag', this.#lags.events),
      ...this.#consumers,
      modelsCheck(() => this.models.status()),
    ];
  }

  /**
   * Resolves when everything that stands on the log now has been worked through; false where the signal aborted or
   * a consumer has stopped for good before.
   */
  settled(signal: AbortSignal): Promise<boolean> {
    const { events, deletions, view } = this.#progresses;
    return waitUntilSettled(this.#options.stores.log, [deletions, events, view], async () => {
      const checks = await Promise.all(this.#consumers.map((consumer) => consumer.check()));
      return !signal.aborted && checks.every(({ status }) => status !== 'error');
    });
  }
}

function consumerOf<S extends Versioned, E>(
  aggregate: Aggregate<S, E>,
  view: View | null,
  { stores, clock, logger }: PipelineOptions,
  metrics: ConsumerMetrics,
): AggregateConsumer {
  const { log, codec } = stores;
  const worker = new AggregateRunner(aggregate, view, { log, codec, clock, logger, metrics });
  const { name, input } = aggregate;
  return new AggregateConsumer({ aggregate: name, input, worker, log, clock, logger });
}

function trainerOf(
  { stores, settings, clock, logger, metrics }: PipelineOptions,
  catalogue: TopicTable<'addons.Listing'>,
  activator: SetActivator,
): TrainingRole {
  const { log, codec, profiles } = stores;
  return new TrainingRole({
    log,
    codec,
    view: profiles,
    catalogue,
    publisher: new ModelPublisher(log, codec, clock),
    activator,
    events: { topic: addonClient.input, group: groupOf(addonClient.name) },
    clock,
    seed: settings.seed,
    settings: {
      channels: settings.trainChannels,
      sampleRate: settings.trainSampleRate,
      minPairCount: settings.trainMinPairCount,
    },
    pace: {
      ...DEFAULT_PACE,
      maxAgeMs: settings.trainEveryMinutes * MINUTE_MS,
      minIntervalMs: settings.trainGapSeconds * 1000,
    },
    metrics,
    logger,
  });
}

function viewProgress(view: View): Progress {
  const partitions = [...Array(topicSettings(CHANGELOG).partitions).keys()];
  return {
    topic: CHANGELOG,
    positions: () => Promise.all(partitions.map((partition) => view.position(partition))),
  };
}

function limitsOf(settings: Settings): TaarliteLimits {
  return { maxResults: settings.taarliteMaxResults, truncate: truncateOf(settings) };
}
