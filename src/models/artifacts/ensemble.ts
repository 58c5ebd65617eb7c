import { type EnsembleModel, ensembleWeights } from '../ensemble.ts';
import { StringTable } from '../string-table.ts';
import { numberAt, objectAt, objectOf, textAt } from './artifact-values.ts';

export interface EnsembleArtifact {
  readonly ensemble_weights: Readonly<Record<string, number>>;
}

/**
 * The model of TAAR's `ensemble_weight.json` (spec/taar-serving.md section 6).
 * @throws TaarError `artifact-invalid` (halt) that says where
 */
export function ensembleFromArtifact(artifact: unknown): EnsembleModel {
  const place = 'ensemble.ensemble_weights';
  const weights = Object.entries(objectAt(objectAt(artifact, 'ensemble').ensemble_weights, place));
  return {
    recommenders: StringTable.of(weights.map(([name]) => textAt(name, `a key of ${place}`))),
    weights: Float64Array.from(weights, ([name, weight]) => numberAt(weight, `${place}.${name}`)),
  };
}

/** The artifact of a model, equal as a JSON value to the one that it was made of. */
export function ensembleToArtifact(model: EnsembleModel): EnsembleArtifact {
  return { ensemble_weights: objectOf(ensembleWeights(model)) };
}
