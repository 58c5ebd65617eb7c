import type { ParamDef, Params } from '../../flow/param.ts';
import type { ParamContext } from '../../flow/param-registry.ts';
import { MOST_RESULTS } from '../placements.ts';
import type { AddonModels } from '../runtime.ts';
import { ENSEMBLE_MEMBERS, type EnsembleMember } from './members.ts';

/** A source that counts more than this drowns the others: that is rather a slip than a wish. */
const MOST_WEIGHT = 100;
/** More at a time than any answer needs. */
const MOST_VALIDATED = 1_000;

/** How many add-ons are given where the request does not say; 0: as many as the placement has. */
export const RESULTS: ParamDef<number> = {
  key: 'addons.results',
  default: 0,
  min: 0,
  max: MOST_RESULTS,
  integer: true,
};
/** So many are checked at a time before they are served. */
export const BATCH: ParamDef<number> = {
  key: 'addons.validation_batch',
  default: 12,
  min: 1,
  max: MOST_VALIDATED,
  integer: true,
};
/** The share of the candidates that is ranked however slow the node is; 1: always all. */
export const LEAST_CANDIDATES: ParamDef<number> = {
  key: 'addons.least_candidates',
  default: 0.25,
  min: 0,
  max: 1,
};

/** What a source counts, as a factor to the weight that the models give it; 0: it is not asked. */
export const SOURCE_WEIGHTS: Readonly<Record<EnsembleMember, ParamDef<number>>> = {
  collaborative: weightOf('collaborative'),
  similarity: weightOf('similarity'),
  locale: weightOf('locale'),
};

/** All params of the add-ons product. */
export const ADDON_PARAMS: readonly ParamDef[] = [
  RESULTS,
  BATCH,
  LEAST_CANDIDATES,
  ...Object.values(SOURCE_WEIGHTS),
];

/** What rules can look at. */
export const PARAM_FIELDS = ['placement', 'locale', 'platform'] as const;

/** A question as rules see it; what it does not say matches no rule that asks for it. */
export function paramContextOf(
  question: Readonly<Partial<Record<(typeof PARAM_FIELDS)[number], string | undefined>>>,
): ParamContext {
  const context: Record<string, string> = {};
  for (const field of PARAM_FIELDS) {
    const value = question[field];
    if (value !== undefined) context[field] = value;
  }
  return { context };
}

/** The models with the weights that hold for one question; the same where no param changes them. */
export function weighedBy(models: AddonModels, params: Params): AddonModels {
  const { weights } = models;
  const factors = ENSEMBLE_MEMBERS.map((name) => params.get(SOURCE_WEIGHTS[name]));
  if (weights === undefined || factors.every((factor) => factor === 1)) return models;
  const weighed = ENSEMBLE_MEMBERS.flatMap((name, i): [string, number][] => {
    const weight = weights.get(name);
    return weight === undefined ? [] : [[name, weight * (factors[i] ?? 1)]];
  });
  return { ...models, weights: new Map(weighed) };
}

function weightOf(source: EnsembleMember): ParamDef<number> {
  return { key: `addons.weight.${source}`, default: 1, min: 0, max: MOST_WEIGHT };
}
