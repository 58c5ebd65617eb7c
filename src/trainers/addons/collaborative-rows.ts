import { type AddonRecord, SIGNED } from '../../domain/add-on.ts';

/** The fields of an add-on that decide whether it counts for factors. */
export type FactorAddon = Pick<
  AddonRecord,
  'id' | 'name' | 'blocklisted' | 'signedState' | 'userDisabled' | 'appDisabled' | 'type' | 'isSystem'
>;

/**
 * True where an add-on says something about a client's taste (spec/taar-training.md section 9.3). An unknown flag
 * excludes; what is no extension needs no signature.
 */
export function countsForFactors(addon: FactorAddon): boolean {
  const { name, type, signedState } = addon;
  return (
    name !== null &&
    type !== null &&
    signedState !== null &&
    addon.blocklisted === false &&
    addon.userDisabled === false &&
    addon.appDisabled === false &&
    addon.isSystem === false &&
    (type !== 'extension' || signedState === SIGNED)
  );
}

/** The add-ons of each client that count, client after client: numbers of guids, ascending, none twice. */
export interface FactorRows {
  readonly guids: readonly string[];
  readonly ends: Uint32Array;
  readonly addons: Uint32Array;
}
