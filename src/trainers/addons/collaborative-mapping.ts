import { positiveJavaHash } from '../../domain/addon-hash.ts';

/** What the mapping says of an add-on: its name in the catalogue's own language, and whether it is a web extension. */
export interface CatalogueAddon {
  readonly guid: string;
  /** Undefined where the catalogue has no name in the add-on's default language. */
  readonly name: string | undefined;
  readonly isWebExtension: boolean;
}

const UNKNOWN_NAME = 'Unknown';

/** An entry of TAAR's `addon_mapping.json`. */
export interface MappingEntry {
  readonly name: string;
  readonly id: string;
  readonly isWebextension: boolean;
}

/**
 * TAAR's `addon_mapping.json` of the add-ons that a model was trained on: by Java's hash, as the original wrote it
 * (spec/taar-training.md section 9.6). Of add-ons with one hash the last counts.
 */
export function legacyMapping(addons: readonly CatalogueAddon[]): Record<string, MappingEntry> {
  return Object.fromEntries(
    addons.map((addon) => [String(positiveJavaHash(addon.guid)), mappingEntry(addon)]),
  );
}

export function mappingEntry({ guid, name, isWebExtension }: CatalogueAddon): MappingEntry {
  return { name: name ?? UNKNOWN_NAME, id: guid, isWebextension: isWebExtension };
}

/** TAAR's `item_matrix.json`: a row for each add-on, by the same hash. @param features row after row */
export function legacyItemMatrix(
  guids: readonly string[],
  factors: number,
  features: ArrayLike<number>,
): { readonly id: number; readonly features: number[] }[] {
  return guids.map((guid, row) => ({
    id: positiveJavaHash(guid),
    features: Array.from({ length: factors }, (_, i) => features[row * factors + i] ?? 0),
  }));
}
