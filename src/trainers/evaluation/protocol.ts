import { type Judgement, judge } from './judgement.ts';
import { type PairedInterval, pairedInterval } from './paired-interval.ts';
import { type RankedLists, rankAll } from './ranked-lists.ts';
import type { Choice, EvaluationContext, RankingModel } from './ranking-model.ts';
import { type RankingTask, rankingTask } from './ranking-task.ts';
import type { Split } from './split.ts';

/** What came out of evaluating a model on a split. */
export interface Evaluation {
  readonly choice: Choice;
  /** The test: users and their lists. */
  readonly task: RankingTask;
  readonly lists: RankedLists;
  readonly judgement: Judgement;
  /** The models that it is made of, on the same test. */
  readonly parts: readonly JudgedPart[];
  readonly cpuSeconds: StepCosts;
}

/** CPU seconds of each step. */
export interface StepCosts {
  readonly choosing: number;
  /** The final model, on `train` and `valid`. */
  readonly training: number;
  /** The lists of all users of the test. */
  readonly ranking: number;
}

/** A single model beside the one that it is a part of. */
export interface JudgedPart {
  readonly name: string;
  readonly judgement: Judgement;
  /** NDCG@20 of the whole less that of this part. */
  readonly difference: PairedInterval;
}

/**
 * Chooses parameters on `valid` with models trained on `train`, trains on both, and judges on `test`: full ranking of
 * the catalogue for every user who has something there.
 */
export function evaluate(model: RankingModel, split: Split, context: EvaluationContext): Evaluation {
  const began = context.cpuSeconds();
  const choice = model.choose(rankingTask([split.train], split.valid), context);
  const chosen = context.cpuSeconds();
  const task = testTask(split);
  const scorer = choice.train(task.interactions);
  const trained = context.cpuSeconds();
  const lists = rankAll(task, scorer);
  const costs = {
    choosing: chosen - began,
    training: trained - chosen,
    ranking: context.cpuSeconds() - trained,
  };
  const judgement = judge(task, lists);
  const parts = (scorer.parts ?? []).map(({ name, scorer: part }) => {
    const alone = judge(task, rankAll(task, part));
    return {
      name,
      judgement: alone,
      difference: pairedInterval(judgement.ndcgOf, alone.ndcgOf, context.seed),
    };
  });
  return { choice, task, lists, judgement, parts, cpuSeconds: costs };
}

/** What models are trained on at last, and judged by. */
export function testTask({ train, valid, test }: Split): RankingTask {
  return rankingTask([train, valid], test);
}
