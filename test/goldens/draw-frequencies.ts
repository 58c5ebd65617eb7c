import { uniformsOf } from '../../src/domain/random.ts';
import type { UniformSource } from '../../src/serving/flow/query.ts';
import type { GoldenReport } from './golden.ts';

/** How often each id came to each place, of the draws made with seeded uniforms. */
export function placeFrequencies(
  draws: number,
  draw: (uniforms: UniformSource) => readonly (string | number)[],
): Map<string, number[]> {
  const source = uniformsOf(20, 'golden', 0);
  let counter = 0;
  const uniforms = () => source(counter++);
  const frequencies = new Map<string, number[]>();
  for (let i = 0; i < draws; i++) {
    for (const [place, id] of draw(uniforms).entries()) {
      const places = frequencies.get(String(id)) ?? [];
      places[place] = (places[place] ?? 0) + 1 / draws;
      frequencies.set(String(id), places);
    }
  }
  return frequencies;
}

/** One case for each id: every place as often as expected, within the tolerance. */
export function checkFrequencies(
  report: GoldenReport,
  name: string,
  expected: Readonly<Record<string, readonly number[]>>,
  actual: ReadonlyMap<string, readonly number[]>,
  tolerance: number,
): void {
  for (const [id, places] of Object.entries(expected)) {
    const found = actual.get(id) ?? [];
    const worst = Math.max(...places.map((p, place) => Math.abs(p - (found[place] ?? 0))));
    report.check(`${name}: ${id}`, worst <= tolerance, `off by ${worst}`);
  }
}
