import { describe, expect, it } from 'vitest';
import { addonFlows, type Strategy } from '../../../../src/serving/addons/flow/addon-flows.ts';
import { NOBODY } from '../../../../src/serving/addons/flow/asker.ts';
import { FlowRecommender, type KnownClient } from '../../../../src/serving/addons/flow/flow-recommender.ts';
import type { AddonAnswer, AddonQuestion } from '../../../../src/serving/addons/recommender.ts';
import { CountedStats } from '../../../../src/serving/flow/counted-stats.ts';
import { type AddonArtifacts, addonModels } from '../../addon-models.ts';
import { COMPARABLE_GERMAN, QUESTION } from '../asked.ts';

const LISTS = {
  locale: {
    de: [
      ['a', 1],
      ['c', 3],
      ['b', 3],
    ],
  },
  ranking: { a: 9, x: 20, y: 5 },
  whitelist: ['t1', 't2', 't3'],
};
const WEIGHED = { ...LISTS, ensemble: { ensemble_weights: { locale: 2, similarity: 1, collaborative: 1 } } };
/** A client whose distance to the only point of the curve cannot be used. */
const BROKEN_SIMILARITY = {
  donors: [{ ...numbers(1), geo_city: 'B', locale: 'de', os: 'L', active_addons: ['z'] }],
  lr_curves: [[0, [1, 0]]],
};

function numbers(value: number) {
  return {
    subsession_length: value,
    bookmark_count: value,
    tab_open_count: value,
    total_uri: value,
    unique_tlds: value,
  };
}

interface Given {
  readonly artifacts?: AddonArtifacts;
  readonly client?: KnownClient;
  readonly strategy?: Strategy;
  readonly question?: Partial<AddonQuestion>;
}

function answerTo({
  artifacts = WEIGHED,
  client = COMPARABLE_GERMAN,
  strategy = 'ensemble',
  question = {},
}: Given): Promise<AddonAnswer> {
  const runtime = addonModels(artifacts);
  const recommender = new FlowRecommender({
    models: { current: () => ({ setVersion: 's', members: [], runtime }) },
    readClient: async () => client,
    flows: addonFlows(strategy, { stats: new CountedStats(100), stopwatch: () => performance.now() }),
    clock: () => 0,
  });
  return recommender.answer({ ...QUESTION, ...question });
}

function idsOf({ items }: AddonAnswer): readonly string[] {
  return items.map(({ id }) => id);
}

describe('the add-on flow', () => {
  it('tells of each add-on what each source added, why, and how likely the draw was', async () => {
    const answer = await answerTo({});
    expect(answer.path).toBe('personal');
    expect(answer.items.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))).toMatchObject([
      { id: 'b', score: 6, sources: { locale: 6 }, reasons: [{ kind: 'popularIn', locale: 'de' }] },
      { id: 'c', score: 6 },
      { id: 'a', score: 2 },
    ]);
    for (const { probability } of answer.items) expect(probability).toBeGreaterThan(0);
  });

  it('gives neither what is installed nor what is excluded, and says so in the trace', async () => {
    const client: KnownClient = { kind: 'known', features: { ...NOBODY, locale: 'de', installed: ['b'] } };
    const answer = await answerTo({ client, question: { excluded: ['c'] } });
    expect(idsOf(answer)).toEqual(['a']);
    expect(answer.trace?.refusals).toEqual({ 'already-installed': 1, excluded: 1 });
  });

  it('goes on without a recommender that fails, and names it', async () => {
    const answer = await answerTo({ artifacts: { ...WEIGHED, ...BROKEN_SIMILARITY } });
    expect(idsOf(answer).toSorted()).toEqual(['a', 'b', 'c']);
    expect(answer.trace?.guards).toEqual([{ component: 'similarity', kind: 'error', times: 1 }]);
  });

  it('has nothing personal without the weights, or without that of a source that gave something', async () => {
    const some = { ...LISTS, ensemble: { ensemble_weights: { similarity: 1 } } };
    for (const artifacts of [LISTS, some]) {
      expect(await answerTo({ artifacts })).toMatchObject({ path: 'fallback:nothing-left' });
      const legacy = await answerTo({ artifacts, question: { asTaar: true } });
      expect(legacy).toMatchObject({ items: [], path: 'empty:nothing-left' });
    }
  });

  it('does not blame the profile where no model could have used it', async () => {
    expect(await answerTo({ artifacts: { ranking: LISTS.ranking } })).toMatchObject({
      path: 'fallback:no-models',
    });
  });

  it('keeps to the first recommender that can, in its order, when it is told to', async () => {
    const answer = await answerTo({ strategy: 'ordered' });
    // Nothing was weighed: the part of the only source is the score.
    expect(answer.items[0]).toMatchObject({ score: 3, sources: { locale: 3 } });
    expect(idsOf(answer)).toEqual(['c', 'b', 'a']);
    const broken = { ...WEIGHED, ...BROKEN_SIMILARITY };
    expect(await answerTo({ strategy: 'ordered', artifacts: broken })).toMatchObject({
      path: 'fallback:profile-unusable',
    });
  });

  it('falls back to the list of the locale, else to what is installed most', async () => {
    const client: KnownClient = { kind: 'no-client' };
    const german = await answerTo({ client, question: { locale: 'de' } });
    expect(german).toMatchObject({ path: 'fallback:no-client' });
    expect(idsOf(german)).toEqual(['c', 'b', 'a']);
    const other = await answerTo({ client, question: { locale: 'xx' } });
    expect(idsOf(other)).toEqual(['x', 'a', 'y']);
    expect(other.items[0]?.reasons).toEqual([{ kind: 'popular' }]);
    const late: KnownClient = { kind: 'failed', why: 'profile-late' };
    expect(await answerTo({ client: late })).toMatchObject({ path: 'fallback:profile-late' });
  });

  it('falls back to as much as is wanted, however short the allow-list is', async () => {
    const artifacts = { ...WEIGHED, whitelist: ['t1'] };
    const client: KnownClient = { kind: 'no-client' };
    const german = await answerTo({ artifacts, client, question: { locale: 'de' } });
    expect(idsOf(german)).toEqual(['c', 'b', 'a']);
    const other = await answerTo({ artifacts, client, question: { locale: 'xx' } });
    expect(idsOf(other)).toEqual(['x', 'a', 'y']);
  });

  it('puts promoted add-ons among the others by weight, and cuts', async () => {
    const promoted = [
      { guid: 'p', weight: 5 },
      { guid: 'low', weight: -1 },
    ];
    const answer = await answerTo({ question: { promoted, maxResults: 3 } });
    expect(idsOf(answer).slice(2)).toEqual(['p']);
    expect(answer.items[2]?.reasons).toEqual([{ kind: 'promoted' }]);
  });

  it('answers testers from the allow-list, before it asks for a profile', async () => {
    const client: KnownClient = { kind: 'failed', why: 'profile-unreadable' };
    const answer = await answerTo({ client, question: { client: '0000-0000' } });
    expect(answer.path).toBe('test');
    expect(idsOf(answer).toSorted()).toEqual(['t1', 't2', 't3']);
    for (const { reasons } of answer.items) expect(reasons).toEqual([{ kind: 'test' }]);
  });

  it('gives the same answer for the same seed', async () => {
    const question = { seed: 7, client: '00', maxResults: 2 };
    const [one, two] = [await answerTo({ question }), await answerTo({ question })];
    expect(idsOf(one)).toEqual(idsOf(two));
  });
});
