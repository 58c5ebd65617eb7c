import { PingRejection, type RejectionCode } from './ping-rejection.ts';

/** A JSON object as it came: every field is still to be checked. */
export type JsonObject = Readonly<Record<string, unknown>>;

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

/** The whole number of at least `min` in a field; null where it is absent. @throws PingRejection with `code` */
export function optionalInteger(
  parent: JsonObject | null,
  field: string,
  min: number,
  code: RejectionCode = 'wrong-shape',
): number | null {
  const value = parent?.[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min) {
    throw new PingRejection(code, `${field} must be a whole number in range`);
  }
  return value;
}
