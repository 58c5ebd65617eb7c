import type { OrderedSources, Source, SourceList } from './component.ts';
import type { Work } from './drive.ts';
import type { FlowRun } from './flow-run.ts';

const EMPTY: SourceList = { items: [], scores: [], count: 0 };

/** Asks all sources together and puts what they gave into the pool, in the order of the flow. */
export function* runSources<S>(run: FlowRun<S>, groups: readonly (Source<S> | OrderedSources<S>)[]): Work {
  run.begin('sources');
  const gathered = new Gathered(run);
  const waits: Promise<void>[] = [];
  let index = 0;
  for (const group of groups) {
    const at = index;
    const wait =
      'ordered' in group
        ? firstOf(run, group.ordered, at, gathered)
        : ask(run, group, (list) => gathered.add(at, list));
    if (wait !== undefined) {
      waits.push(wait);
      gathered.wait();
    }
    index += 'ordered' in group ? group.ordered.length : 1;
  }
  if (waits.length > 0) yield Promise.all(waits);
  gathered.close();
  if (!run.stopped) {
    run.list = run.pool.all();
    run.fetched = gathered.counts;
  }
  run.end(0);
}

/**
 * What the sources of a run gave, by their index. Lists are copied at once: they are their sources' own memory, used
 * again for the next request.
 */
class Gathered<S> {
  readonly counts: Int32Array;
  readonly #run: FlowRun<S>;
  /** Lists that come while a source before them may still give something. */
  #later: Map<number, SourceList> | undefined;
  #closed = false;

  constructor(run: FlowRun<S>) {
    this.#run = run;
    this.counts = new Int32Array(run.sources.length);
  }

  /** From now on lists may come in any order. */
  wait(): void {
    this.#later ??= new Map();
  }

  /** What comes after `close` is not used. */
  add(source: number, list: SourceList): void {
    if (this.#closed) return;
    this.counts[source] = list.count;
    if (this.#later === undefined) this.#run.pool.add(list, source);
    else this.#later.set(source, copyOf(list));
  }

  has(source: number): boolean {
    return (this.counts[source] ?? 0) > 0;
  }

  close(): void {
    this.#closed = true;
    const later = [...(this.#later ?? [])].sort(([a], [b]) => a - b);
    for (const [source, list] of later) this.#run.pool.add(list, source);
  }
}

function copyOf(list: SourceList): SourceList {
  const { items, scores, count } = list;
  return {
    ...list,
    items: Int32Array.from({ length: count }, (_, i) => items[i] ?? -1),
    scores: Float64Array.from({ length: count }, (_, i) => scores[i] ?? Number.NaN),
  };
}

/** Asks the sources of a group one after another until one gave something. */
function firstOf<S>(
  run: FlowRun<S>,
  members: readonly Source<S>[],
  index: number,
  gathered: Gathered<S>,
): Promise<void> | undefined {
  for (let i = 0; i < members.length; i++) {
    const source = members[i];
    if (source === undefined || run.stopped) return undefined;
    const wait = ask(run, source, (list) => gathered.add(index + i, list));
    if (wait !== undefined) {
      return wait.then(() => {
        if (gathered.has(index + i)) return undefined;
        return firstOf(run, members.slice(i + 1), index + i + 1, gathered);
      });
    }
    if (gathered.has(index + i)) return undefined;
  }
  return undefined;
}

/** Keeps a list that has something in it. */
function ask<S>(
  run: FlowRun<S>,
  source: Source<S>,
  keep: (list: SourceList) => void,
): Promise<void> | undefined {
  return run.watch.call(
    source,
    () => (isOpen(run, source) ? source.fetch(run.query) : EMPTY),
    (list) => {
      if (list === undefined) return;
      const { items, count } = list;
      if (!(Number.isInteger(count) && count >= 0 && count <= items.length)) {
        run.fire(
          source,
          'error',
          new RangeError(`${source.name} gave ${items.length} items, but a count of ${count}`),
        );
      } else if (count > 0) keep(list);
    },
  );
}

function isOpen<S>({ query }: FlowRun<S>, { weight, when }: Source<S>): boolean {
  if (weight !== undefined && query.params.get(weight) <= 0) return false;
  return when === undefined || when(query);
}
