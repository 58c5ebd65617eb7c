import type { Clock } from '../domain/clock.ts';
import { TaarError } from '../domain/errors.ts';
import type { ActiveSet, InputPosition, Manifest, SetMember } from '../domain/model-records.ts';
import type { EventLog } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import type { SetActivator } from '../models/activation.ts';
import type { PublishedModels } from '../models/published-models.ts';
import type { ModelPublisher } from '../models/publisher.ts';
import { modelKey } from '../models/version.ts';
import type { SnapshotView, ViewPositions } from '../views/view.ts';
import type { AddonTrainingSettings, AddonTrainingTask } from './addons/training-task.ts';
import { CHANGELOG } from './changelog-watch.ts';
import { endsOf, waitUntilReached } from './log-progress.ts';
import type { TrainedModelName } from './trained-models.ts';
import type { TrainingRefusal, TrainingResult } from './training-protocol.ts';
import { type TrainingProgress, trainInThread } from './training-thread.ts';

const WORKER = new URL('./addons/worker.ts', import.meta.url);

export interface TrainingParts {
  readonly log: EventLog;
  readonly codec: RecordCodec;
  readonly view: SnapshotView;
  /** Guids of the catalogue that have a web-extension file. */
  webExtensions(): readonly string[];
  readonly published: PublishedModels;
  readonly publisher: ModelPublisher;
  readonly activator: Pick<SetActivator, 'activate'>;
  readonly clock: Clock;
  readonly seed: number;
  readonly settings: AddonTrainingSettings;
  /** How long to wait for the view to catch up; see PATIENCE_MS. */
  readonly patienceMs: number;
}

export interface TrainingOrder {
  readonly reason: string;
  readonly models: readonly TrainedModelName[];
  /** Allows a model to lose more than half of what the previous one knew. */
  readonly force: boolean;
  /** Deletions that the active versions do not honour yet. */
  readonly deletions: number;
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
}

/** What came of a training. Refusals: nothing was published, and why. */
export interface TrainingReport {
  readonly clients: number;
  readonly refusals: readonly TrainingRefusal[];
  readonly active: ActiveSet | undefined;
  /** The changelog offsets that the models were trained from. */
  readonly positions: ViewPositions;
}

/**
 * One training: reads one consistent state of the view in a thread, publishes every model of it, and activates them
 * together with the active models that were not trained.
 * @throws TaarError `view-behind` (retry) while the view is being rebuilt; as `trainInThread`, `publish`, `activate`
 */
export async function runTraining(
  parts: TrainingParts,
  order: TrainingOrder,
  signal: AbortSignal,
): Promise<TrainingReport> {
  if (signal.aborted) throw new TaarError('training-stopped', 'retry', 'the trainer is stopping');
  await parts.published.catchUp();
  const current = parts.published.sets.get('addons');
  await waitForView(parts, signal);
  const snapshot = await parts.view.snapshot();
  try {
    const { positions } = snapshot;
    const result = await trainInThread({
      worker: WORKER,
      task: taskOf(parts, order, current),
      snapshot,
      codec: parts.codec,
      signal,
      onProgress: order.onProgress,
    });
    const { clients, refusals } = result;
    if (refusals.length > 0) return { clients, refusals, active: current, positions };
    const published = await publishAll(parts, result, positions);
    const active = await activate(parts, order, current, published);
    return { clients, refusals, active, positions };
  } finally {
    await snapshot.close();
  }
}

/** A view that is being rebuilt holds half of the clients; a model of those must not be served. */
async function waitForView({ log, view, patienceMs }: TrainingParts, signal: AbortSignal): Promise<void> {
  const ends = await endsOf(log, CHANGELOG);
  const positions = async () => {
    const partitions = [...ends.keys()];
    const offsets = await Promise.all(partitions.map((partition) => view.position(partition)));
    return new Map(partitions.map((partition, i) => [partition, offsets[i] ?? 0]));
  };
  if (await waitUntilReached(ends, positions, patienceMs, signal)) return;
  throw new TaarError(
    'view-behind',
    'retry',
    'the profile view has not caught up with the changelog; train later',
  );
}

function taskOf(
  parts: TrainingParts,
  order: TrainingOrder,
  current: ActiveSet | undefined,
): AddonTrainingTask {
  const manifests = (current?.active.members ?? [])
    .map((member) => parts.published.manifests.get(modelKey(member)))
    .filter((manifest) => manifest !== undefined);
  return {
    models: order.models,
    now: parts.clock(),
    seed: parts.seed,
    settings: parts.settings,
    webExtensions: parts.webExtensions(),
    previous: manifests.map(({ model, clients, metrics }) => ({ model, clients, metrics })),
    force: order.force,
    deletions: order.deletions,
  };
}

async function publishAll(
  { publisher, seed }: TrainingParts,
  { trained, clients, deletionWatermark }: TrainingResult,
  positions: ViewPositions,
): Promise<Manifest[]> {
  const inputs = [...positions].map(
    ([partition, offset]): InputPosition => ({ topic: CHANGELOG, partition, offset }),
  );
  const manifests: Manifest[] = [];
  for (const { model, snapshot, metrics } of trained) {
    const facts = { inputs, parents: [], seed, clients, metrics, deletionWatermark };
    manifests.push(await publisher.publish({ model, bytes: snapshot, ...facts }));
  }
  return manifests;
}

async function activate(
  { activator }: TrainingParts,
  { reason }: TrainingOrder,
  current: ActiveSet | undefined,
  published: readonly Manifest[],
): Promise<ActiveSet> {
  const trained = new Set(published.map(({ model }) => model));
  const kept = (current?.active.members ?? []).filter(({ model }) => !trained.has(model));
  const members: SetMember[] = [...kept, ...published.map(({ model, version }) => ({ model, version }))];
  const expected = current?.active.setVersion ?? null;
  return activator.activate({ product: 'addons', by: 'trainer', reason, expected }, members);
}
