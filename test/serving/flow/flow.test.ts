import { describe, expect, it } from 'vitest';
import type { Source, Step } from '../../../src/serving/flow/component.ts';
import { firstThatCan } from '../../../src/serving/flow/first-that-can.ts';
import { ELIGIBILITY_FAILED, Flow } from '../../../src/serving/flow/flow.ts';
import type { FlowSpec } from '../../../src/serving/flow/flow-spec.ts';
import type { Question } from '../../../src/serving/flow/query.ts';
import type { Timers } from '../../../src/serving/flow/timers.ts';
import { questionOf, specOf, stats } from './question.ts';

/** Time that passes only when a test says so. */
class Time implements Timers {
  now = 0;
  made = 0;
  readonly #open = new Map<number, { at: number; run: () => void }>();

  after(ms: number, run: () => void): () => void {
    const timer = this.made++;
    this.#open.set(timer, { at: this.now + ms, run });
    return () => this.#open.delete(timer);
  }

  pass(ms: number): void {
    this.now += ms;
    for (const [timer, { at, run }] of [...this.#open]) {
      if (at > this.now) continue;
      this.#open.delete(timer);
      run();
    }
  }

  get open(): number {
    return this.#open.size;
  }
}

function setUp(parts: Partial<FlowSpec<undefined>>) {
  const time = new Time();
  const counted = stats();
  const flow = new Flow(specOf(parts), { stats: counted, stopwatch: () => time.now, timers: time });
  return { time, flow, count: (name: string) => counted.counts.get(`f/${name}`) ?? 0 };
}

function source(
  name: string,
  items: readonly number[],
  rest: Partial<Source<undefined>> = {},
): Source<undefined> {
  const list = { items, scores: items.map((_, i) => 1 - i / 10), count: items.length };
  return { name, onFailure: 'empty', fetch: () => list, ...rest };
}

const throws = () => {
  throw new Error('broken');
};
const never = () => new Promise<never>(() => {});

async function idsOf(flow: Flow<undefined>, question: Partial<Question<undefined>> = {}): Promise<string[]> {
  return (await flow.run(questionOf(question))).items.map(({ id }) => id);
}

describe('a flow whose components answer at once', () => {
  it('answers without a promise and without a timer', () => {
    const { flow, time } = setUp({ sources: [source('a', [1, 2], { budgetMs: 50 })] });
    expect(flow.run(questionOf())).not.toBeInstanceOf(Promise);
    expect(time.made).toBe(0);
  });

  it('says what each stage and source did', async () => {
    const { flow } = setUp({
      sources: [source('a', [1, 2]), source('b', [2, 3, 4])],
      preFilters: [
        {
          name: 'odd',
          onFailure: 'dropItem',
          check: (_query, pool, entry) => ((pool.item[entry] ?? 0) % 2 === 1 ? 'odd' : undefined),
        },
      ],
      finish: [],
    });
    const { trace, items } = await flow.run(questionOf({ maxResults: 2 }));
    expect(items.map(({ id }) => id)).toEqual(['2', '2']);
    expect(trace).toMatchObject({
      flow: 'f',
      requestId: 'r1',
      at: 1_000,
      outcome: 'answered',
      refusals: { odd: 2 },
      bySource: {
        a: { fetched: 2, filtered: 1, ranked: 1, served: 1 },
        b: { fetched: 3, filtered: 2, ranked: 2, served: 1 },
      },
      stages: { sources: { in: 0, out: 5 }, preFilter: { in: 5, out: 3 }, validate: { in: 3, out: 2 } },
    });
  });

  it('counts a source that was late, and uses what it gave', async () => {
    const { flow, time, count } = setUp({
      sources: [
        source('slow', [1], {
          budgetMs: 10,
          fetch: () => {
            time.pass(11);
            return { items: [1], scores: [1], count: 1 };
          },
        }),
      ],
    });
    expect(await idsOf(flow)).toEqual(['1']);
    expect(count('guard/slow/timeout')).toBe(1);
  });
});

describe('a source that fails', () => {
  it.each([
    ['throws', throws],
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['gives a count that its list has not', () => ({ items: [1], scores: [1], count: 2 })],
  ])('leaves the answer to the others when it %s', async (_how, fetch) => {
    const { flow, count } = setUp({ sources: [source('bad', [], { fetch }), source('good', [7])] });
    expect(await idsOf(flow)).toEqual(['7']);
    expect(count('guard/bad/error')).toBe(1);
  });

  it('is left behind when its budget is over, and its timer is gone when it is in time', async () => {
    const { flow, time, count } = setUp({
      sources: [
        source('slow', [], { budgetMs: 90, fetch: never }),
        source('quick', [7], { budgetMs: 90, fetch: async () => ({ items: [7], scores: [1], count: 1 }) }),
      ],
    });
    const ids = idsOf(flow);
    await new Promise(setImmediate);
    expect(time.open).toBe(1);
    time.pass(90);
    expect(await ids).toEqual(['7']);
    expect(count('guard/slow/timeout')).toBe(1);
    expect(time.open).toBe(0);
  });

  it('fails the answer only where its policy says so, with a complete trace', async () => {
    const { flow } = setUp({ sources: [source('must', [], { onFailure: 'failFlow', fetch: throws })] });
    const { items, failure, trace } = await flow.run(questionOf());
    expect(items).toEqual([]);
    expect(failure).toMatchObject({ stage: 'sources', component: 'must' });
    expect(trace.outcome).toBe('failed');
    expect(trace.stages.sources.error).toBe('must');
    expect(Object.keys(trace.stages)).toHaveLength(7);
  });

  it('is not called at weight 0 or behind a closed gate', async () => {
    const { flow } = setUp({
      sources: [
        source('weightless', [1], { weight: { key: 'w', default: 0 }, fetch: throws }),
        source('closed', [2], { when: () => false, fetch: throws }),
        source('open', [3]),
      ],
    });
    const { trace } = await flow.run(questionOf());
    expect(trace.guards).toEqual([]);
    expect(trace.served.map(({ id }) => id)).toEqual(['3']);
  });
});

describe('ordered sources', () => {
  it('ask the next only when those before gave nothing', async () => {
    const asked: string[] = [];
    const noting = (name: string, items: readonly number[], later: boolean) =>
      source(name, items, {
        fetch: () => {
          asked.push(name);
          const list = { items, scores: [], count: items.length };
          return later ? Promise.resolve(list) : list;
        },
      });
    const { flow } = setUp({
      sources: [
        firstThatCan(
          source('broken', [], { fetch: throws }),
          noting('empty', [], true),
          noting('able', [5], true),
          noting('spare', [6], false),
        ),
      ],
    });
    const { items } = await flow.run(questionOf());
    expect(asked).toEqual(['empty', 'able']);
    expect(items.map(({ id, primarySource }) => [id, primarySource])).toEqual([['5', 'able']]);
  });
});

describe('a filter that fails', () => {
  const check = (_query: unknown, pool: { item: Int32Array }, entry: number) => {
    if (pool.item[entry] === 1) throw new Error('broken');
    return undefined;
  };
  const sources = [source('a', [1, 2])];

  it.each([
    ['dropItem', ['2']],
    ['keepItem', ['1', '2']],
    ['failFlow', []],
  ] as const)('follows %s', async (onFailure, ids) => {
    const { flow, count } = setUp({ sources, preFilters: [{ name: 'f1', onFailure, check }] });
    expect(await idsOf(flow)).toEqual(ids);
    expect(count('guard/f1/error')).toBe(1);
  });

  it('refuses all when nobody can tell whether it applies', async () => {
    const { flow } = setUp({
      sources,
      preFilters: [{ name: 'f1', onFailure: 'dropItem', when: throws, check: () => undefined }],
    });
    expect(await idsOf(flow)).toEqual([]);
  });
});

describe('a step that fails', () => {
  const reverse: Step<undefined>['apply'] = (_query, _pool, list) => list.slice().reverse();

  it('leaves the order as it was when it is late', async () => {
    const { flow, time, count } = setUp({
      sources: [source('a', [1, 2])],
      rank: [
        { name: 'reverse', onFailure: 'passThrough', apply: reverse },
        { name: 'ranker', onFailure: 'passThrough', budgetMs: 20, apply: never },
      ],
    });
    const ids = idsOf(flow);
    await new Promise(setImmediate);
    time.pass(20);
    expect(await ids).toEqual(['2', '1']);
    expect(count('guard/ranker/timeout')).toBe(1);
  });

  it('gives nothing where its policy is empty', async () => {
    const { flow } = setUp({
      sources: [source('a', [1])],
      rank: [{ name: 'ranker', onFailure: 'empty', apply: throws }],
    });
    expect((await flow.run(questionOf())).trace.outcome).toBe('answered');
    expect(await idsOf(flow)).toEqual([]);
  });
});

describe('validation', () => {
  const forty = source(
    'a',
    Array.from({ length: 40 }, (_, i) => i + 1),
  );

  it('gives a short answer where there is no more', async () => {
    const { flow } = setUp({ sources: [forty] });
    const { items, trace } = await flow.run(questionOf({ maxResults: 100 }));
    expect(items).toHaveLength(40);
    expect(trace.validationBatches).toBe(4);
  });

  it('unites the reasons of validators that run together', async () => {
    const { flow } = setUp({
      sources: [source('a', [1])],
      validators: [
        { name: 'v1', onFailure: 'dropItem', check: async () => [['x', 'y']] },
        { name: 'v2', onFailure: 'dropItem', check: () => [['y', 'z']] },
      ],
    });
    expect((await flow.run(questionOf())).trace.refusals).toEqual({ x: 1, y: 1, z: 1 });
  });

  it.each([
    ['dropItem', 0],
    ['keepItem', 3],
  ] as const)('follows %s where a validator is broken or judges too few', async (onFailure, served) => {
    for (const check of [throws, () => [], () => Promise.reject(new Error('broken'))]) {
      const { flow } = setUp({ sources: [forty], validators: [{ name: 'v', onFailure, check }] });
      expect(await idsOf(flow)).toHaveLength(served);
    }
  });
});

describe('a caller that stops waiting', () => {
  it('gets an empty answer at once, and nothing more is started', async () => {
    const aborter = new AbortController();
    let ranked = false;
    const { flow } = setUp({
      sources: [source('a', [], { fetch: never })],
      rank: [
        {
          name: 'ranker',
          onFailure: 'passThrough',
          apply: (_query, _pool, list) => {
            ranked = true;
            return list;
          },
        },
      ],
    });
    const result = flow.run(questionOf({ signal: aborter.signal }));
    aborter.abort();
    const { items, trace } = await result;
    expect([items, trace.outcome, trace.guards, ranked]).toEqual([[], 'aborted', [], false]);
  });
});

describe('eligibility', () => {
  const effects: string[] = [];
  const sideEffects = [{ name: 'effect', run: () => void effects.push('ran') }];

  it('refuses without asking a source and without side effects', async () => {
    const { flow } = setUp({
      eligible: { name: 'eligible', onFailure: 'failFlow', check: () => 'unknown' },
      sources: [source('a', [1], { fetch: throws })],
      sideEffects,
    });
    const { items, trace } = await flow.run(questionOf());
    expect([items, trace.outcome, trace.ineligible, trace.guards]).toEqual([[], 'ineligible', 'unknown', []]);
    expect(effects).toEqual([]);
  });

  it('refuses where it fails and may not fail the flow', async () => {
    const { flow } = setUp({ eligible: { name: 'eligible', onFailure: 'empty', check: throws } });
    expect((await flow.run(questionOf())).trace.ineligible).toBe(ELIGIBILITY_FAILED);
  });
});

describe('side effects', () => {
  it('are neither awaited nor fatal, and their failures are counted', async () => {
    const { flow, count } = setUp({
      sources: [source('a', [1])],
      sideEffects: [
        { name: 'throwing', run: throws },
        { name: 'rejecting', run: () => Promise.reject(new Error('broken')) },
        { name: 'endless', run: never },
      ],
    });
    expect(await idsOf(flow)).toEqual(['1']);
    await new Promise(setImmediate);
    expect([count('guard/throwing/error'), count('guard/rejecting/error')]).toEqual([1, 1]);
  });
});

describe('what is served', () => {
  it('keeps scores, reasons and places, and a broken explanation costs only the reason', async () => {
    const { flow, count } = setUp({
      sources: [
        source('a', [1, 2], { explain: () => ({ kind: 'popular' }) }),
        source('b', [3], { explain: throws }),
      ],
      rank: [{ name: 'reverse', onFailure: 'passThrough', apply: (_q, _p, list) => list.slice().reverse() }],
    });
    const { items } = await flow.run(questionOf());
    expect(items[2]).toEqual({
      id: '1',
      item: 1,
      score: 1,
      probability: null,
      primarySource: 'a',
      sources: { a: { score: 1, rank: 0 } },
      reasons: [{ kind: 'popular' }],
      trail: { reverse: 2 },
    });
    expect(items[0]).toMatchObject({ id: '3', reasons: [] });
    expect(count('guard/b/error')).toBe(1);
  });
});

describe('a flow as data', () => {
  it('is refused when two components have one name', () => {
    expect(() => setUp({ sources: [source('a', []), source('a', [])] })).toThrow('two components named a');
  });
});
