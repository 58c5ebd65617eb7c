import { TailDraw } from '../../../src/serving/addons/sampling.ts';
import { isTestClient, testScore } from '../../../src/serving/addons/test-client.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';
import type { Pair } from '../near.ts';

interface GoldenCase {
  readonly id: string;
  readonly input: readonly Pair[];
  /** Null: as many as there are. */
  readonly size: number | null;
  readonly uniforms: readonly number[];
  readonly expected: readonly Pair[];
}

interface Golden {
  readonly is_test_client: readonly { readonly client_id: string; readonly expected: boolean }[];
  readonly sha256_mod100: readonly { readonly guid: string; readonly expected: number }[];
  readonly cases: readonly GoldenCase[];
}

export const check: GoldenCheck = {
  file: 'taar/randomizer',
  run(data, report) {
    const golden = data as Golden;
    for (const { client_id, expected } of golden.is_test_client) {
      report.equal(`test client ${JSON.stringify(client_id)}`, isTestClient(client_id), expected);
    }
    for (const { guid, expected } of golden.sha256_mod100) {
      report.equal(`test score of ${guid}`, testScore(guid), expected);
    }
    for (const one of golden.cases) checkCase(report, one);
  },
};

/** The same pairs in the same order, with exactly as many uniforms. */
function checkCase(report: GoldenReport, { id, input, size, uniforms, expected }: GoldenCase): void {
  let used = 0;
  const { chosen } = new TailDraw().draw(
    input.map(([, weight]) => weight),
    size ?? input.length,
    () => uniforms[used++] ?? Number.NaN,
  );
  report.equal(
    id,
    Array.from(chosen, (at) => input[at]),
    expected,
  );
  report.equal(`${id} uniforms`, used, uniforms.length);
}
