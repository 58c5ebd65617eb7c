/** What the answers of TAAR's old routes are made of. */
export type LegacyValue =
  | string
  | boolean
  | null
  | readonly LegacyValue[]
  | { readonly [key: string]: LegacyValue };

/**
 * JSON as Python's `json.dumps` writes it (spec/taar-serving.md section 1): `", "` and `": "` between things, and
 * every UTF-16 unit outside printable ASCII as `\uXXXX` in lower case.
 */
export function legacyJson(value: LegacyValue): string {
  if (typeof value === 'string') return asciiText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isList(value)) return `[${value.map(legacyJson).join(', ')}]`;
  const members = Object.keys(value).map((key) => `${asciiText(key)}: ${legacyJson(value[key] ?? null)}`);
  return `{${members.join(', ')}}`;
}

function isList(value: LegacyValue): value is readonly LegacyValue[] {
  return Array.isArray(value);
}

/** Printable ASCII in which nothing is escaped: nearly every GUID. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function asciiText(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, escaped);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
