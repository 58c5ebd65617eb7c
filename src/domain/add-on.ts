/**
 * What one ping says of one installed add-on (spec/taar-training.md section 2.2: 16 fields; all but the id may be
 * unknown). Days are days since 1970-01-01.
 */
export interface AddonRecord {
  readonly id: string;
  readonly blocklisted: boolean | null;
  readonly name: string | null;
  readonly userDisabled: boolean | null;
  readonly appDisabled: boolean | null;
  readonly version: string | null;
  readonly scope: number | null;
  readonly type: string | null;
  readonly foreignInstall: boolean | null;
  readonly hasBinaryComponents: boolean | null;
  readonly installDay: number | null;
  readonly updateDay: number | null;
  readonly signedState: number | null;
  readonly isSystem: boolean | null;
  readonly isWebExtension: boolean | null;
  readonly multiprocessCompatible: boolean | null;
}

/** The `signedState` of what addons.mozilla.org has signed. */
export const SIGNED = 2;

/** Mozilla's study enrolment add-on: says nothing about taste (spec/taar-training.md section 7.2). */
export const PIONEER_GUID = 'pioneer-opt-in@mozilla.org';

/** The add-ons that a profile shows as installed: all but system ones; disabled ones stay in. */
export function isShownAsInstalled(addon: Pick<AddonRecord, 'isSystem'>): boolean {
  return addon.isSystem !== true;
}
