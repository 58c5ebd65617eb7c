import type { OrderedSources, Source, SourceList } from './component.ts';
import type { Work } from './drive.ts';
import type { FlowRun } from './flow-run.ts';
import { CandidatePool } from './pool.ts';

const EMPTY: SourceList = { items: [], scores: [], count: 0 };

/** Asks all sources together and puts what they gave into the pool, in the order of the flow. */
export function* runSources<S>(run: FlowRun<S>, groups: readonly (Source<S> | OrderedSources<S>)[]): Work {
  run.begin('sources');
  const lists: (SourceList | undefined)[] = [];
  const waits: Promise<void>[] = [];
  let index = 0;
  for (const group of groups) {
    const members = 'ordered' in group ? group.ordered : [group];
    const wait = firstOf(run, members, index, lists);
    if (wait !== undefined) waits.push(wait);
    index += members.length;
  }
  if (waits.length > 0) yield Promise.all(waits);
  if (!run.stopped) {
    // What answers after its budget must not find its list used, so the pool has its own copy.
    run.pool = new CandidatePool(Array.from(run.sources, (_source, at) => lists[at]));
    run.list = run.pool.all();
    run.fetched = run.countSources();
  }
  run.end(0);
}

/** Asks the sources of a group one after another until one gave something. */
function firstOf<S>(
  run: FlowRun<S>,
  members: readonly Source<S>[],
  index: number,
  lists: (SourceList | undefined)[],
): Promise<void> | undefined {
  for (let i = 0; i < members.length; i++) {
    const source = members[i];
    if (source === undefined || run.stopped) return undefined;
    const wait = ask(run, source, (list) => {
      lists[index + i] = list;
    });
    if (wait !== undefined) {
      return wait.then(() => {
        if (lists[index + i] !== undefined) return undefined;
        return firstOf(run, members.slice(i + 1), index + i + 1, lists);
      });
    }
    if (lists[index + i] !== undefined) return undefined;
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
