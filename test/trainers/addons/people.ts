import type { AddonTrainingContext } from '../../../src/trainers/addons/context.ts';
import {
  type TrainingAddon,
  TrainingProfilesBuilder,
} from '../../../src/trainers/addons/training-profiles.ts';

export const A = 'a@example.org';
export const B = 'b@example.org';
export const C = 'c@example.org';

/** An add-on that counts, unless told otherwise. */
export function addon(id: string, other: Partial<TrainingAddon> = {}): TrainingAddon {
  return {
    id,
    isSystem: false,
    appDisabled: false,
    type: 'extension',
    userDisabled: false,
    foreignInstall: false,
    ...other,
  };
}

/** A context of trainable clients with these add-ons; the catalogue knows A, B and C. */
export function contextOf(
  clients: readonly (readonly TrainingAddon[])[],
  other: Partial<AddonTrainingContext> = {},
): AddonTrainingContext {
  const builder = new TrainingProfilesBuilder();
  for (const addons of clients) builder.add(addons, true);
  return { profiles: builder.build(), webExtensions: new Set([A, B, C]), minPairCount: 1, ...other };
}
