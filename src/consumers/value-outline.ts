/** What a value consists of, without what it says: names, kinds and sizes. */
export type Outline = string | { readonly [name: string]: Outline };

/** Ends the names of moments, which tell why a record was set aside and not whose it is. */
const MOMENT_NAME = /At$/;
/** The largest moment that a date can show. */
const MAX_MOMENT_MS = 8.64e15;

/**
 * The outline of a decoded record: of text only the length is told, of numbers nothing but moments, as any of them
 * may say something about a person. Field names come from the schema, so they do not.
 */
export function outlineOf(value: unknown, name = ''): Outline {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return `text of ${value.length} characters`;
  if (typeof value === 'number') return isMoment(name, value) ? new Date(value).toISOString() : 'a number';
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) {
    const each = value.length === 0 ? {} : { first: outlineOf(value[0]) };
    return { entries: `${value.length}`, ...each };
  }
  if (typeof value !== 'object') return `a ${typeof value}`;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, outlineOf(part, key)]));
}

function isMoment(name: string, value: number): boolean {
  return MOMENT_NAME.test(name) && Math.abs(value) <= MAX_MOMENT_MS;
}
