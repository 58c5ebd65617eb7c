import { messageOf, TaarError } from '../../domain/errors.ts';
import { uniformsOf } from '../../domain/random.ts';
import { encodeSnapshot } from '../../models/encode-snapshot.ts';
import { openSnapshot } from '../../models/open-snapshot.ts';
import type { PackedEntries } from '../../views/view.ts';
import type { TrainedModelName } from '../trained-models.ts';
import {
  ACCEPTED,
  isLossOfTheDeleted,
  type PreviousFigures,
  refused,
  type Trainer,
  type Verdict,
} from '../trainer.ts';
import type { TrainedModel, TrainingJob, TrainingRefusal, TrainingResult } from '../training-protocol.ts';
import { COINSTALL_TRAINER } from './coinstall.ts';
import type { AddonTrainingContext } from './context.ts';
import { ProfileBatches } from './profile-batches.ts';
import { RANKING_TRAINER } from './ranking.ts';
import type { AddonTrainingTask } from './training-task.ts';

type Outcome = TrainedModel | TrainingRefusal;

/** Trains the models of the add-ons product on the entries of one view snapshot. */
export class AddonTrainingJob implements TrainingJob {
  readonly #task: AddonTrainingTask;
  readonly #batches: ProfileBatches;

  constructor(task: AddonTrainingTask) {
    const { seed, now, settings } = task;
    this.#task = task;
    this.#batches = new ProfileBatches({
      now,
      channels: new Set(settings.channels),
      isSampled: (key) =>
        settings.sampleRate >= 1 || uniformsOf(seed, 'addons.sample', key)(0) < settings.sampleRate,
    });
  }

  get clients(): number {
    return this.#batches.clients;
  }

  learn(schemaId: number, schema: string): void {
    this.#batches.learn(schemaId, schema);
  }

  take(entries: PackedEntries): void {
    this.#batches.take(entries);
  }

  finish(progress: (model: TrainedModelName) => void): TrainingResult {
    const context: AddonTrainingContext = {
      profiles: this.#batches.build(),
      webExtensions: new Set(this.#task.webExtensions),
      minPairCount: this.#task.settings.minPairCount,
    };
    const outcomes = this.#task.models.map((name) => {
      progress(name);
      return this.#train(name, context);
    });
    const refusals = outcomes.filter((outcome) => 'reason' in outcome);
    return {
      clients: this.#batches.clients,
      deletionWatermark: this.#batches.deletionWatermark,
      trained: refusals.length > 0 ? [] : outcomes.filter((outcome) => 'snapshot' in outcome),
      refusals,
    };
  }

  #train(name: TrainedModelName, context: AddonTrainingContext): Outcome {
    switch (name) {
      case 'coinstall':
        return this.#run(name, COINSTALL_TRAINER, context);
      case 'ranking':
        return this.#run(name, RANKING_TRAINER, context);
    }
  }

  #run<M>(
    name: TrainedModelName,
    trainer: Trainer<M, AddonTrainingContext>,
    context: AddonTrainingContext,
  ): Outcome {
    const { formatVersion } = trainer.kind;
    const isMeant = this.#isLossMeant(name);
    const input = trainer.check(context);
    if (!input.accepted && !(isMeant && this.clients === 0)) return { model: name, reason: input.reason };
    const model = trainer.train(context);
    const accepted = isMeant ? ACCEPTED : trainer.accept(model, this.#previousOf(name));
    if (!accepted.accepted) return { model: name, reason: accepted.reason };
    const snapshot = encodeSnapshot(trainer.kind.encode(model));
    const readable = isReadable(trainer, snapshot);
    if (!readable.accepted) return { model: name, reason: readable.reason };
    return { model: name, formatVersion, snapshot, metrics: trainer.measure(model) };
  }

  /** True where a model must make way for the deleted clients, even if little or nothing is left without them. */
  #isLossMeant(name: TrainedModelName): boolean {
    const { deletions: deleted, force, previous } = this.#task;
    const before = previous.find(({ model }) => model === name)?.clients;
    if (deleted === 0 || before === undefined) return false;
    return force || isLossOfTheDeleted({ before, now: this.clients, deleted });
  }

  #previousOf(name: TrainedModelName): PreviousFigures | undefined {
    const found = this.#task.force ? undefined : this.#task.previous.find(({ model }) => model === name);
    return found && new Map(found.metrics.map((metric) => [metric.name, metric.value]));
  }
}

/** Reads a snapshot as a node would: finite numbers, and what the model itself must hold to. */
function isReadable<M>(trainer: Trainer<M, AddonTrainingContext>, snapshot: Uint8Array): Verdict {
  try {
    trainer.kind.decode(openSnapshot(snapshot, { verify: true }));
    return ACCEPTED;
  } catch (error) {
    if (error instanceof TaarError) return refused(messageOf(error));
    throw error;
  }
}
