import type { EpochMs } from '../domain/clock.ts';
import type { Manifest } from '../domain/model-records.ts';
import type { Offset } from '../log/event-log.ts';
import type { Existing } from '../models/set-rules.ts';
import { latestVersion, modelKey } from '../models/version.ts';
import type { ViewPositions } from '../views/view.ts';
import { TRAINED_MODELS } from './trained-models.ts';

/** What the newest version of every model tells; undefined and empty where nothing was ever activated. */
export interface LastTraining {
  readonly trainedAt: EpochMs | undefined;
  readonly clients: number | undefined;
  /** For each changelog partition the offset up to which every model has seen it. */
  readonly positions: ViewPositions;
}

/**
 * Looks at the newest versions, not at the active ones: bringing back an older set is somebody's decision, and no
 * reason to train again at once.
 */
export function lastTraining({ manifests, sets }: Existing): LastTraining {
  const newest = TRAINED_MODELS.map((model) => newestOf(manifests, model)).filter(
    (manifest) => manifest !== undefined,
  );
  if (!sets.has('addons') || newest.length < TRAINED_MODELS.length) {
    return { trainedAt: undefined, clients: undefined, positions: new Map() };
  }
  const positions = new Map<number, Offset>();
  for (const { partition, offset } of newest.flatMap(({ inputs }) => inputs)) {
    positions.set(partition, Math.min(offset, positions.get(partition) ?? offset));
  }
  return {
    trainedAt: Math.min(...newest.map(({ createdAt }) => createdAt)),
    clients: Math.max(...newest.map(({ clients }) => clients)),
    positions,
  };
}

function newestOf(manifests: Existing['manifests'], model: string): Manifest | undefined {
  const version = latestVersion(manifests.values(), model);
  return version === undefined ? undefined : manifests.get(modelKey({ model, version }));
}
