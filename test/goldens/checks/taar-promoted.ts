import { mergePromoted, readPromoted, type WeightedAddon } from '../../../src/serving/addons/promoted.ts';
import type { GoldenCheck } from '../golden.ts';
import type { Pair } from '../near.ts';

interface Golden {
  readonly cases: readonly {
    readonly id: string;
    readonly promoted: unknown;
    readonly recommended: readonly Pair[];
    readonly cleaned: unknown;
    readonly expected: readonly (readonly [string, number | boolean])[] | null;
    readonly error: string | null;
  }[];
}

/** The original fails with 500, also on what its own validation lets through. */
const MALFORMED = 'what the original fails on is a malformed request';
const BOOLEANS = 'a boolean is the number that it is in Python';

export const check: GoldenCheck = {
  file: 'taar/promoted',
  run(data, report) {
    const golden = data as Golden;
    for (const { id, promoted, recommended, cleaned, expected, error } of golden.cases) {
      const read = readPromoted(promoted);
      if (error !== null || expected === null) {
        report.rule(MALFORMED);
        report.equal(id, read, undefined);
        continue;
      }
      if (expected.some(([, weight]) => typeof weight === 'boolean')) report.rule(BOOLEANS);
      report.equal(`${id} read`, pairsOf(read ?? []), numbered(cleaned as typeof expected));
      const merged = mergePromoted(
        read ?? [],
        recommended.map(([guid, weight]) => ({ guid, weight })),
      );
      report.equal(id, pairsOf(merged), numbered(expected));
    }
  },
};

function pairsOf(addons: readonly WeightedAddon[]): readonly Pair[] {
  return addons.map(({ guid, weight }) => [guid, weight]);
}

function numbered(pairs: readonly (readonly [string, number | boolean])[]): readonly Pair[] {
  return pairs.map(([guid, weight]) => [guid, Number(weight)]);
}
