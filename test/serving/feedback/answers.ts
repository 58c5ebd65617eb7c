import type { ServedAnswer } from '../../../src/serving/feedback/served-answer.ts';

/** An answer of so many items, as a recommender with three sources gives it. */
export function answerOf(items = 2): ServedAnswer {
  return {
    product: 'addons',
    placement: 'disco',
    path: 'personal',
    setVersion: '20261122T230000Z-1',
    models: [
      { model: 'similarity', version: '20261122T225900Z-1' },
      { model: 'ensemble', version: '20261122T225930Z-1' },
    ],
    seeded: false,
    items: Array.from({ length: items }, (_, index) => ({
      id: `{c0ffee00-0000-4000-8000-${String(index).padStart(12, '0')}}`,
      score: 3.5 / (index + 1),
      probability: 1 / (index + 2),
      contributions: [
        { source: 'collaborative', score: 1.25 },
        { source: 'similarity', score: 2 },
        { source: 'locale', score: 0.25 },
      ],
      reasons: [{ kind: 'becauseOf', about: [] }],
    })),
    stages: ['eligibility', 'sources', 'preFilter', 'rank', 'postRank', 'validate', 'finish'].map(
      (stage) => ({
        stage,
        in: 120,
        out: 80,
        microseconds: 17,
      }),
    ),
    sources: ['collaborative', 'similarity', 'locale'].map((source) => ({
      source,
      fetched: 40,
      filtered: 3,
      ranked: 37,
      served: 4,
    })),
    refusals: [
      { reason: 'installed', count: 9 },
      { reason: 'excluded', count: 1 },
    ],
    guards: [{ component: 'locale', kind: 'timeout', times: 1 }],
  };
}
