import type { Interactions } from '../../numerics/interactions.ts';
import { type Judgement, judge } from '../judgement.ts';
import { pairedInterval } from '../paired-interval.ts';
import type { Choice, ChoosingContext, RankingModel } from '../ranking-model.ts';
import type { RankingTask } from '../ranking-task.ts';
import type { NamedScorer, Scorer } from '../scorer.ts';
import { standardise } from './normalised.ts';
import { addTimes, listsFrom, type Pool, poolsOf } from './pools.ts';

/** Weights are whole numbers of this many parts. */
const PARTS = 10;

/**
 * The members' scores, made comparable and added up with weights that did best on what was held out: all combinations
 * in tenths are tried. Where none beats the best member there beyond chance, that member is taken alone.
 */
export function blendModel(members: readonly RankingModel[]): RankingModel {
  return {
    name: 'blend',
    choose: (task, context) => {
      const choices = members.map((member) => member.choose(task, context));
      const { weights, ndcg, candidates } = chooseWeights(choices, task, context);
      return {
        name: 'blend',
        parameters: Object.fromEntries(choices.map(({ name }, m) => [name, (weights[m] ?? 0) / PARTS])),
        ndcg,
        candidates: choices.reduce((sum, choice) => sum + choice.candidates, candidates),
        train: (interactions) => new Blend(choices, weights, interactions),
      };
    },
  };
}

interface Weighed {
  readonly weights: readonly number[];
  readonly judgement: Judgement;
}

function chooseWeights(choices: readonly Choice[], task: RankingTask, context: ChoosingContext) {
  const pools = poolsOf(
    task,
    choices.map((choice) => choice.train(task.interactions)),
  );
  const judged = (weights: readonly number[]) => weigh(task, pools, weights);
  const single = bestOf(choices.map((_, m) => judged(choices.map((_, other) => (other === m ? PARTS : 0)))));
  const all = combinations(choices.length, PARTS);
  const mixed = bestOf(all.map(judged));
  const { low } = pairedInterval(mixed.judgement.ndcgOf, single.judgement.ndcgOf, context.seed);
  const { weights, judgement } = low > 0 ? mixed : single;
  return { weights, ndcg: judgement.ndcg.mean, candidates: all.length };
}

function weigh(task: RankingTask, pools: readonly Pool[], weights: readonly number[]): Weighed {
  return { weights, judgement: judge(task, listsFrom(pools, weights)) };
}

/** The one with the highest NDCG, of equal ones the first. */
function bestOf(all: readonly Weighed[]): Weighed {
  return all.reduce((best, next) => (next.judgement.ndcg.mean > best.judgement.ndcg.mean ? next : best));
}

/** All ways to give `parts` parts to some members. */
export function combinations(members: number, parts: number): number[][] {
  if (members === 1) return [[parts]];
  return Array.from({ length: parts + 1 }, (_, own) =>
    combinations(members - 1, parts - own).map((others) => [own, ...others]),
  ).flat();
}

class Blend implements Scorer {
  readonly parts: readonly NamedScorer[];
  readonly #weights: readonly number[];
  readonly #scores: Float64Array;

  constructor(choices: readonly Choice[], weights: readonly number[], interactions: Interactions) {
    this.parts = choices.map((choice) => ({ name: choice.name, scorer: choice.train(interactions) }));
    this.#weights = weights;
    this.#scores = new Float64Array(interactions.items);
  }

  score(row: number, own: Uint32Array, into: Float64Array): void {
    into.fill(0);
    for (const [m, { scorer }] of this.parts.entries()) {
      const weight = this.#weights[m] ?? 0;
      if (weight === 0) continue;
      scorer.score(row, own, this.#scores);
      for (const item of own) this.#scores[item] = Number.NEGATIVE_INFINITY;
      standardise(this.#scores);
      // What the user has is no candidate; its score only has to be a number.
      for (const item of own) this.#scores[item] = 0;
      addTimes(into, this.#scores, weight);
    }
  }
}
