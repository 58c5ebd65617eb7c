import { TaarError } from '../../../domain/errors.ts';
import { type AlsSolver, fitAls } from '../../numerics/als-fit.ts';
import { LONG_LIST_GRID } from '../../numerics/als-grid.ts';
import { PER_ROOT } from '../../numerics/als-options.ts';
import type { KernelCrew } from '../../numerics/kernel-crew.ts';
import type { RankingModel } from '../ranking-model.ts';
import { blendModel } from './blend.ts';
import { collaborativeModel, type FitFactors } from './collaborative.ts';
import { ITEM_KNN } from './item-knn.ts';
import { LINEAR } from './linear.ts';
import { POPULARITY } from './popularity.ts';

const SOLVER: AlsSolver = 'cholesky';
/** Further ones hardly change the order of long lists. */
const ITERATIONS = 10;

/** All kinds of models that can be evaluated: each alone, then their blend. @param crew of `alsCrew`, for factors */
export function rankingModels(crew: KernelCrew): readonly RankingModel[] {
  const fit: FitFactors = (interactions, { factors, lambda, alpha }, seed) => {
    const fixed = { iterations: ITERATIONS, countExponent: PER_ROOT, solver: SOLVER };
    return fitAls(interactions, { factors, lambda, alpha, seed, ...fixed }, { crew });
  };
  const grid = LONG_LIST_GRID.map((candidate) => ({ ...candidate }));
  const single = [POPULARITY, ITEM_KNN, LINEAR, collaborativeModel(fit, { grid })];
  return [...single, blendModel(single)];
}

/** The kind of that name. @throws TaarError `eval-model-unknown` */
export function rankingModelNamed(name: string, crew: KernelCrew): RankingModel {
  const models = rankingModels(crew);
  const found = models.find((model) => model.name === name);
  if (found !== undefined) return found;
  const names = models.map((model) => model.name).join(', ');
  throw new TaarError(
    'eval-model-unknown',
    'halt',
    `there is no model '${name}' to evaluate; there are ${names}`,
  );
}
