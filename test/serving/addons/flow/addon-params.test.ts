import { describe, expect, it } from 'vitest';
import { addonFlows, type Strategy } from '../../../../src/serving/addons/flow/addon-flows.ts';
import {
  ADDON_PARAMS,
  LEAST_CANDIDATES,
  paramContextOf,
} from '../../../../src/serving/addons/flow/addon-params.ts';
import { FlowRecommender } from '../../../../src/serving/addons/flow/flow-recommender.ts';
import type { AddonQuestion } from '../../../../src/serving/addons/recommender.ts';
import { CountedStats } from '../../../../src/serving/flow/counted-stats.ts';
import type { Params, ParamValue } from '../../../../src/serving/flow/param.ts';
import { ParamRegistry } from '../../../../src/serving/flow/param-registry.ts';
import { addonModels } from '../../addon-models.ts';
import { COMPARABLE_GERMAN, QUESTION } from '../asked.ts';

const ADDONS = Array.from({ length: 40 }, (_, i) => `addon-${i}`);
const CURVE = [
  [0, [1, 0.5]],
  [10, [0.5, 1]],
];
const MODELS = addonModels({
  donors: [
    {
      geo_city: 'B',
      locale: 'de',
      os: 'L',
      active_addons: ['addon-1', 's'],
      subsession_length: 1,
      bookmark_count: 1,
      tab_open_count: 1,
      total_uri: 1,
      unique_tlds: 1,
    },
  ],
  lr_curves: CURVE,
  locale: { de: ADDONS.map((guid, i) => [guid, 40 - i]) },
  ranking: { r: 1 },
  whitelist: ADDONS,
  ensemble: { ensemble_weights: { locale: 2, similarity: 1, collaborative: 1 } },
});
const ASKED: AddonQuestion = { ...QUESTION, placement: 'addons.discovery', maxResults: 4 };

/** @param msACall how far the clock goes at each look */
function recommenderOf(strategy: Strategy = 'ensemble', msACall = 0): FlowRecommender {
  let now = 0;
  const stopwatch = () => {
    now += msACall;
    return now;
  };
  return new FlowRecommender({
    models: { current: () => ({ setVersion: 's', members: [], runtime: MODELS }) },
    readClient: async () => COMPARABLE_GERMAN,
    flows: addonFlows(strategy, { stats: new CountedStats(1_000), stopwatch }),
    clock: () => 0,
  });
}

function paramsOf(set: Readonly<Record<string, ParamValue>>): Params {
  const settings = { rules: [{ when: { placement: 'addons.discovery' }, set }] };
  return new ParamRegistry(ADDON_PARAMS, settings, new CountedStats(100)).resolve(paramContextOf(ASKED));
}

describe('the weights of sources', () => {
  it('multiply those of the models, and are in what each source added', async () => {
    const params = paramsOf({ 'addons.weight.locale': 0.5 });
    const question = { ...ASKED, maxResults: 41 };
    const plain = await recommenderOf().answer(question);
    const weighed = await recommenderOf().answer({ ...question, params });
    const scoresOf = ({ items }: typeof plain) =>
      Object.fromEntries(items.map(({ id, sources }) => [id, sources]));
    const [before, after] = [scoresOf(plain)['addon-1'], scoresOf(weighed)['addon-1']];
    expect(before?.locale).toBe(2 * 39);
    expect(after).toEqual({ ...before, locale: 39 });
    const item = weighed.items.find(({ id }) => id === 'addon-1');
    expect(item?.score).toBeCloseTo((after?.locale ?? 0) + (after?.similarity ?? 0), 9);
  });

  it('of 0 leave a source unasked', async () => {
    const params = paramsOf({ 'addons.weight.locale': 0 });
    const { trace, items } = await recommenderOf().answer({ ...ASKED, params });
    expect(trace?.bySource.locale?.fetched).toBe(0);
    expect(items.map(({ id }) => id).toSorted()).toEqual(['addon-1', 's']);
  });

  it('of 0 give the next source its turn where they are asked in order', async () => {
    const first = await recommenderOf('ordered').answer(ASKED);
    expect(Object.keys(first.items[0]?.sources ?? {})).toEqual(['similarity']);
    const params = paramsOf({ 'addons.weight.similarity': 0 });
    const next = await recommenderOf('ordered').answer({ ...ASKED, params });
    expect(next.items[0]).toMatchObject({ id: 'addon-0', sources: { locale: 40 } });
  });
});

describe('a slow node', () => {
  async function afterSlowAnswers(change: Partial<AddonQuestion>) {
    const recommender = recommenderOf('ensemble', 2);
    for (let i = 0; i < 600; i++) await recommender.answer(ASKED);
    return (await recommender.answer({ ...ASKED, ...change })).trace;
  }

  it('ranks fewer candidates, but never fewer than a share', async () => {
    const trace = await afterSlowAnswers({});
    expect(trace?.quality).toBe(0);
    expect(trace?.bySource.locale?.fetched).toBe(40 * LEAST_CANDIDATES.default);
    const most = await afterSlowAnswers({ params: paramsOf({ 'addons.least_candidates': 1 }) });
    expect(most?.bySource.locale?.fetched).toBe(40);
    const long = await afterSlowAnswers({ maxResults: 20 });
    expect(long?.bySource.locale?.fetched).toBe(20);
  });

  it("ranks all of them for TAAR's own route", async () => {
    const trace = await afterSlowAnswers({ asTaar: true });
    expect(trace?.quality).toBe(1);
    expect(trace?.bySource.locale?.fetched).toBe(40);
  });
});
