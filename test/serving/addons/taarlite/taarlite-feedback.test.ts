import { describe, expect, it } from 'vitest';
import type { ClientKey } from '../../../../src/domain/client-key.ts';
import { TaarliteFeedback } from '../../../../src/serving/addons/taarlite/taarlite-feedback.ts';
import type { ServedAnswer } from '../../../../src/serving/feedback/served-answer.ts';
import { liteRuntime } from '../../taarlite-models.ts';

const SET = { setVersion: 's1', members: [{ model: 'coinstall', version: 'v1' }] };
const { taarlite } = liteRuntime({
  coinstall: { x: { a: 5, b: 4, c: 3, d: 2 } },
  ranking: { a: 1 },
});

/** What was recorded, all of nobody. */
function recording(share: number, uniforms = () => 0.5) {
  const records: ServedAnswer[] = [];
  const served = (client: ClientKey | undefined, answer: ServedAnswer) => {
    expect(client).toBeUndefined();
    records.push(answer);
    return () => expect.fail('nobody is shown a token');
  };
  return { records, feedback: new TaarliteFeedback({ served }, share, uniforms) };
}

describe('TaarliteFeedback', () => {
  it('records items, scores, path and set, and the add-on that they go with', () => {
    const { records, feedback } = recording(1);
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
    const { records, feedback } = recording(1);
    feedback.served(taarlite.answer('nobody'), 'nobody', SET);
    expect(records).toMatchObject([{ path: 'empty:unknown-guid', setVersion: 's1', items: [] }]);
    expect(JSON.stringify(records)).not.toContain('nobody');
  });

  it('records a node without models, too', () => {
    const { records, feedback } = recording(1);
    feedback.served({ body: '', path: 'empty:no-models', items: [] }, 'x', undefined);
    expect(records).toMatchObject([{ path: 'empty:no-models', setVersion: null, models: [] }]);
  });

  it('records the share that it is told to', () => {
    const draws = [0, 0.24, 0.25, 0.9];
    const { records, feedback } = recording(0.25, () => draws.shift() ?? expect.fail());
    for (let i = 0; i < 4; i++) feedback.served(taarlite.answer('x'), 'x', SET);
    expect(records).toHaveLength(2);
    const none = recording(0, () => 0);
    none.feedback.served(taarlite.answer('x'), 'x', SET);
    expect(none.records).toEqual([]);
  });
});
