import type { Listing } from '../domain/listing.ts';

/** The catalogue as the trainers need it: every listing that is known now. */
export interface Catalogue {
  readonly size: number;
  values(): Iterable<Listing>;
}

/** The guids that co-installation may count (spec/taar-training.md section 7.2). */
export function webExtensionsOf(catalogue: Catalogue): string[] {
  return [...catalogue.values()].filter(({ isWebExtension }) => isWebExtension).map(({ guid }) => guid);
}
