import { TaarError } from '../../domain/errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Where in an artifact a value stands, for messages: `donors[3].os`. */
export type Place = string;

/** The value as an object with keys. @throws TaarError `artifact-invalid` (halt) */
export function objectAt(value: unknown, place: Place): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw wrong(place, 'an object', value);
}

/**
 * The entries of an object, or of a map, which keeps the order of keys that look like whole numbers.
 * @throws TaarError `artifact-invalid` (halt)
 */
export function entriesAt(value: unknown, place: Place): readonly (readonly [string, unknown])[] {
  return value instanceof Map ? [...value] : Object.entries(objectAt(value, place));
}

/** @throws TaarError `artifact-invalid` (halt) */
export function listAt(value: unknown, place: Place): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(place, 'a list', value);
}

/** The value as text that UTF-8 can hold. @throws TaarError `artifact-invalid` (halt) */
export function textAt(value: unknown, place: Place): string {
  if (typeof value === 'string' && value.isWellFormed()) return value;
  throw wrong(place, 'a string of whole characters', value);
}

/** @throws TaarError `artifact-invalid` (halt) */
export function numberAt(value: unknown, place: Place): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrong(place, 'a finite number', value);
}

/** A whole number from `least` to 2^53 - 1. @throws TaarError `artifact-invalid` (halt) */
export function countAt(value: unknown, place: Place, least: 0 | 1): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw wrong(place, `a whole number of at least ${least}`, value);
}

/** @throws TaarError `artifact-invalid` (halt) where the list has not exactly two elements */
export function pairAt(value: unknown, place: Place): readonly [unknown, unknown] {
  const list = listAt(value, place);
  if (list.length === 2) return [list[0], list[1]];
  throw artifactInvalid(`${place} has ${list.length} elements, not 2`);
}

/** An object of these entries, also where a key is `__proto__`. */
export function objectOf<V>(entries: Iterable<readonly [string, V]>): Record<string, V> {
  return Object.fromEntries(entries);
}

export function artifactInvalid(what: string): TaarError {
  return new TaarError('artifact-invalid', 'halt', what);
}

/** Says the kind of the value only: an artifact may be anything, also somebody's data. */
function wrong(place: Place, wanted: string, value: unknown): TaarError {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  return artifactInvalid(`${place} is ${kind}, not ${wanted}`);
}
