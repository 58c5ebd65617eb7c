import { type Judgement, judge } from './judgement.ts';
import { type RankedLists, rankAll } from './ranked-lists.ts';
import type { Choice, ChoosingContext, RankingModel } from './ranking-model.ts';
import { type RankingTask, rankingTask } from './ranking-task.ts';
import type { Split } from './split.ts';

/** What came out of evaluating a model on a split. */
export interface Evaluation {
  readonly choice: Choice;
  /** The test: users and their lists. */
  readonly task: RankingTask;
  readonly lists: RankedLists;
  readonly judgement: Judgement;
}

/**
 * Chooses parameters on `valid` with models trained on `train`, trains on both, and judges on `test`: full ranking of
 * the catalogue for every user who has something there.
 */
export function evaluate(model: RankingModel, split: Split, context: ChoosingContext): Evaluation {
  const choice = model.choose(rankingTask([split.train], split.valid), context);
  const task = testTask(split);
  const lists = rankAll(task, choice.train(task.interactions));
  return { choice, task, lists, judgement: judge(task, lists) };
}

/** What models are trained on at last, and judged by. */
export function testTask({ train, valid, test }: Split): RankingTask {
  return rankingTask([train, valid], test);
}
