/** An add-on with the weight that it is ordered by. */
export interface WeightedAddon {
  readonly guid: string;
  readonly weight: number;
}

/**
 * The promoted add-ons of a request's JSON (spec/taar-serving.md section 1.1): the whole list is dropped at the first
 * row that is no pair of a string and a number. Undefined where TAAR itself failed, which is a malformed request.
 */
export function readPromoted(value: unknown): readonly WeightedAddon[] | undefined {
  if (!Array.isArray(value)) return isIgnored(value) ? [] : undefined;
  const promoted: WeightedAddon[] = [];
  for (const row of value as readonly unknown[]) {
    const one = readRow(row);
    if (one === 'malformed') return undefined;
    if (one === 'dropped') return [];
    promoted.push(one);
  }
  return promoted;
}

/**
 * Promoted and recommended add-ons by descending weight, promoted ones first among equals; each once, with its larger
 * weight. The list is not cut (spec/taar-serving.md section 5.7).
 */
export function mergePromoted<R extends WeightedAddon>(
  promoted: readonly R[],
  recommended: readonly R[],
): readonly R[] {
  const seen = new Set<string>();
  return [...promoted, ...recommended]
    .sort((a, b) => b.weight - a.weight)
    .filter(({ guid }) => !seen.has(guid) && seen.add(guid));
}

function readRow(row: unknown): WeightedAddon | 'malformed' | 'dropped' {
  if (typeof row === 'string') return 'dropped';
  if (typeof row !== 'object' || row === null) return 'malformed';
  // Python reads an object of two keys like a pair, and fails; one of another size has the wrong length.
  if (!Array.isArray(row)) return Object.keys(row).length === 2 ? 'malformed' : 'dropped';
  const [guid, weight]: readonly unknown[] = row;
  if (row.length !== 2 || typeof guid !== 'string') return 'dropped';
  // Python's booleans are numbers.
  if (typeof weight === 'boolean') return { guid, weight: Number(weight) };
  return typeof weight === 'number' ? { guid, weight } : 'dropped';
}

/** What Python walks through without finding a pair: the characters of a text, the keys of an object. */
function isIgnored(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
