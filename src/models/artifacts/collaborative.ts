import type { AddonMapping, CollaborativeModel } from '../collaborative.ts';
import { StringTable } from '../string-table.ts';
import {
  artifactInvalid,
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  objectOf,
  type Place,
  textAt,
} from './artifact-values.ts';

export interface CollaborativeArtifacts {
  readonly itemMatrix: readonly unknown[];
  readonly mapping: JsonObject;
}

/**
 * The model of TAAR's `item_matrix.json` and `addon_mapping.json` (spec/taar-serving.md section 6).
 * @throws TaarError `artifact-invalid` (halt) that says which artifact and where
 */
export function collaborativeFromArtifacts(itemMatrix: unknown, mapping: unknown): CollaborativeModel {
  const rows = listAt(itemMatrix, 'item_matrix').map((row, i) => matrixRow(row, `item_matrix[${i}]`));
  const factors = rows[0]?.features.length ?? 0;
  const odd = rows.findIndex(({ features }) => features.length !== factors);
  if (odd !== -1)
    throw artifactInvalid(`item_matrix[${odd}].features has not ${factors} numbers as the first row`);
  return {
    ids: Float64Array.from(rows, ({ id }) => id),
    factors,
    features: Float64Array.from(rows.flatMap(({ features }) => features)),
    mapping: mappingOf(objectAt(mapping, 'addon_mapping')),
  };
}

/** Both artifacts of a model, equal as JSON values to those that it was made of. */
export function collaborativeToArtifacts(model: CollaborativeModel): CollaborativeArtifacts {
  const { ids, factors, features, mapping } = model;
  const itemMatrix = Array.from(ids, (id, row) => ({
    id,
    features: [...features.subarray(row * factors, (row + 1) * factors)],
  }));
  const keys = mapping.keys.toArray();
  return { itemMatrix, mapping: objectOf(keys.map((key, i) => [key, mappingEntry(mapping, i)])) };
}

function matrixRow(value: unknown, place: Place): { id: number; features: number[] } {
  const row = objectAt(value, place);
  const id = numberAt(row.id, `${place}.id`);
  if (!Number.isSafeInteger(id)) throw artifactInvalid(`${place}.id is no whole number`);
  const features = listAt(row.features, `${place}.features`);
  return { id, features: features.map((feature, i) => numberAt(feature, `${place}.features[${i}]`)) };
}

function mappingOf(mapping: JsonObject): AddonMapping {
  const entries = Object.entries(mapping).map(
    ([key, value]) => [key, objectAt(value, `addon_mapping.${key}`)] as const,
  );
  return {
    keys: StringTable.of(entries.map(([key]) => textAt(key, 'a key of addon_mapping'))),
    guids: StringTable.of(entries.map(([key, { id }]) => textAt(id, `addon_mapping.${key}.id`))),
    names: StringTable.of(entries.map(([, { name }]) => jsonOrEmpty(name))),
    webExtensions: StringTable.of(entries.map(([, { isWebextension }]) => jsonOrEmpty(isWebextension))),
  };
}

function mappingEntry({ guids, names, webExtensions }: AddonMapping, i: number): JsonObject {
  const [name, isWebextension] = [names.at(i), webExtensions.at(i)];
  return {
    id: guids.at(i),
    ...(name === '' ? {} : { name: JSON.parse(name) as unknown }),
    ...(isWebextension === '' ? {} : { isWebextension: JSON.parse(isWebextension) as unknown }),
  };
}

/** JSON text escapes half a surrogate pair, so that any value fits into UTF-8. */
function jsonOrEmpty(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}
