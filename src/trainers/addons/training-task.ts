import type { EpochMs } from '../../domain/clock.ts';
import type { Metric } from '../../domain/model-records.ts';
import type { TrainedModelName } from '../trained-models.ts';

/** What the training thread is told before the first batch; plain data, since it is copied between threads. */
export interface AddonTrainingTask {
  readonly models: readonly TrainedModelName[];
  readonly now: EpochMs;
  readonly seed: number;
  readonly settings: AddonTrainingSettings;
  /** Guids of the catalogue that have a web-extension file. */
  readonly webExtensions: readonly string[];
  /** The versions that are active now. */
  readonly previous: readonly PreviousVersion[];
  /** Allows a model to lose more than half of what the previous one knew. */
  readonly force: boolean;
  /** Deletions that those versions do not honour yet. */
  readonly deletions: number;
}

export interface PreviousVersion {
  readonly model: string;
  readonly clients: number;
  readonly metrics: readonly Metric[];
}

export interface AddonTrainingSettings {
  readonly channels: readonly string[];
  /** The share of clients that models of taste are trained on, from 0 to 1. */
  readonly sampleRate: number;
  /** Pairs that fewer clients have are left out; above 1 hides what single clients have. */
  readonly minPairCount: number;
}

export const DEFAULT_ADDON_TRAINING: AddonTrainingSettings = {
  channels: ['release', 'esr'],
  sampleRate: 1,
  minPairCount: 1,
};
