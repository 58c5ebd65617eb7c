import { TaarError } from '../domain/errors.ts';
import type { Listing } from '../domain/listing.ts';
import { isStorableInteger } from '../domain/storable-integer.ts';
import { MAX_ADDON_ID_CHARS } from './addon-fields.ts';
import { isJsonObject, type JsonObject } from './json-field.ts';

/** Far longer than addons.mozilla.org allows; keeps a row of a damaged dump from filling the topic. */
const MAX_LISTING_TEXT_CHARS = 10_000;

/**
 * Reads one row of a catalogue: an AMO record of API version 3 or 4 (spec/taar-training.md section 4.1), a flat row
 * with `slug` and `guid` of an add-on manager's list (all of them web extensions), or a listing as this system
 * writes it. `key` is the name under which a dump holds the row.
 * @throws TaarError `listing-invalid` (dead-letter) naming what is wrong
 */
export function listingOf(row: unknown, key: string | undefined): Listing {
  if (!isJsonObject(row)) throw invalid('it is no object');
  const guid = guidOf(row, key);
  return {
    guid,
    name: textOf(row.name, row.default_locale) ?? stringOf(row.slug) ?? guid,
    isWebExtension: isWebExtension(row),
    summary: textOf(row.summary, row.default_locale),
    categories: categoriesOf(row.categories),
    averageRating: averageRatingOf(row),
    weeklyDownloads: wholeNumberOf(row.weekly_downloads ?? row.weeklyDownloads),
    recommended: isRecommended(row),
    firstCreated: stringOf(row.first_create_date ?? row.firstCreated),
    platforms: platformsOf(row),
  };
}

function guidOf(row: JsonObject, key: string | undefined): string {
  const guid = row.guid ?? key;
  if (typeof guid !== 'string' || guid === '' || guid.length > MAX_ADDON_ID_CHARS) {
    throw invalid(`guid must be text of 1 to ${MAX_ADDON_ID_CHARS} characters`);
  }
  if (key !== undefined && guid !== key) throw invalid('its guid is not the key under which it stands');
  return guid;
}

/** True when any file of the current version is a web extension; of a flat row nothing else is known. */
function isWebExtension(row: JsonObject): boolean {
  if (typeof row.isWebExtension === 'boolean') return row.isWebExtension;
  if (row.current_version === undefined) return typeof row.slug === 'string';
  const files = isJsonObject(row.current_version) ? row.current_version.files : undefined;
  return Array.isArray(files) && files.some((file) => isJsonObject(file) && file.is_webextension === true);
}

/** Null only of a row that tells nothing of ratings; an AMO record without one counts as rated 0 (section 4.2). */
function averageRatingOf(row: JsonObject): number | null {
  if (row.current_version === undefined) return numberOf(row.averageRating);
  return numberOf(isJsonObject(row.ratings) ? row.ratings.average : undefined) ?? 0;
}

/**
 * Where the current version runs. `compatibility` names the applications (`firefox` is the desktop, whatever system),
 * the files name systems, `all` among them; of older records there are only the files.
 */
function platformsOf(row: JsonObject): readonly string[] | null {
  if (Array.isArray(row.platforms)) return someOf(row.platforms.filter(isText));
  const version = isJsonObject(row.current_version) ? row.current_version : {};
  const files = Array.isArray(version.files) ? version.files : [];
  const systems = files.map((file) => (isJsonObject(file) ? file.platform : undefined)).filter(isText);
  if (!isJsonObject(version.compatibility)) return someOf(systems);
  const { android, firefox } = version.compatibility;
  const desktops = systems.includes('all') ? [] : systems.filter((system) => system !== 'android');
  return someOf([
    ...(android === undefined ? [] : ['android']),
    ...(firefox === undefined ? [] : desktops.length > 0 ? desktops : ['firefox']),
  ]);
}

function someOf(names: readonly string[]): readonly string[] | null {
  return names.length === 0 ? null : [...new Set(names)].sort();
}

function isRecommended(row: JsonObject): boolean {
  const promoted = isJsonObject(row.promoted) && row.promoted.category === 'recommended';
  return promoted || row.is_featured === true || row.recommended === true;
}

/** Text, or the text of a default locale, or of the first locale that has one. */
function textOf(value: unknown, defaultLocale: unknown): string | null {
  if (!isJsonObject(value)) return stringOf(value);
  const ofDefault = typeof defaultLocale === 'string' ? value[defaultLocale] : undefined;
  return stringOf(typeof ofDefault === 'string' ? ofDefault : Object.values(value).find(isText));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function stringOf(value: unknown): string | null {
  if (!isText(value)) return null;
  if (value.length > MAX_LISTING_TEXT_CHARS) {
    throw invalid(`a text is longer than ${MAX_LISTING_TEXT_CHARS} characters`);
  }
  return value;
}

/** AMO lists categories by application; only Firefox's matter. */
function categoriesOf(value: unknown): readonly string[] {
  const list = isJsonObject(value) ? value.firefox : value;
  return Array.isArray(list) ? list.filter(isText) : [];
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function wholeNumberOf(value: unknown): number | null {
  return isStorableInteger(value) ? value : null;
}

function invalid(what: string): TaarError {
  return new TaarError('listing-invalid', 'dead-letter', what);
}
