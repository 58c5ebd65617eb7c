import { rankingFromMap } from '../../../src/models/ranking.ts';
import { TaarliteAnswers } from '../../../src/serving/addons/taarlite/answers.ts';
import { minInstalls } from '../../../src/serving/addons/taarlite/build-index.ts';
import { DEFAULT_MODE, parseMode } from '../../../src/serving/addons/taarlite/mode.ts';
import { recommend } from '../../../src/serving/addons/taarlite/recommend.ts';
import {
  type TaarliteIndex,
  viewTaarliteIndex,
} from '../../../src/serving/addons/taarlite/taarlite-index.ts';
import { type LiteArtifacts, litePrepared } from '../../serving/taarlite-models.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';

interface Golden {
  readonly taarlite_truncate: number;
  readonly derived: Readonly<Record<string, { readonly min_installs: number }>>;
  readonly models: Readonly<Record<string, LiteArtifacts>>;
  readonly cases: readonly GoldenCase[];
}

interface GoldenCase {
  readonly id: string;
  readonly model: string;
  readonly guid: string;
  readonly limit: number;
  /** Absent: the parameter is absent. */
  readonly normalize?: string | null;
  readonly expected: readonly (readonly [string, string])[] | null;
  readonly error: string | null;
  readonly http_results: readonly string[] | null;
}

/** The models go the whole way of a real set: encoded, read back, prepared, and attached as views. */
export const check: GoldenCheck = {
  file: 'taar/taarlite_guid_guid',
  run(data, report) {
    const golden = data as Golden;
    const indexes = new Map(
      Object.entries(golden.models).map(([name, models]) => [name, viewTaarliteIndex(litePrepared(models))]),
    );
    for (const [name, { min_installs }] of Object.entries(golden.derived)) {
      const ranking = golden.models[name]?.ranking ?? {};
      report.equal(
        `${name} min_installs`,
        minInstalls(rankingFromMap(new Map(Object.entries(ranking)))),
        min_installs,
      );
    }
    for (const one of golden.cases) {
      const index = indexes.get(one.model);
      if (index === undefined) report.check(one.id, false, `there is no model ${one.model}`);
      else checkCase(report, one, index, golden.taarlite_truncate);
    }
  },
};

function checkCase(report: GoldenReport, one: GoldenCase, index: TaarliteIndex, truncate: number): void {
  const limits = { maxResults: one.limit, truncate };
  const answers = new TaarliteAnswers(index, limits);
  if (one.normalize === null && one.error === 'KeyError') {
    report.rule('explicit null mode is not expressible over HTTP');
    report.equal(one.id, resultsOf(answers, one.guid, ''), []);
    return;
  }
  const mode = parseMode(one.normalize ?? DEFAULT_MODE);
  const found = mode === undefined ? [] : recommend(index, one.guid, mode, limits);
  report.equal(
    one.id,
    found.map(({ guid, key }) => [guid, key]),
    one.expected,
  );
  report.equal(`${one.id} http`, resultsOf(answers, one.guid, one.normalize ?? undefined), one.http_results);
}

function resultsOf(answers: TaarliteAnswers, guid: string, mode: string | undefined): unknown {
  const body: unknown = JSON.parse(answers.answer(guid, mode).body);
  return (body as { readonly results: unknown }).results;
}
