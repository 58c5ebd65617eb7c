import { isShownAsInstalled } from './add-on.ts';
import { legacyCounters, type PayloadField, payloadField } from './legacy-payload.ts';
import type { OpenProfile } from './profile.ts';

/** What recommenders see of a client. Null: the profile says nothing. */
export interface ClientFeatures {
  /** The ids of the active add-ons that are not part of the browser, in the profile's order; one may stand twice. */
  readonly installed: readonly string[];
  readonly locale: string | null;
  readonly os: string | null;
  readonly geoCity: string | null;
  /** Seconds. */
  readonly subsessionLength: number | null;
  readonly bookmarkCount: number | null;
  readonly tabOpenCount: number | null;
  readonly totalUri: number | null;
  readonly uniqueTlds: number | null;
}

/** The features of a profile of ours: the numbers as TAAR's rows have them, truncated, unknown ones 0. */
export function featuresOfProfile({ addons, counters, facts }: OpenProfile): ClientFeatures {
  const numbers = legacyCounters(counters);
  return {
    installed: (addons?.addons ?? []).filter(isShownAsInstalled).map(({ id }) => id),
    locale: facts?.locale?.value ?? null,
    os: facts?.os?.value ?? null,
    geoCity: facts?.city?.value ?? null,
    subsessionLength: numbers.subsession_length,
    bookmarkCount: numbers.bookmark_count,
    tabOpenCount: numbers.tab_open_count,
    totalUri: numbers.total_uri,
    uniqueTlds: numbers.unique_tlds,
  };
}

type Payload = Readonly<Record<string, unknown>>;

/**
 * The features of the JSON in a row of TAAR's (spec/taar-serving.md section 3): a field that is absent is empty or 0,
 * one that is null stays so. Names of the newer jobs count before those that TAAR's service read. Undefined where the
 * profile cannot be used.
 */
export function featuresOfPayload(payload: unknown): ClientFeatures | undefined {
  if (!isObject(payload)) return undefined;
  const installed = installedOf(payload);
  if (installed === undefined) return undefined;
  return {
    installed,
    locale: textOf(payload, 'locale'),
    os: textOf(payload, 'os'),
    geoCity: textOf(payload, 'geoCity'),
    subsessionLength: numberOf(payload, 'subsessionLength'),
    bookmarkCount: numberOf(payload, 'bookmarkCount'),
    tabOpenCount: numberOf(payload, 'tabOpenCount'),
    totalUri: numberOf(payload, 'totalUri'),
    uniqueTlds: numberOf(payload, 'uniqueTlds'),
  };
}

/** Undefined where one of the add-ons makes the whole profile unusable. An id that is no text names no add-on. */
function installedOf({ active_addons: addons = [] }: Payload): readonly string[] | undefined {
  if (!Array.isArray(addons) || !addons.every(isObject)) return undefined;
  const installed = addons.filter(({ is_system: isSystem }) => !isTrueInPython(isSystem));
  if (installed.some(({ addon_id: id }) => id === undefined)) return undefined;
  return installed.map(({ addon_id: id }) => id).filter((id) => typeof id === 'string');
}

function textOf(payload: Payload, field: PayloadField): string | null {
  const value = payloadField(payload, field, '');
  return typeof value === 'string' ? value : null;
}

function numberOf(payload: Payload, field: PayloadField): number | null {
  const value = payloadField(payload, field, 0);
  return typeof value === 'number' ? value : null;
}

/** Empty lists and objects are false there. */
function isTrueInPython(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
