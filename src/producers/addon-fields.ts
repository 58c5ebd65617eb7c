import type { AddonRecord } from '../domain/add-on.ts';
import { type Day, LAST_DAY } from '../domain/clock.ts';
import { isJsonObject, type JsonObject, optionalInteger } from './json-field.ts';
import { PingRejection } from './ping-rejection.ts';

/** More add-ons than anybody installs; keeps one ping from filling a client's row. */
export const MAX_ADDONS_PER_PING = 1_000;
/** Longer than any add-on id that addons.mozilla.org accepts; ids are keys of models, so they must stay small. */
export const MAX_ADDON_ID_CHARS = 256;
/** Firefox itself cuts names at this length (spec/taar-training.md section 2.1); longer ones are cut here. */
export const MAX_ADDON_NAME_CHARS = 100;
/** Keeps a version or type from being used to store anything else. */
export const MAX_ADDON_TEXT_CHARS = 100;

/** The add-ons of a legacy environment: an object keyed by add-on id (spec/taar-training.md section 2.1). */
export function addonsById(activeAddons: JsonObject | null): readonly AddonRecord[] | null {
  if (activeAddons === null) return null;
  const entries = Object.entries(activeAddons);
  assertFewAddons(entries.length);
  return entries.map(([id, fields]) => addonRecord(id, fields, 'type'));
}

/**
 * The add-ons of a Glean ping: an array of objects with an `id`. An id that comes twice counts as last said.
 * @param typeField the field of an add-on that holds its type
 */
export function addonsInList(
  activeAddons: unknown,
  typeField: 'addonType' | 'type' = 'addonType',
): readonly AddonRecord[] | null {
  if (activeAddons === undefined || activeAddons === null) return null;
  if (!Array.isArray(activeAddons)) throw new PingRejection('wrong-shape', 'the add-ons must be a list');
  assertFewAddons(activeAddons.length);
  const byId = new Map<string, AddonRecord>();
  for (const fields of activeAddons as readonly unknown[]) {
    const id = isJsonObject(fields) ? fields.id : undefined;
    const addon = addonRecord(id, fields, typeField);
    byId.set(addon.id, addon);
  }
  return [...byId.values()];
}

function assertFewAddons(count: number): void {
  if (count <= MAX_ADDONS_PER_PING) return;
  throw new PingRejection('too-many-addons', `a ping may name at most ${MAX_ADDONS_PER_PING} add-ons`);
}

/** The record of 16 fields (spec/taar-training.md section 2.2); a field of a wrong type refuses the ping. */
function addonRecord(id: unknown, fields: unknown, typeField: string): AddonRecord {
  if (!isJsonObject(fields)) throw new PingRejection('addon-invalid', 'an add-on must be an object');
  if (typeof id !== 'string' || id === '' || id.length > MAX_ADDON_ID_CHARS) {
    throw new PingRejection('addon-invalid', `an add-on id must have 1 to ${MAX_ADDON_ID_CHARS} characters`);
  }
  return {
    id,
    blocklisted: flag(fields, 'blocklisted'),
    name: nameOf(fields),
    userDisabled: flagOrCount(fields, 'userDisabled'),
    appDisabled: flag(fields, 'appDisabled'),
    version: versionOf(fields),
    scope: optionalInteger(fields, 'scope', {}, 'addon-invalid'),
    type: shortText(fields, typeField),
    foreignInstall: flagOrCount(fields, 'foreignInstall'),
    hasBinaryComponents: flag(fields, 'hasBinaryComponents'),
    installDay: dayIn(fields, 'installDay'),
    updateDay: dayIn(fields, 'updateDay'),
    signedState: optionalInteger(fields, 'signedState', {}, 'addon-invalid'),
    isSystem: flag(fields, 'isSystem'),
    isWebExtension: flag(fields, 'isWebExtension'),
    multiprocessCompatible: flag(fields, 'multiprocessCompatible'),
  };
}

function dayIn(fields: JsonObject, field: string): Day | null {
  return optionalInteger(fields, field, { min: 0, max: LAST_DAY }, 'addon-invalid');
}

function flag(fields: JsonObject, field: string): boolean | null {
  const value = fields[field];
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value;
  throw wrongType(field);
}

/** Two flags also come as numbers: 0 is false, any other true. */
function flagOrCount(fields: JsonObject, field: string): boolean | null {
  const value = fields[field];
  return Number.isSafeInteger(value) ? value !== 0 : flag(fields, field);
}

/** A version is text, or a number that is written as text. */
function versionOf(fields: JsonObject): string | null {
  const value = fields.version;
  return typeof value === 'number' ? String(value) : shortText(fields, 'version');
}

function shortText(fields: JsonObject, field: string): string | null {
  const value = fields[field];
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && value.length <= MAX_ADDON_TEXT_CHARS) return value;
  throw wrongType(field);
}

function nameOf(fields: JsonObject): string | null {
  const value = fields.name;
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw wrongType('name');
  // A cut through a surrogate pair must not leave half a character.
  return value.length <= MAX_ADDON_NAME_CHARS ? value : value.slice(0, MAX_ADDON_NAME_CHARS).toWellFormed();
}

function wrongType(field: string): PingRejection {
  return new PingRejection('addon-invalid', `the field ${field} of an add-on has a wrong type or length`);
}
