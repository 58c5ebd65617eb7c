import type { ModelKind } from './model-kind.ts';
import { checkLength } from './rows.ts';
import type { Section, Sections } from './snapshot.ts';
import { buildStringIndex } from './string-index.ts';
import { StringTable } from './string-table.ts';

/**
 * What a recommender's score counts in the ensemble. Which versions of the recommenders the weights were found for
 * is told by the manifest (`parents`).
 */
export interface EnsembleModel {
  /** The names of the recommenders, in the artifact's order. */
  readonly recommenders: StringTable;
  /** Any numbers, negative ones too. */
  readonly weights: Float64Array;
}

export const ENSEMBLE: ModelKind<EnsembleModel> = {
  name: 'ensemble',
  formatVersion: 1,

  encode({ recommenders, weights }: EnsembleModel): readonly Section[] {
    return [
      ...recommenders.encode('recommenders'),
      { name: 'weights', type: 'f64', shape: [weights.length], data: weights },
    ];
  },

  decode(sections: Sections): EnsembleModel {
    const recommenders = StringTable.decode('recommenders', sections);
    // Building the index is the check that none stands twice.
    buildStringIndex('ensemble recommenders', recommenders);
    const model = { ...ENSEMBLE.view(sections), recommenders };
    checkLength('ensemble weights', model.weights.length, recommenders.size);
    return model;
  },

  view(sections: Sections): EnsembleModel {
    return { recommenders: StringTable.view('recommenders', sections), weights: sections.f64('weights') };
  },
};

/** The weight of each recommender by its name. */
export function ensembleWeights({ recommenders, weights }: EnsembleModel): ReadonlyMap<string, number> {
  return new Map(recommenders.toArray().map((name, i) => [name, weights[i] ?? 0]));
}
