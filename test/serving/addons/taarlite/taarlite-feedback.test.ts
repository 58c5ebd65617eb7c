import { describe, expect, it } from 'vitest';
import { TaarliteFeedback } from '../../../../src/serving/addons/taarlite/taarlite-feedback.ts';
import type { ServedAnswer } from '../../../../src/serving/feedback/served-answer.ts';
import { liteRuntime } from '../../taarlite-models.ts';

const SET = { setVersion: 's1', members: [{ model: 'coinstall', version: 'v1' }] };
const { taarlite } = liteRuntime({
  coinstall: { x: { a: 5, b: 4, c: 3, d: 2 } },
  ranking: { a: 1 },
});

function recording() {
  const records: ServedAnswer[] = [];
  return { records, feedback: new TaarliteFeedback({ served: (answer) => records.push(answer) }) };
}

describe('TaarliteFeedback', () => {
  it('records items, scores, path and set, and the add-on that they go with', () => {
    const { records, feedback } = recording();
    feedback.served(taarlite.answer('x', 'none'), 'x', SET);
    expect(records).toEqual([
      {
        product: 'addons',
        placement: 'taarlite',
        path: 'item',
        setVersion: 's1',
        models: SET.members,
        seeded: false,
        items: ['a', 'b', 'c', 'd'].map((id, i) => ({
          id,
          score: 5 - i,
          probability: null,
          contributions: [{ source: 'coinstall', score: 5 - i }],
          reasons: [{ kind: 'becauseOf', about: ['x'] }],
        })),
        stages: [],
        sources: [],
        refusals: [],
        guards: [],
      },
    ]);
  });

  it('records what was empty, without the name that nobody knows', () => {
    const { records, feedback } = recording();
    feedback.served(taarlite.answer('nobody'), 'nobody', SET);
    expect(records).toMatchObject([{ path: 'empty:unknown-guid', setVersion: 's1', items: [] }]);
    expect(JSON.stringify(records)).not.toContain('nobody');
  });

  it('records a node without models, too', () => {
    const { records, feedback } = recording();
    feedback.served({ body: '', path: 'empty:no-models', items: [] }, 'x', undefined);
    expect(records).toMatchObject([{ path: 'empty:no-models', setVersion: null, models: [] }]);
  });

  it('records equal answers of a set as one object, and those of another set as another', () => {
    const { records, feedback } = recording();
    for (const set of [SET, SET, { ...SET, setVersion: 's2' }])
      feedback.served(taarlite.answer('x'), 'x', set);
    expect(records[1]).toBe(records[0]);
    expect(records.map(({ setVersion }) => setVersion)).toEqual(['s1', 's1', 's2']);
  });
});
