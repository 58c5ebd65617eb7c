import type { AddonItems } from '../../src/serving/addons/items.ts';
import type { ScoredItems } from '../../src/serving/addons/scored-items.ts';
import type { GoldenReport } from './golden.ts';

export type Pair = readonly [string, number];

/** How far a score may be from the original's. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** Where only a logarithm may differ in its last bit. */
export const NEARLY_EXACT: Tolerance = { relative: 1e-12, absolute: 0 };
/** Where the original's sums depend on its library for linear algebra. */
export const SUMMED: Tolerance = { relative: 1e-9, absolute: 1e-12 };

export function pairsOf(items: AddonItems, found: ScoredItems): readonly Pair[] {
  return Array.from(found.items, (item, i) => [items.idOf(item), found.scores[i] ?? Number.NaN] as const);
}

/** One case: the same ids in the same order, with nearly the same scores. */
export function checkPairs(
  report: GoldenReport,
  id: string,
  actual: readonly Pair[],
  expected: readonly Pair[],
  tolerance: Tolerance,
): void {
  const pairs = expected.map(([guid, score], i): Pair => {
    const found = actual[i]?.[1] ?? Number.NaN;
    return [guid, isNear(found, score, tolerance) ? found : score];
  });
  report.equal(id, actual, pairs);
}

/** One case: nearly the same numbers. */
export function checkNumbers(
  report: GoldenReport,
  id: string,
  actual: readonly number[],
  expected: readonly number[],
  tolerance: Tolerance,
): void {
  const same = actual.length === expected.length;
  const at = expected.findIndex((number, i) => !isNear(actual[i] ?? Number.NaN, number, tolerance));
  report.check(id, same && at === -1, `number ${at}: got ${actual[at]}, expected ${expected[at]}`);
}

function isNear(actual: number, expected: number, { relative, absolute }: Tolerance): boolean {
  return Math.abs(actual - expected) <= relative * Math.abs(expected) + absolute;
}
