import { addonClient } from '../../consumers/addon-client/addon-client.ts';
import type { Aggregate } from '../../consumers/aggregate.ts';
import { AggregateConsumer } from '../../consumers/aggregate-consumer.ts';
import { AggregateRunner } from '../../consumers/aggregate-runner.ts';
import { ConsumerLag, consumptionOf, type Progress } from '../../consumers/consumer-lag.ts';
import { ConsumerMetrics } from '../../consumers/consumer-metrics.ts';
import { deletionFanOut } from '../../consumers/deletion-fan-out.ts';
import { showLag } from '../../consumers/lag-metrics.ts';
import type { Versioned } from '../../consumers/state-store.ts';
import type { Clock } from '../../domain/clock.ts';
import type { View } from '../../views/view.ts';
import type { OpenedLog } from '../open-log.ts';
import type { AssemblyParts } from './assembly-parts.ts';

/** The consumers of a process, and how far the consumers of all processes are together. */
export interface Consumers {
  readonly consumers: readonly AggregateConsumer[];
  readonly progress: Readonly<Record<'events' | 'deletions', Progress>>;
  readonly lags: Readonly<Record<'events' | 'deletions', ConsumerLag>>;
}

/** `profiles` is the view that this process owns. */
export function consumersOf(parts: AssemblyParts, profiles: View): Consumers {
  const { clock, metrics } = parts;
  const counted = new ConsumerMetrics(metrics);
  const consumers = [
    consumerOf(deletionFanOut, null, parts, counted),
    consumerOf(addonClient, profiles, parts, counted),
  ];
  const progress = progressOf(parts.opened);
  const lags = lagsOf(parts.opened, clock);
  showLag(metrics.registry, [lags.deletions, lags.events]);
  return { consumers, progress, lags };
}

/** How far the consumers are behind, asked of the log: also by who runs none. */
export function lagsOf(opened: OpenedLog, clock: Clock): Consumers['lags'] {
  const { events, deletions } = progressOf(opened);
  return {
    events: new ConsumerLag(addonClient.name, opened.log, events, clock),
    deletions: new ConsumerLag(deletionFanOut.name, opened.log, deletions, clock),
  };
}

/** How far the consumers are, asked of the log: also by who runs none. */
export function progressOf({ log }: Pick<OpenedLog, 'log'>): Consumers['progress'] {
  return { events: consumptionOf(addonClient, log), deletions: consumptionOf(deletionFanOut, log) };
}

function consumerOf<S extends Versioned, E>(
  aggregate: Aggregate<S, E>,
  view: View | null,
  { opened: { log, codec }, clock, logger }: AssemblyParts,
  metrics: ConsumerMetrics,
): AggregateConsumer {
  const worker = new AggregateRunner(aggregate, view, { log, codec, clock, logger, metrics });
  const { name, input } = aggregate;
  return new AggregateConsumer({ aggregate: name, input, worker, log, clock, logger });
}
