import {
  CATEGORICAL_FIELDS,
  CONTINUOUS_FIELDS,
  donorsOf,
  FIELD_STATES,
  type SimilarityModel,
} from '../similarity.ts';
import { StringNumbers } from '../string-numbers.ts';
import { StringTable } from '../string-table.ts';
import {
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  objectOf,
  type Place,
  pairAt,
  textAt,
} from './artifact-values.ts';

export interface SimilarityArtifacts {
  readonly donors: readonly JsonObject[];
  readonly lrCurves: readonly (readonly [number, readonly [number, number]])[];
}

/**
 * The model of TAAR's `donors.json` and `lr_curves.json` (spec/taar-serving.md section 6). Keys of a donor that TAAR
 * does not read are dropped: they may be a person's.
 * @throws TaarError `artifact-invalid` (halt) that says which artifact and where
 */
export function similarityFromArtifacts(donors: unknown, lrCurves: unknown): SimilarityModel {
  return { ...donorColumns(listAt(donors, 'donors')), ...curveColumns(listAt(lrCurves, 'lr_curves')) };
}

/** Both artifacts of a model, equal as JSON values to those that it was made of, but for the keys TAAR ignores. */
export function similarityToArtifacts(model: SimilarityModel): SimilarityArtifacts {
  const { distances, numerators, denominators } = model;
  const guids = model.guids.toArray();
  const categories = model.categories.toArray();
  return {
    donors: Array.from({ length: donorsOf(model) }, (_, donor) => ({
      active_addons: [...model.addons.subarray(model.addonStarts[donor], model.addonStarts[donor + 1])].map(
        (addon) => guids[addon] ?? '',
      ),
      ...fieldsOf(
        CATEGORICAL_FIELDS,
        donor,
        model.categoricalStates,
        (i) => categories[model.categorical[i] ?? 0],
      ),
      ...fieldsOf(CONTINUOUS_FIELDS, donor, model.continuousStates, (i) => model.continuous[i]),
    })),
    lrCurves: Array.from(distances, (x, i) => [x, [numerators[i] ?? 0, denominators[i] ?? 0]] as const),
  };
}

type Curve = Pick<SimilarityModel, 'distances' | 'numerators' | 'denominators'>;

function donorColumns(donors: readonly unknown[]): Omit<SimilarityModel, keyof Curve> {
  const [guids, categories] = [new StringNumbers(), new StringNumbers()];
  const addonStarts = new Uint32Array(donors.length + 1);
  const addons: number[] = [];
  const continuous = new FieldColumn(numberAt);
  const categorical = new FieldColumn((value, place) => categories.numberOf(textAt(value, place)));
  for (const [d, value] of donors.entries()) {
    const place = `donors[${d}]`;
    const donor = objectAt(value, place);
    for (const [i, guid] of listAt(donor.active_addons, `${place}.active_addons`).entries()) {
      addons.push(guids.numberOf(textAt(guid, `${place}.active_addons[${i}]`)));
    }
    addonStarts[d + 1] = addons.length;
    for (const field of CONTINUOUS_FIELDS) continuous.take(donor[field], `${place}.${field}`);
    for (const field of CATEGORICAL_FIELDS) categorical.take(donor[field], `${place}.${field}`);
  }
  return {
    continuous: Float64Array.from(continuous.values),
    continuousStates: Uint8Array.from(continuous.states),
    categorical: Uint32Array.from(categorical.values),
    categoricalStates: Uint8Array.from(categorical.states),
    categories: StringTable.of(categories.strings()),
    guids: StringTable.of(guids.strings()),
    addonStarts,
    addons: Uint32Array.from(addons),
  };
}

/** Values as numbers, 0 for what is null or absent, and which of them are. */
class FieldColumn {
  readonly values: number[] = [];
  readonly states: number[] = [];
  readonly #read: (value: unknown, place: Place) => number;

  constructor(read: (value: unknown, place: Place) => number) {
    this.#read = read;
  }

  take(value: unknown, place: Place): void {
    const isThere = value !== null && value !== undefined;
    this.values.push(isThere ? this.#read(value, place) : 0);
    this.states.push(
      isThere ? FIELD_STATES.present : value === null ? FIELD_STATES.null : FIELD_STATES.absent,
    );
  }
}

function curveColumns(points: readonly unknown[]): Curve {
  const read = points.map((point, i) => {
    const place = `lr_curves[${i}]`;
    const [x, densities] = pairAt(point, place);
    const [numerator, denominator] = pairAt(densities, `${place}[1]`);
    return {
      x: numberAt(x, `${place}[0]`),
      numerator: numberAt(numerator, `${place}[1][0]`),
      denominator: numberAt(denominator, `${place}[1][1]`),
    };
  });
  return {
    distances: Float64Array.from(read, ({ x }) => x),
    numerators: Float64Array.from(read, ({ numerator }) => numerator),
    denominators: Float64Array.from(read, ({ denominator }) => denominator),
  };
}

function fieldsOf(
  fields: readonly string[],
  donor: number,
  states: Uint8Array,
  read: (element: number) => unknown,
): JsonObject {
  return objectOf(
    fields.flatMap((field, i) => {
      const element = donor * fields.length + i;
      const state = states[element];
      if (state === FIELD_STATES.absent) return [];
      return [[field, state === FIELD_STATES.null ? null : read(element)] as const];
    }),
  );
}
