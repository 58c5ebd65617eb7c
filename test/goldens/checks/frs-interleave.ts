import {
  type Blend,
  type Group,
  roundRobin,
  weightedInterleave,
} from '../../../src/serving/flow/interleave.ts';
import type { UniformSource } from '../../../src/serving/flow/query.ts';
import { rankSquareShuffle } from '../../../src/serving/flow/shuffler.ts';
import { checkFrequencies, placeFrequencies } from '../draw-frequencies.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';

interface Blended {
  readonly sources: Readonly<Record<string, readonly string[]>>;
  readonly weights: Readonly<Record<string, number>>;
}

interface Drawn extends Blended {
  readonly name: string;
  readonly withinSourceOrderKept: boolean;
  readonly positionProbabilities: Readonly<Record<string, readonly number[]>>;
  readonly tolerance: number;
  readonly suggestedDraws: number;
}

interface Golden {
  readonly weightedRandom: readonly Drawn[];
  readonly roundRobin: readonly (Blended & { readonly expected: readonly string[] })[];
  readonly rankSquareShuffle: {
    readonly secondPositionProbabilities: Readonly<Record<string, readonly number[]>>;
  };
  readonly edgeCases: readonly (Blended & {
    readonly name: string;
    readonly expectedOurs: readonly string[];
  })[];
}

const SHUFFLE_DRAWS = 20_000;
const SHUFFLE_TOLERANCE = 0.015;

export const check: GoldenCheck = {
  file: 'frs/interleave',
  run(data, report) {
    const golden = data as Golden;
    for (const one of golden.weightedRandom) checkDrawn(report, one);
    for (const [i, one] of golden.roundRobin.entries()) {
      report.equal(
        `roundRobin ${i}`,
        blended(one, roundRobin, () => 0),
        one.expected,
      );
    }
    const { secondPositionProbabilities } = golden.rankSquareShuffle;
    for (const [size, places] of Object.entries(secondPositionProbabilities)) {
      checkShuffle(report, Number(size), places);
    }
    for (const one of golden.edgeCases) {
      report.equal(
        one.name,
        blended(one, weightedInterleave, () => 0.999),
        one.expectedOurs,
      );
    }
  },
};

function blended({ sources, weights }: Blended, blend: Blend, uniforms: UniformSource): readonly string[] {
  const ids = Object.values(sources).flat();
  const groups: Group[] = [];
  let next = 0;
  for (const [name, own] of Object.entries(sources)) {
    groups.push({ list: Int32Array.from(own, () => next++), weight: weights[name] ?? 0 });
  }
  return Array.from(blend(groups, uniforms), (at) => ids[at] ?? '');
}

function checkDrawn(report: GoldenReport, one: Drawn): void {
  const { name, positionProbabilities, tolerance, suggestedDraws } = one;
  const sequences = new Set<string>();
  let outOfOrder = 0;
  const frequencies = placeFrequencies(suggestedDraws, (uniforms) => {
    const order = blended(one, weightedInterleave, uniforms);
    sequences.add(String(order));
    const kept = Object.values(one.sources).every(
      (own) => String(order.filter((id) => own.includes(id))) === String(own),
    );
    if (!kept) outOfOrder++;
    return order;
  });
  if (one.withinSourceOrderKept) {
    report.check(`${name}: order in a source`, outOfOrder === 0, `${outOfOrder} draws lost it`);
  }
  checkFrequencies(report, name, positionProbabilities, frequencies, tolerance);
}

function checkShuffle(report: GoldenReport, size: number, places: readonly number[]): void {
  const list = Int32Array.from({ length: size }, (_, i) => i);
  const frequencies = placeFrequencies(SHUFFLE_DRAWS, (uniforms) =>
    Array.from(rankSquareShuffle(list, uniforms)),
  );
  report.check(`shuffle of ${size}: first stays`, Math.abs((frequencies.get('0')?.[0] ?? 0) - 1) < 1e-6);
  for (const [i, probability] of places.entries()) {
    const found = frequencies.get(String(i + 1))?.[1] ?? 0;
    const passed = Math.abs(found - probability) <= SHUFFLE_TOLERANCE;
    report.check(`shuffle of ${size}: ${i + 1} at place 1`, passed, `${found}, not ${probability}`);
  }
}
