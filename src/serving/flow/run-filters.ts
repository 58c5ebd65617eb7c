import type { Filter } from './component.ts';
import type { FlowRun } from './flow-run.ts';
import type { EntryList } from './pool.ts';

/** The reason of a candidate that is refused because a check of it failed. */
export const CHECK_FAILED = 'check-failed';

const NONE_KEPT: EntryList = new Int32Array(0);

/** One filter after another, each on what those before it left. */
export function runFilters<S>(run: FlowRun<S>, filters: readonly Filter<S>[]): void {
  if (run.stopped) return;
  run.begin('preFilter');
  const into = run.list.length;
  for (const filter of filters) {
    if (run.stopped) break;
    const { list } = run;
    run.watch.call(
      filter,
      () => (filter.when === undefined || filter.when(run.query) ? kept(run, filter) : list),
      (left) => {
        run.list = left ?? withoutGate(run, filter);
      },
    );
  }
  if (!run.stopped) run.filtered = run.countSources();
  run.end(into);
}

/** Each failing check is that candidate's alone. */
function kept<S>(run: FlowRun<S>, filter: Filter<S>): EntryList {
  const { list, pool, query } = run;
  const left = new Int32Array(list.length);
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
    if (reason === undefined) left[count++] = entry;
    else run.refuse('preFilter', reason);
  }
  return left.subarray(0, count);
}

/** Nobody knows whether the filter was meant to be used: its policy holds for every candidate. */
function withoutGate<S>(run: FlowRun<S>, filter: Filter<S>): EntryList {
  if (filter.onFailure !== 'dropItem') return run.list;
  for (let i = 0; i < run.list.length; i++) run.refuse('preFilter', CHECK_FAILED);
  return NONE_KEPT;
}
