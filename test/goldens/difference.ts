/**
 * Where two JSON-like values first differ, as `path: actual … expected …`; undefined where they are deeply equal.
 * Key order does not count; a key whose value is undefined counts as missing.
 */
export function firstDifference(actual: unknown, expected: unknown, path = '$'): string | undefined {
  if (Object.is(actual, expected) || actual === expected) return undefined;
  if (Array.isArray(actual) && Array.isArray(expected)) return arrayDifference(actual, expected, path);
  if (isObject(actual) && isObject(expected)) return objectDifference(actual, expected, path);
  return `${path}: got ${shown(actual)}, expected ${shown(expected)}`;
}

function arrayDifference(
  actual: readonly unknown[],
  expected: readonly unknown[],
  path: string,
): string | undefined {
  for (let i = 0; i < Math.min(actual.length, expected.length); i++) {
    const found = firstDifference(actual[i], expected[i], `${path}[${i}]`);
    if (found !== undefined) return found;
  }
  if (actual.length === expected.length) return undefined;
  return `${path}: got ${actual.length} elements, expected ${expected.length}`;
}

function objectDifference(
  actual: Readonly<Record<string, unknown>>,
  expected: Readonly<Record<string, unknown>>,
  path: string,
): string | undefined {
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  for (const key of keys) {
    const found = firstDifference(actual[key], expected[key], `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keeps a report readable when a whole document is missing. */
const SHOWN_CHARACTERS = 200;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
