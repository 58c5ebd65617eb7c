import type { Interactions } from '../numerics/interactions.ts';
import { judge } from './judgement.ts';
import { rankAll } from './ranked-lists.ts';
import type { Choice, ChoosingContext, Parameters, RankingModel } from './ranking-model.ts';
import type { RankingTask } from './ranking-task.ts';
import type { Scorer } from './scorer.ts';

/** A kind of model whose parameters are found by trying. */
export interface GridModel<P extends Parameters> {
  readonly name: string;
  /** Tried first. Of equal candidates the one tried first is chosen. */
  readonly grid: readonly P[];
  /** What to try next about the best so far; once for each. What was tried already is left out. */
  readonly refinements?: readonly ((best: P) => readonly P[])[];
  /** Trains models on the same interactions. */
  over(interactions: Interactions, seed: number): (parameters: P) => Scorer;
}

interface Best<P> {
  readonly parameters: P;
  readonly ndcg: number;
}

/** Makes a model of its grid. */
export function searchedModel<P extends Parameters>(model: GridModel<P>): RankingModel {
  return { name: model.name, choose: (task, context) => choose(model, task, context) };
}

function choose<P extends Parameters>(
  model: GridModel<P>,
  task: RankingTask,
  context: ChoosingContext,
): Choice {
  const train = model.over(task.interactions, context.seed);
  const tried = new Set<string>();
  let best: Best<P> | undefined;
  const tryAll = (candidates: readonly P[]): void => {
    for (const parameters of candidates) {
      const key = JSON.stringify(parameters);
      if (tried.has(key)) continue;
      tried.add(key);
      const ndcg = judge(task, rankAll(task, train(parameters))).ndcg.mean;
      context.tried(model.name, parameters, ndcg);
      if (best === undefined || ndcg > best.ndcg) best = { parameters, ndcg };
    }
  };
  tryAll(model.grid);
  for (const refine of model.refinements ?? []) if (best !== undefined) tryAll(refine(best.parameters));
  if (best === undefined) throw new RangeError(`${model.name} has no candidates`);
  const { parameters, ndcg } = best;
  return {
    name: model.name,
    parameters,
    ndcg,
    candidates: tried.size,
    train: (interactions) => model.over(interactions, context.seed)(parameters),
  };
}
