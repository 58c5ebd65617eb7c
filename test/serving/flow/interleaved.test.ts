import { expect, it } from 'vitest';
import { Kernel } from '../../../src/domain/kernel.ts';
import type { Source, Step, Validator } from '../../../src/serving/flow/component.ts';
import { Flow } from '../../../src/serving/flow/flow.ts';
import type { FlowResult } from '../../../src/serving/flow/flow-spec.ts';
import type { UniformSource } from '../../../src/serving/flow/query.ts';
import type { Timers } from '../../../src/serving/flow/timers.ts';
import { RANKING_KERNEL, WeightedSums } from '../../../src/serving/flow/weighted-sums.ts';
import { questionOf, specOf, stats, uniformsFrom } from './question.ts';

const SEEDS = 15;
const REQUESTS = 24;
/** Items of one request; number r has those from r times it on. */
const SPAN = 50;
const INNER = '/inner';
/** More than any promise of a flow is away from what it waits for. */
const MICROTASKS = 30;

/** What waits, done in an order of chance: late answers, and time running out. */
class Waiting implements Timers {
  readonly #uniforms: UniformSource;
  #open: (() => void)[] = [];

  constructor(uniforms: UniformSource) {
    this.#uniforms = uniforms;
  }

  get isEmpty(): boolean {
    return this.#open.length === 0;
  }

  after(_ms: number, run: () => void): () => void {
    this.#open.push(run);
    return () => {
      this.#open = this.#open.filter((other) => other !== run);
    };
  }

  /** Resolves with what `work` gives at a moment of chance, or rejects with what it throws. */
  later<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#open.push(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  doOne(): void {
    const at = Math.floor(this.#uniforms() * this.#open.length);
    const [run] = this.#open.splice(at, 1);
    run?.();
  }
}

/** Lets everything go on that can; without a turn of the event loop, of which there would be thousands. */
async function goOn(): Promise<void> {
  for (let i = 0; i < MICROTASKS; i++) await undefined;
}

function requestOf(requestId: string): number {
  return Number(requestId.replace(INNER, ''));
}

/** Scores tell their source and item, so that one of another request or place is seen. */
function scoreOf(item: number, source: number): number {
  return item * 4 + source + 0.25;
}

