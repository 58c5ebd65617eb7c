import { describe, expect, it } from 'vitest';
import { type AddonFlows, addonFlows } from '../../../src/serving/addons/flow/addon-flows.ts';
import { FlowRecommender, type KnownClient } from '../../../src/serving/addons/flow/flow-recommender.ts';
import { RecordedRecommender } from '../../../src/serving/addons/recorded-recommender.ts';
import { CountedStats } from '../../../src/serving/flow/counted-stats.ts';
import { Flow } from '../../../src/serving/flow/flow.ts';
import { addonModels } from '../addon-models.ts';
import { GERMAN, QUESTION } from './asked.ts';

const MODELS = addonModels({
  locale: { de: [['a', 1]] },
  ranking: { x: 1 },
  ensemble: { ensemble_weights: { locale: 1 } },
});

/** A recommender whose records are kept, and the gates that its reads and its first source wait at. */
function recorded(change: (flows: AddonFlows, tools: Tools) => AddonFlows = (flows) => flows) {
  const stats = new CountedStats(100);
  const tools: Tools = { stats, stopwatch: () => performance.now() };
  const reading = Promise.withResolvers<KnownClient>();
  const paths: string[] = [];
  const recommender = new RecordedRecommender(
    new FlowRecommender({
      models: { current: () => ({ setVersion: 's', members: [], runtime: MODELS }) },
      readClient: () => reading.promise,
      flows: change(addonFlows('ensemble', tools), tools),
      clock: () => 0,
    }),
    {
      served: ({ path }) => {
        paths.push(path);
        return () => 'token';
      },
    },
  );
  const waiting = new AbortController();
  const answer = recommender.answer({ ...QUESTION, signal: waiting.signal });
  return { answer, reading, paths, stats, waiting };
}

type Tools = ConstructorParameters<typeof Flow>[1];

describe('RecordedRecommender', () => {
  it('records what somebody waits for', async () => {
    const { answer, reading, paths, stats } = recorded();
    reading.resolve(GERMAN);
    expect(await answer).toMatchObject({ path: 'personal', items: [{ id: 'a' }] });
    expect((await answer).token?.()).toBe('token');
    expect(paths).toEqual(['personal']);
    expect(stats.counts.size).toBeGreaterThan(0);
  });

  it('begins no flow and leaves no record once nobody waits for the profile', async () => {
    const { answer, reading, paths, stats, waiting } = recorded();
    waiting.abort();
    reading.resolve(GERMAN);
    expect(await answer).toEqual({ items: [], path: 'empty:late', setVersion: 's', trace: undefined });
    expect(paths).toEqual([]);
    expect(stats.counts.size).toBe(0);
  });

  it('breaks off a flow whose source is slow, and asks for no fallback', async () => {
    const asked = Promise.withResolvers<void>();
    const { answer, reading, paths, stats, waiting } = recorded((flows, tools) => {
      const { spec } = flows.personal;
      const slow = {
        name: 'slow',
        onFailure: 'empty',
        fetch: () => {
          asked.resolve();
          return new Promise<never>(() => {});
        },
      } as const;
      return { ...flows, personal: new Flow({ ...spec, sources: [slow] }, tools) };
    });
    reading.resolve(GERMAN);
    await asked.promise;
    waiting.abort();
    const { path, items, trace } = await answer;
    expect([path, items, trace?.outcome, trace?.stages.rank.ms]).toEqual(['empty:late', [], 'aborted', 0]);
    expect(paths).toEqual([]);
    expect([...stats.counts.keys()].filter((name) => name.includes('fallback'))).toEqual([]);
  });
});
