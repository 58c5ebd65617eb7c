import type { ModelKind } from './model-kind.ts';
import { checkLength, checkRows, modelInvalid } from './rows.ts';
import type { Section, Sections } from './snapshot.ts';
import { buildStringIndex } from './string-index.ts';
import { StringTable } from './string-table.ts';

/** The fields of a donor and a client that are compared, in the order of the sums (spec/taar-serving.md 5.2). */
export const CONTINUOUS_FIELDS = [
  'subsession_length',
  'bookmark_count',
  'tab_open_count',
  'total_uri',
  'unique_tlds',
] as const;
export const CATEGORICAL_FIELDS = ['geo_city', 'locale', 'os'] as const;

/** What stands in a field of a donor. A null and an absent one count alike but are told apart in the artifact. */
export const FIELD_STATES = { present: 0, null: 1, absent: 2 } as const;

/** The donors and the curve that tells how much likelier a distance is between like clients than unlike ones. */
export interface SimilarityModel {
  /** Donor after donor, five numbers each; 0 where `continuousStates` says that there is none. */
  readonly continuous: Float64Array;
  readonly continuousStates: Uint8Array;
  /** Donor after donor, three numbers of `categories` each; 0 where `categoricalStates` says that there is none. */
  readonly categorical: Uint32Array;
  readonly categoricalStates: Uint8Array;
  readonly categories: StringTable;
  readonly guids: StringTable;
  /** Donor d has the add-ons from addonStarts[d] to addonStarts[d + 1]; one may stand twice. */
  readonly addonStarts: Uint32Array;
  /** Numbers of `guids`. */
  readonly addons: Uint32Array;
  /** The curve's points in the artifact's order, which decides ties. */
  readonly distances: Float64Array;
  readonly numerators: Float64Array;
  readonly denominators: Float64Array;
}

/** Enough bytes for the three states. */
const MAX_STATE = FIELD_STATES.absent;

export const SIMILARITY: ModelKind<SimilarityModel> = {
  name: 'similarity',
  formatVersion: 1,

  encode(model: SimilarityModel): readonly Section[] {
    const vectors: readonly Omit<Section, 'shape'>[] = [
      { name: 'continuous', type: 'f64', data: model.continuous },
      { name: 'continuous_states', type: 'u8', data: model.continuousStates },
      { name: 'categorical', type: 'u32', data: model.categorical },
      { name: 'categorical_states', type: 'u8', data: model.categoricalStates },
      { name: 'addon_starts', type: 'u32', data: model.addonStarts },
      { name: 'addons', type: 'u32', data: model.addons },
      { name: 'distances', type: 'f64', data: model.distances },
      { name: 'numerators', type: 'f64', data: model.numerators },
      { name: 'denominators', type: 'f64', data: model.denominators },
    ];
    return [
      ...model.categories.encode('categories'),
      ...model.guids.encode('guids'),
      ...vectors.map((vector) => ({ ...vector, shape: [vector.data.length] })),
    ];
  },

  decode(sections: Sections): SimilarityModel {
    const model = {
      ...SIMILARITY.view(sections),
      categories: StringTable.decode('categories', sections),
      guids: StringTable.decode('guids', sections),
    };
    // Building the index is the check that no string stands twice.
    buildStringIndex('similarity categories', model.categories);
    buildStringIndex('similarity guids', model.guids);
    checkRows('similarity add-ons', model.addonStarts, model.addons, model.guids.size);
    checkFields(model);
    checkLength('similarity numerators', model.numerators.length, model.distances.length);
    checkLength('similarity denominators', model.denominators.length, model.distances.length);
    return model;
  },

  view(sections: Sections): SimilarityModel {
    return {
      continuous: sections.f64('continuous'),
      continuousStates: sections.u8('continuous_states'),
      categorical: sections.u32('categorical'),
      categoricalStates: sections.u8('categorical_states'),
      categories: StringTable.view('categories', sections),
      guids: StringTable.view('guids', sections),
      addonStarts: sections.u32('addon_starts'),
      addons: sections.u32('addons'),
      distances: sections.f64('distances'),
      numerators: sections.f64('numerators'),
      denominators: sections.f64('denominators'),
    };
  },
};

export function donorsOf(model: SimilarityModel): number {
  return model.addonStarts.length - 1;
}

function checkFields(model: SimilarityModel): void {
  const { continuous, continuousStates, categorical, categoricalStates, categories } = model;
  const donors = donorsOf(model);
  checkLength('similarity continuous', continuous.length, donors * CONTINUOUS_FIELDS.length);
  checkLength('similarity continuous states', continuousStates.length, continuous.length);
  checkLength('similarity categorical', categorical.length, donors * CATEGORICAL_FIELDS.length);
  checkLength('similarity categorical states', categoricalStates.length, categorical.length);
  for (const states of [continuousStates, categoricalStates]) {
    if (states.some((state) => state > MAX_STATE))
      throw modelInvalid('similarity', 'a state is none of ours');
  }
  const lost = categorical.findIndex((number, i) =>
    categoricalStates[i] === FIELD_STATES.present ? number >= categories.size : number !== 0,
  );
  if (lost !== -1) throw modelInvalid('similarity categorical', `element ${lost} is ${categorical[lost]}`);
  const filled = continuous.findIndex((x, i) => continuousStates[i] !== FIELD_STATES.present && x !== 0);
  if (filled !== -1) throw modelInvalid('similarity continuous', `element ${filled} is absent but not 0`);
}
