import { describe, expect, it } from 'vitest';
import { recordedAnswer } from '../../../src/serving/addons/answer-record.ts';
import type { AddonAnswer, AddonQuestion } from '../../../src/serving/addons/recommender.ts';
import type { FlowTrace } from '../../../src/serving/flow/trace.ts';

const CLIENT = 'c'.repeat(64);
const QUESTION: AddonQuestion = {
  requestId: 'request-1',
  placement: 'disco',
  client: CLIENT,
  locale: 'de',
  platform: 'Linux',
  maxResults: 4,
  excluded: ['excluded@example.org'],
  promoted: [],
  asTaar: true,
  seed: undefined,
};
const REACHED = { in: 120, out: 80, ms: 0.0174 };
const NOT_REACHED = { in: 0, out: 0, ms: 0 };
const TRACE: FlowTrace = {
  flow: 'addons',
  requestId: 'request-1',
  at: 1,
  ms: 0.2,
  quality: 1,
  outcome: 'answered',
  ineligible: undefined,
  stages: {
    eligibility: NOT_REACHED,
    sources: REACHED,
    preFilter: NOT_REACHED,
    rank: NOT_REACHED,
    postRank: NOT_REACHED,
    validate: NOT_REACHED,
    finish: NOT_REACHED,
  },
  bySource: { similarity: { fetched: 60, filtered: 2, ranked: 58, served: 1 } },
  refusals: { installed: 2 },
  validationBatches: 1,
  validated: 4,
  guards: [{ component: 'locale', kind: 'timeout', times: 1 }],
  served: [],
};
const ANSWER: AddonAnswer = {
  items: [
    {
      id: 'a@example.org',
      score: 1.5,
      probability: 0.25,
      sources: { similarity: 1, locale: 0.5 },
      reasons: [
        { kind: 'becauseOf', installed: ['b@example.org'] },
        { kind: 'popularIn', locale: 'de' },
      ],
    },
    { id: 'c@example.org', score: 0.5, probability: null, sources: {}, reasons: [{ kind: 'promoted' }] },
  ],
  path: 'personal',
  setVersion: 'set-1',
  trace: TRACE,
};
const MODELS = [{ model: 'similarity', version: 'v1' }];

describe('recordedAnswer', () => {
  it('does not tell which add-ons a client has', () => {
    expect(JSON.stringify(recordedAnswer(QUESTION, ANSWER, MODELS))).not.toContain('b@example.org');
  });

  it('tells which add-on was looked at, where that is the reason', () => {
    const reasons = [{ kind: 'becauseOf', installed: ['b@example.org'] }] as const;
    const items = [{ id: 'a', score: 1, probability: null, sources: {}, reasons }];
    const question = { ...QUESTION, client: undefined, addon: 'b@example.org' };
    const recorded = recordedAnswer(question, { ...ANSWER, items }, MODELS);
    expect(recorded.items[0]?.reasons).toEqual([{ kind: 'becauseOf', about: ['b@example.org'] }]);
    expect(JSON.stringify(recordedAnswer(question, ANSWER, []).items[1])).not.toContain('b@example.org');
  });

  it('tells how an answer came about', () => {
    expect(recordedAnswer(QUESTION, ANSWER, MODELS)).toMatchObject({
      product: 'addons',
      placement: 'disco',
      path: 'personal',
      setVersion: 'set-1',
      models: MODELS,
      seeded: false,
      items: [
        {
          id: 'a@example.org',
          score: 1.5,
          probability: 0.25,
          contributions: [
            { source: 'similarity', score: 1 },
            { source: 'locale', score: 0.5 },
          ],
          reasons: [
            { kind: 'becauseOf', about: [] },
            { kind: 'popularIn', about: ['de'] },
          ],
        },
        { probability: null, contributions: [], reasons: [{ kind: 'promoted', about: [] }] },
      ],
      sources: [{ source: 'similarity', fetched: 60, filtered: 2, ranked: 58, served: 1 }],
      refusals: [{ reason: 'installed', count: 2 }],
      guards: [{ component: 'locale', kind: 'timeout', times: 1 }],
    });
  });

  it('names every stage in the order of the flow, in whole microseconds', () => {
    const { stages } = recordedAnswer(QUESTION, ANSWER, MODELS);
    expect(stages.map(({ stage }) => stage)).toEqual(Object.keys(TRACE.stages));
    expect(stages[1]).toEqual({ stage: 'sources', in: 120, out: 80, microseconds: 17 });
  });

  it('says that a seed was named, and not which', () => {
    const recorded = recordedAnswer({ ...QUESTION, seed: 987_654_321 }, ANSWER, MODELS);
    expect(recorded.seeded).toBe(true);
    expect(JSON.stringify(recorded)).not.toContain('987654321');
  });

  it('takes nothing else out of the question', () => {
    const text = JSON.stringify(recordedAnswer(QUESTION, ANSWER, MODELS));
    for (const told of [CLIENT, 'excluded@example.org', 'Linux', 'request-1'])
      expect(text).not.toContain(told);
  });

  it('makes do without models and without a trace', () => {
    const recorded = recordedAnswer(QUESTION, { ...ANSWER, setVersion: undefined, trace: undefined }, []);
    expect(recorded).toMatchObject({ setVersion: null, models: [], stages: [], sources: [], refusals: [] });
  });
});
