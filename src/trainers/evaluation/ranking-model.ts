import type { Interactions } from '../numerics/interactions.ts';
import type { RankingTask } from './ranking-task.ts';
import type { Scorer } from './scorer.ts';

/** What parameters a model has, to be shown. */
export type Parameters = Readonly<Record<string, number>>;

/** What choosing needs beside the task. */
export interface ChoosingContext {
  readonly seed: number;
  /** Told of every candidate: nothing that is chosen depends on it. */
  readonly tried: (name: string, parameters: Parameters, ndcg: number) => void;
}

/** What evaluating needs. */
export interface EvaluationContext extends ChoosingContext {
  /** CPU seconds used up to now. */
  readonly cpuSeconds: () => number;
}

/** The parameters that did best on what was held out. */
export interface Choice {
  readonly name: string;
  readonly parameters: Parameters;
  /** NDCG@20 on the task that they were chosen by. */
  readonly ndcg: number;
  readonly candidates: number;
  /** Trains with these parameters. */
  train(interactions: Interactions): Scorer;
}

/** A kind of model that evaluation can try. */
export interface RankingModel {
  readonly name: string;
  /** Chooses parameters by NDCG@20 on the task, with models trained on its interactions. */
  choose(task: RankingTask, context: ChoosingContext): Choice;
}
