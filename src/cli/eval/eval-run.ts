import { availableParallelism } from 'node:os';
import { rankingModelNamed } from '../../trainers/evaluation/models/all.ts';
import { evaluate } from '../../trainers/evaluation/protocol.ts';
import { readSplit } from '../../trainers/evaluation/split.ts';
import { alsCrew } from '../../trainers/numerics/als-fit.ts';
import type { CommandIo } from '../command-io.ts';
import { type EvalReport, evalReport, parametersText } from './eval-report.ts';
import { listLines, openListFile } from './list-file.ts';

/** More threads wait for each other longer than they work. */
const MAX_THREADS = 4;

/** What is evaluated. */
export interface EvalPlan {
  readonly split: string;
  readonly model: string;
  /** Where the lists go. */
  readonly out?: string;
  readonly seed: number;
}

/**
 * Evaluates a model on a split, with progress on standard error.
 *
 * @throws TaarError `eval-model-unknown`, `split-unreadable`, `split-damaged`, `lists-unwritable`
 */
export async function runEvaluation(plan: EvalPlan, io: Pick<CommandIo, 'stderr'>): Promise<EvalReport> {
  const [began, usedBefore] = [performance.now(), cpuSeconds()];
  await using held = new AsyncDisposableStack();
  const crew = alsCrew(Math.min(MAX_THREADS, availableParallelism()));
  held.defer(() => crew.stop());
  const model = rankingModelNamed(plan.model, crew);
  const split = await readSplit(plan.split);
  await using file = plan.out === undefined ? undefined : await openListFile(plan.out);
  const evaluation = evaluate(model, split, {
    seed: plan.seed,
    cpuSeconds,
    tried: (name, parameters, ndcg) => {
      io.stderr.write(`${name}: ${parametersText(parameters)}: NDCG@20 on valid ${ndcg.toFixed(4)}\n`);
    },
  });
  await file?.writeFile(listLines(evaluation));
  return evalReport(evaluation, {
    split: plan.split,
    seed: plan.seed,
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: cpuSeconds() - usedBefore,
  });
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
