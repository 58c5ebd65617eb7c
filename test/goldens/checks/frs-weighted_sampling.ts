import { CandidatePool } from '../../../src/serving/flow/pool.ts';
import type { UniformSource } from '../../../src/serving/flow/query.ts';
import { sample } from '../../../src/serving/flow/sampling.ts';
import { checkFrequencies, placeFrequencies } from '../draw-frequencies.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';

interface Golden {
  readonly cases: readonly GoldenCase[];
}

interface GoldenCase {
  readonly name: string;
  readonly items: readonly { readonly id: number; readonly score?: number | null }[];
  readonly topKFixed: number;
  readonly multiplicativeFactor: number;
  readonly fixedPrefix: readonly number[];
  readonly alwaysLast: readonly number[];
  readonly positionProbabilities: Readonly<Record<string, readonly number[]>>;
  readonly suggestedDraws: number;
  readonly tolerance: number;
}

export const check: GoldenCheck = {
  file: 'frs/weighted_sampling',
  run(data, report) {
    for (const one of (data as Golden).cases) checkCase(report, one);
  },
};

function checkCase(report: GoldenReport, one: GoldenCase): void {
  const { name, fixedPrefix, alwaysLast, positionProbabilities, suggestedDraws, tolerance } = one;
  let wrongEnds = 0;
  const frequencies = placeFrequencies(suggestedDraws, (uniforms) => {
    const order = orderOf(one, uniforms);
    const head = order.slice(0, fixedPrefix.length);
    const tail = order.slice(order.length - alwaysLast.length);
    if (String(head) !== String(fixedPrefix) || String(tail) !== String(alwaysLast)) wrongEnds++;
    return order;
  });
  report.check(`${name}: fixed and last`, wrongEnds === 0, `${wrongEnds} draws moved what is fixed or last`);
  checkFrequencies(report, name, positionProbabilities, frequencies, tolerance);
  checkStatedProbability(report, one);
}

function draw(one: GoldenCase, uniforms: UniformSource): { pool: CandidatePool; order: Int32Array } {
  const { items, topKFixed, multiplicativeFactor } = one;
  const pool = new CandidatePool([
    {
      items: items.map(({ id }) => id),
      scores: items.map(({ score }) => score ?? Number.NaN),
      count: items.length,
    },
  ]);
  const choice = { fixed: topKFixed, factor: multiplicativeFactor, draws: items.length };
  return { pool, order: sample(pool, pool.all(), choice, uniforms) };
}

function orderOf(one: GoldenCase, uniforms: UniformSource): readonly number[] {
  const { pool, order } = draw(one, uniforms);
  return Array.from(order, (entry) => pool.item[entry] ?? -1);
}

/** The probability noted for the first place is the one that the file gives. */
function checkStatedProbability(report: GoldenReport, one: GoldenCase): void {
  const { pool, order } = draw(one, () => 0.5);
  const first = order[0];
  if (first === undefined) return;
  const expected = one.positionProbabilities[String(pool.item[first])]?.[0] ?? Number.NaN;
  const stated = pool.probabilityOf(first) ?? Number.NaN;
  report.check(
    `${one.name}: stated probability`,
    Math.abs(stated - expected) <= 1e-9,
    `${stated}, not ${expected}`,
  );
}
