import type { TrainingProfiles } from './training-profiles.ts';

/** What both trainers of the add-ons product see. */
export interface AddonTrainingContext {
  readonly profiles: TrainingProfiles;
  /** Guids of the catalogue that have a web-extension file. */
  readonly webExtensions: ReadonlySet<string>;
  readonly minPairCount: number;
}