/** A flow of all kinds of components, of which some answer later and some fail, by chance, but the same for a request. */
function flowOf(seed: number, waiting: Waiting, sums: WeightedSums): Flow<undefined> {
  const choice = (requestId: string, what: number, of: number): number => {
    const uniforms = uniformsFrom(seed * 1_000 + requestOf(requestId) + what * 7_919);
    return Math.floor(uniforms() * of);
  };
  const memory = { items: new Uint32Array(SPAN), scores: new Float64Array(SPAN) };
  const listOf = (requestId: string, source: number, { items, scores } = memory) => {
    const count = choice(requestId, 10 + source, SPAN);
    for (let i = 0; i < count; i++) {
      items[i] = requestOf(requestId) * SPAN + ((i * 7 + source) % SPAN);
      scores[i] = scoreOf(items[i] ?? 0, source);
    }
    return { items, scores, count };
  };
  const own = () => ({ items: new Uint32Array(SPAN), scores: new Float64Array(SPAN) });
  const broken = (): never => {
    throw new Error('broken');
  };

  const quick: Source<undefined> = {
    name: 'quick',
    onFailure: 'empty',
    fetch: ({ requestId }) => listOf(requestId, 0),
  };
  const slow: Source<undefined> = {
    name: 'slow',
    onFailure: 'empty',
    budgetMs: 5,
    fetch({ requestId }) {
      const how = choice(requestId, 1, 5);
      if (how === 0) return listOf(requestId, 1);
      if (how === 1) return waiting.later(broken);
      return how === 2 ? broken() : waiting.later(() => listOf(requestId, 1, own()));
    },
  };
  const nested: Source<undefined> = {
    name: 'nested',
    onFailure: 'empty',
    fetch({ requestId }) {
      if (requestId.endsWith(INNER) || choice(requestId, 2, 2) === 0) return listOf(requestId, 2);
      const given = flow.run(questionOf({ requestId: `${requestId}${INNER}`, maxResults: 5 }));
      const asList = ({ items }: FlowResult) => ({
        items: items.map(({ item }) => item),
        scores: items.map(({ item }) => scoreOf(item, 2)),
        count: items.length,
      });
      return given instanceof Promise ? given.then(asList) : asList(given);
    },
  };
  const summed: Step<undefined> = {
    name: 'summed',
    onFailure: 'empty',
    apply: (_query, pool, list) => sums.order(pool, list, [1, 1, 1], REQUESTS * SPAN),
  };
  const turned: Step<undefined> = {
    name: 'turned',
    onFailure: 'passThrough',
    apply({ requestId }, pool, list) {
      const how = choice(requestId, 3, 4);
      const halfWay = () => {
        const entry = list[0] ?? 0;
        if (list.length > 0) pool.addReason(entry, { kind: 'becauseOf', ids: [requestId] });
        if (list.length > 0) pool.setProbability(entry, requestOf(requestId));
        return how === 1 ? broken() : list.toReversed();
      };
      return how < 2 ? waiting.later(halfWay) : halfWay();
    },
  };
  const even: Validator<undefined> = {
    name: 'even',
    onFailure: 'dropItem',
    check({ requestId }, pool, batch) {
      const judge = () =>
        Array.from(batch, (entry) => ((pool.item[entry] ?? 0) % 3 === 0 ? ['third'] : undefined));
      return choice(requestId, 4, 2) === 0 ? waiting.later(judge) : judge();
    },
  };
  const flow: Flow<undefined> = new Flow(
    specOf({
      sources: [quick, { ordered: [slow, nested] }],
      preFilters: [
        {
          name: 'fifth',
          onFailure: 'dropItem',
          check: (_query, pool, entry) => ((pool.item[entry] ?? 0) % 5 === 0 ? broken() : undefined),
        },
      ],
      rank: [summed],
      postRank: [turned],
      validators: [even],
    }),
    { stats: stats(), stopwatch: () => 0, timers: waiting },
  );
  return flow;
}

/** Everything that a result holds of its request. */
function expectOwn(result: FlowResult, request: number): void {
  for (const { item, sources, reasons, probability } of result.items) {
    expect(Math.floor(item / SPAN)).toBe(request);
    expect(item % 5 === 0 || item % 3 === 0).toBe(false);
    for (const [name, { score }] of Object.entries(sources)) {
      expect(score).toBe(scoreOf(item, ['quick', 'slow', 'nested'].indexOf(name)));
    }
    for (const reason of reasons) expect(reason).toEqual({ kind: 'becauseOf', ids: [String(request)] });
    if (probability !== null) expect(probability).toBe(request);
  }
  expect(new Set(result.items.map(({ item }) => item)).size).toBe(result.items.length);
}

it('keeps what is of one request from every other one, however they run into each other', async () => {
  const sums = new WeightedSums(new Kernel(RANKING_KERNEL));
  let [served, waited, atOnce] = [0, 0, 0];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const uniforms = uniformsFrom(seed);
    const waiting = new Waiting(uniforms);
    const flow = flowOf(seed, waiting, sums);
    const results: Promise<void>[] = [];
    const take = (result: FlowResult, request: number) => {
      expectOwn(result, request);
      served += result.items.length;
    };
    for (let request = 0; request < REQUESTS || !waiting.isEmpty; ) {
      if (request < REQUESTS && uniforms() < 0.4) {
        const asked = request++;
        const leaving = new AbortController();
        const given = flow.run(
          questionOf({ requestId: String(asked), maxResults: 10, signal: leaving.signal }),
        );
        if (given instanceof Promise) {
          waited += 1;
          results.push(given.then((result) => take(result, asked)));
          if (uniforms() < 0.2) waiting.after(0, () => leaving.abort());
        } else {
          atOnce += 1;
          take(given, asked);
        }
      } else waiting.doOne();
      if (uniforms() < 0.5 || waiting.isEmpty) await goOn();
    }
    await Promise.all(results);
  }
  // Both ways were taken, and often.
  expect(Math.min(waited, atOnce)).toBeGreaterThan(SEEDS);
  expect(served).toBeGreaterThan(SEEDS * REQUESTS);
});
