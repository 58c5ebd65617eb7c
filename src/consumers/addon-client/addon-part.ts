import type { AddonRecord } from '../../domain/add-on.ts';
import type { Day, EpochMs } from '../../domain/clock.ts';
import type { AddonPart, SeenAddon } from '../../domain/profile.ts';
import { mergeAscending, mergeNumbers } from '../../domain/sorted-list.ts';
import { compareCodePoints } from '../../domain/text-order.ts';

/** One browser has tens of add-ons; a row that grew without end would be too large to append to the log. */
export const MAX_ADDONS_PER_PROFILE = 512;

/** A browser sends tens of pings a day; more would make the row grow without end. */
export const MAX_DOCUMENTS_PER_DAY = 512;

/** The fields that decide between two records of one add-on that were submitted in the same millisecond. */
const FIELDS = [
  'blocklisted',
  'name',
  'userDisabled',
  'appDisabled',
  'version',
  'scope',
  'type',
  'foreignInstall',
  'hasBinaryComponents',
  'installDay',
  'updateDay',
  'signedState',
  'isSystem',
  'isWebExtension',
  'multiprocessCompatible',
] as const satisfies readonly (keyof AddonRecord)[];

/** The add-on part of one ping. */
export function addonPartOf(
  addons: readonly AddonRecord[],
  day: Day,
  mark: number,
  seenAt: EpochMs,
): AddonPart {
  return { day, documents: [mark], addons: ascendingById(addons.map((addon) => seen(addon, seenAt))) };
}

/** Two parts of the same day: every add-on that either names, of each the record seen last. */
export function mergeAddonsOfDay(a: AddonPart, b: AddonPart): AddonPart {
  const addons = mergeAscending(a.addons, b.addons, compareIds, seenLast, MAX_ADDONS_PER_PROFILE);
  const documents = mergeNumbers(a.documents, b.documents, MAX_DOCUMENTS_PER_DAY);
  return addons === a.addons && documents === a.documents ? a : { day: a.day, documents, addons };
}

/** Spelled out, since a spread of this many fields on every ping costs more than the merge. */
function seen(addon: AddonRecord, seenAt: EpochMs): SeenAddon {
  return {
    id: addon.id,
    blocklisted: addon.blocklisted,
    name: addon.name,
    userDisabled: addon.userDisabled,
    appDisabled: addon.appDisabled,
    version: addon.version,
    scope: addon.scope,
    type: addon.type,
    foreignInstall: addon.foreignInstall,
    hasBinaryComponents: addon.hasBinaryComponents,
    installDay: addon.installDay,
    updateDay: addon.updateDay,
    signedState: addon.signedState,
    isSystem: addon.isSystem,
    isWebExtension: addon.isWebExtension,
    multiprocessCompatible: addon.multiprocessCompatible,
    seenAt,
  };
}

/** Sorts what a ping names; a ping may name an id twice. */
function ascendingById(addons: SeenAddon[]): readonly SeenAddon[] {
  if (!isStrictlyAscending(addons)) {
    addons.sort(compareIds);
    for (let i = addons.length - 1; i > 0; i--) {
      const [before, after] = [addons[i - 1], addons[i]];
      if (before === undefined || after === undefined || before.id !== after.id) continue;
      addons.splice(i - 1, 2, seenLast(before, after));
    }
  }
  return addons.length <= MAX_ADDONS_PER_PROFILE ? addons : addons.slice(0, MAX_ADDONS_PER_PROFILE);
}

function isStrictlyAscending(addons: readonly SeenAddon[]): boolean {
  for (let i = 1; i < addons.length; i++) {
    const [before, after] = [addons[i - 1], addons[i]];
    if (before !== undefined && after !== undefined && compareIds(before, after) >= 0) return false;
  }
  return true;
}

function compareIds(a: SeenAddon, b: SeenAddon): number {
  return a.id === b.id ? 0 : compareCodePoints(a.id, b.id);
}

function seenLast(a: SeenAddon, b: SeenAddon): SeenAddon {
  if (a.seenAt !== b.seenAt) return a.seenAt > b.seenAt ? a : b;
  return compareRecords(a, b) >= 0 ? a : b;
}

function compareRecords(a: AddonRecord, b: AddonRecord): number {
  for (const field of FIELDS) {
    const difference = compareValues(a[field], b[field]);
    if (difference !== 0) return difference;
  }
  return 0;
}

type FieldValue = string | number | boolean | null;

/** Null first, then false before true, numbers by size, texts by code point. One field holds one type. */
function compareValues(a: FieldValue, b: FieldValue): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return typeof a === 'string' && typeof b === 'string' ? compareCodePoints(a, b) : Number(a) - Number(b);
}
