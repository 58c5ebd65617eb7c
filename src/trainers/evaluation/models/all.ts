import { TaarError } from '../../../domain/errors.ts';
import type { RankingModel } from '../ranking-model.ts';
import { blendModel } from './blend.ts';
import { ITEM_KNN } from './item-knn.ts';
import { LINEAR } from './linear.ts';
import { POPULARITY } from './popularity.ts';

/** All kinds of models that can be evaluated: each alone, then their blend. */
export function rankingModels(): readonly RankingModel[] {
  const single = [POPULARITY, ITEM_KNN, LINEAR];
  return [...single, blendModel(single)];
}

/** The kind of that name. @throws TaarError `eval-model-unknown` */
export function rankingModelNamed(name: string): RankingModel {
  const models = rankingModels();
  const found = models.find((model) => model.name === name);
  if (found !== undefined) return found;
  const names = models.map((model) => model.name).join(', ');
  throw new TaarError(
    'eval-model-unknown',
    'halt',
    `there is no model '${name}' to evaluate; there are ${names}`,
  );
}
