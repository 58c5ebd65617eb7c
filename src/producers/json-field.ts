import { isStorableInteger, MAX_INTEGER } from '../domain/storable-integer.ts';
import { PingRejection, type RejectionCode } from './ping-rejection.ts';

/** A JSON object as it came: every field is still to be checked. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value of a JSON text; undefined where it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True for a JSON object; arrays and null are none. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object in a field that must be there. @throws PingRejection `wrong-shape` */
export function requiredObject(parent: JsonObject, field: string): JsonObject {
  const value = parent[field];
  if (!isJsonObject(value)) throw new PingRejection('wrong-shape', `${field} must be an object`);
  return value;
}

/** The object in a field; null where it is absent. @throws PingRejection `wrong-shape` for anything else */
export function optionalObject(parent: JsonObject | null, field: string): JsonObject | null {
  const value = parent?.[field];
  if (value === undefined || value === null) return null;
  if (!isJsonObject(value)) throw new PingRejection('wrong-shape', `${field} must be an object`);
  return value;
}

/** The text in a field; null where it is absent or empty. @throws PingRejection `wrong-shape` */
export function optionalText(parent: JsonObject | null, field: string, maxChars: number): string | null {
  const value = parent?.[field];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string' || value.length > maxChars) {
    throw new PingRejection('wrong-shape', `${field} must be text of at most ${maxChars} characters`);
  }
  return value;
}

/** The whole number in a field; null where it is absent. @throws PingRejection with `code` where it is out of range */
export function optionalInteger(
  parent: JsonObject | null,
  field: string,
  { min = -MAX_INTEGER, max = MAX_INTEGER }: { readonly min?: number; readonly max?: number } = {},
  code: RejectionCode = 'wrong-shape',
): number | null {
  const value = parent?.[field];
  if (value === undefined || value === null) return null;
  if (!isStorableInteger(value) || value < min || value > max) {
    throw new PingRejection(code, `${field} must be a whole number in range`);
  }
  return value;
}
