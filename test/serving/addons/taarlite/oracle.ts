import type { LiteArtifacts } from '../../taarlite-models.ts';
import { exactTenDecimals } from './exact-decimals.ts';

/**
 * TAARlite straight from spec/taar-serving.md section 5.8, step by step over maps of guids, without any index. Slow
 * and naive on purpose.
 */
export function oracle(
  { coinstall, ranking }: LiteArtifacts,
  guid: string,
  mode: string,
  limit: number,
  truncate: number,
): [guid: string, key: string][] {
  const values = Object.values(ranking);
  const mean = values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
  const row = stableDescending(
    Object.entries(coinstall[guid] ?? {}).filter(([, count]) => count >= 0.05 * mean),
    ([, count]) => count,
  ).slice(0, truncate);
  const scored = row
    .map(([h, count]) => [h, scoreOf(coinstall, row, mode, h, count)] as const)
    .filter((one): one is readonly [string, number] => one[1] !== undefined);
  const keyed = stableDescending(scored, ([, score]) => score)
    .slice(0, 2 * limit)
    .map(([h, score]): [string, string] => [
      h,
      `${exactTenDecimals(score).padStart(20, '0')}.${String(ranking[h] ?? 0).padStart(10, '0')}`,
    ]);
  return stableDescending(keyed, ([, key]) => key).slice(0, limit);
}

type Entry = readonly [guid: string, count: number];

function scoreOf(
  coinstall: LiteArtifacts['coinstall'],
  row: readonly Entry[],
  mode: string,
  h: string,
  count: number,
): number | undefined {
  const rowsWith = Object.values(coinstall).filter((other) => Object.hasOwn(other, h));
  const total = sum(row.map(([, c]) => c));
  if (mode === 'none') return count;
  if (mode === 'row_count') return count / rowsWith.length;
  if (mode === 'row_sum') return count / sum(rowsWith.map((other) => other[h] ?? 0));
  if (mode === 'rownorm_sum') {
    const shares = sum(rowsWith.map((other) => (other[h] ?? 0) / sum(Object.values(other))));
    return shares === 0 ? undefined : count / total / shares;
  }
  const exists = (guid: string): number => (Object.keys(coinstall[guid] ?? {}).length > 0 ? 1 : 0);
  const weights = row.map(([guid, c]) => (row.length * c) / total + exists(guid));
  return ((row.length * count) / total + exists(h)) / sum(weights);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

/** Insertion, so that equal ones keep their order whatever the engine's sort does. */
function stableDescending<T>(items: readonly T[], by: (item: T) => number | string): T[] {
  const sorted: T[] = [];
  for (const item of items) {
    const at = sorted.findIndex((other) => by(other) < by(item));
    sorted.splice(at === -1 ? sorted.length : at, 0, item);
  }
  return sorted;
}
