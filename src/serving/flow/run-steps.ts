import type { Step } from './component.ts';
import type { Work } from './drive.ts';
import type { FlowRun } from './flow-run.ts';
import type { EntryList } from './pool.ts';
import type { StageName } from './trace.ts';

/** One step after another; one that fails leaves its input as it was, or nothing, as its policy says. */
export function* runSteps<S>(run: FlowRun<S>, stage: StageName, steps: readonly Step<S>[]): Work {
  if (run.stopped) return;
  run.begin(stage);
  const into = run.list.length;
  for (const step of steps) {
    if (run.stopped) break;
    const wait = apply(run, step);
    if (wait !== undefined) yield wait;
    if (stage !== 'finish') run.marks.push({ name: step.name, list: run.list });
  }
  if (stage === 'rank' && !run.stopped) run.ranked = run.countSources();
  run.end(into);
}

function apply<S>(run: FlowRun<S>, step: Step<S>): Promise<void> | undefined {
  const { list, pool, query } = run;
  const failed = () => (step.onFailure === 'empty' ? list.subarray(0, 0) : list);
  return run.watch.call(
    step,
    () => (step.when === undefined || step.when(query) ? step.apply(query, pool, list) : list),
    (next: EntryList | undefined) => {
      run.list = next ?? failed();
    },
  );
}
