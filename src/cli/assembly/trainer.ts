import { addonClient } from '../../consumers/addon-client/addon-client.ts';
import { groupOf } from '../../consumers/aggregate-consumer.ts';
import { MINUTE_MS } from '../../domain/clock.ts';
import { SetActivator } from '../../models/activation.ts';
import { ModelPublisher } from '../../models/publisher.ts';
import { DEFAULT_PACE } from '../../trainers/schedule.ts';
import { TrainingRole } from '../../trainers/training-role.ts';
import type { TopicTable } from '../../views/topic-table.ts';
import type { SnapshotView } from '../../views/view.ts';
import type { AssemblyParts } from './assembly-parts.ts';
import { catalogueOf } from './catalogue.ts';

/** What trains and publishes, with the catalogue that it trains for. */
export interface Training {
  readonly catalogue: TopicTable<'addons.Listing'>;
  readonly activator: SetActivator;
  readonly trainer: TrainingRole;
}

/** `profiles` is a view of this process, whoever keeps it up to date. */
export function trainingOf(parts: AssemblyParts, profiles: SnapshotView): Training {
  const { opened, settings, clock, logger, metrics } = parts;
  const { log, codec } = opened;
  const catalogue = catalogueOf(parts);
  const activator = new SetActivator(log, codec, clock);
  const trainer = new TrainingRole({
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
  return { catalogue, activator, trainer };
}
