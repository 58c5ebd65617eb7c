import type { EpochMs } from '../domain/clock.ts';
import type { Disposition } from '../domain/errors.ts';
import type { Metric } from '../domain/model-records.ts';
import type { PackedEntries } from '../views/view.ts';
import type { TrainedModelName } from './trained-models.ts';

/** One model of a run, ready to be published. */
export interface TrainedModel {
  readonly model: TrainedModelName;
  readonly formatVersion: number;
  readonly snapshot: Uint8Array<ArrayBuffer>;
  readonly metrics: readonly Metric[];
}

export interface TrainingRefusal {
  readonly model: TrainedModelName;
  readonly reason: string;
}

/** What a run came to. With a refusal `trained` is empty: models that belong together change together. */
export interface TrainingResult {
  /** Current profiles that were read. */
  readonly clients: number;
  /** The newest deletion that the input honours; 0 where there is none. */
  readonly deletionWatermark: EpochMs;
  readonly trained: readonly TrainedModel[];
  readonly refusals: readonly TrainingRefusal[];
}

/** Takes the entries of a view one batch at a time, then trains. Runs in the training thread. */
export interface TrainingJob {
  /** Tells the schema of values that are to come. */
  learn(schemaId: number, schema: string): void;
  take(entries: PackedEntries): void;
  /** Current profiles taken so far. */
  readonly clients: number;
  finish(progress: (model: TrainedModelName) => void): TrainingResult;
}

/** From the thread that owns the view to the training thread. */
export type ToTraining =
  | { readonly kind: 'schema'; readonly id: number; readonly schema: string }
  | { readonly kind: 'batch'; readonly entries: PackedEntries }
  | { readonly kind: 'end' };

/** From the training thread to the thread that owns the view. */
export type FromTraining =
  | { readonly kind: 'taken'; readonly clients: number }
  | { readonly kind: 'training'; readonly model: TrainedModelName }
  | { readonly kind: 'result'; readonly result: TrainingResult }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly disposition: Disposition;
      readonly message: string;
    };
