import type { Filter, ItemFilter } from './component.ts';
import type { FlowRun } from './flow-run.ts';
import type { EntryList } from './pool.ts';

/** The reason of a candidate that is refused because a check of it failed. */
export const CHECK_FAILED = 'check-failed';

const NONE_KEPT: EntryList = new Int32Array(0);

type AnyFilter<S> = Filter<S> | ItemFilter<S>;

/** One filter after another, each on what those before it left. */
export function runFilters<S>(run: FlowRun<S>, filters: readonly AnyFilter<S>[]): void {
  if (run.stopped) return;
  run.begin('preFilter');
  const into = run.list.length;
  run.filtered = run.fetched?.slice();
  for (const filter of filters) {
    if (run.stopped) break;
    const { list, query } = run;
    run.watch.call(
      filter,
      () => {
        if (filter.when !== undefined && !filter.when(query)) return list;
        return 'refused' in filter ? keptItems(run, filter) : kept(run, filter);
      },
      (left) => {
        run.list = left ?? asPolicySays(run, filter);
      },
    );
  }
  if (run.stopped) run.filtered = undefined;
  run.end(into);
}

function keptItems<S>(run: FlowRun<S>, filter: ItemFilter<S>): EntryList {
  const { list, pool } = run;
  const marks = filter.refused(run.query);
  if (marks.items.size === 0) return list;
  const { item } = pool;
  const left = pool.newList(list.length);
  let count = 0;
  for (let i = 0; i < list.length; i++) {
    const entry = list[i] ?? 0;
    if (marks.has(item[entry] ?? 0)) run.dropFiltered(entry);
    else left[count++] = entry;
  }
  if (count < list.length) run.refuse('preFilter', filter.reason, list.length - count);
  return left.subarray(0, count);
}

/** Each failing check is that candidate's alone. */
function kept<S>(run: FlowRun<S>, filter: Filter<S>): EntryList {
  const { list, pool, query } = run;
  const left = pool.newList(list.length);
  let count = 0;
  for (let i = 0; i < list.length; i++) {
    const entry = list[i] ?? 0;
    let reason: string | undefined;
    try {
      reason = filter.check(query, pool, entry);
    } catch (error) {
      run.fire(filter, 'error', error);
      if (run.stopped) return NONE_KEPT;
      if (filter.onFailure === 'dropItem') reason = CHECK_FAILED;
    }
    if (reason === undefined) {
      left[count++] = entry;
    } else {
      run.refuse('preFilter', reason);
      run.dropFiltered(entry);
    }
  }
  return left.subarray(0, count);
}

/** Nobody knows what the filter would have refused: its policy holds for every candidate. */
function asPolicySays<S>(run: FlowRun<S>, filter: AnyFilter<S>): EntryList {
  const { list } = run;
  if (filter.onFailure !== 'dropItem') return list;
  if (list.length > 0) run.refuse('preFilter', CHECK_FAILED, list.length);
  for (let i = 0; i < list.length; i++) run.dropFiltered(list[i] ?? 0);
  return NONE_KEPT;
}
