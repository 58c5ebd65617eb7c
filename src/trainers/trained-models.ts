import type { ModelName } from '../models/model-kind.ts';

/** The models that are trained here; the others come from elsewhere and are imported. */
export const TRAINED_MODELS = ['coinstall', 'ranking'] as const satisfies readonly ModelName[];
export type TrainedModelName = (typeof TRAINED_MODELS)[number];

/** The name as one of a model that is trained here; undefined where it is none. */
export function parseTrainedModel(text: string): TrainedModelName | undefined {
  return TRAINED_MODELS.find((name) => name === text);
}
