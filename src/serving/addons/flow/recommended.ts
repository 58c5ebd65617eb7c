import type { Reason } from '../../flow/reason.ts';
import type { Served } from '../../flow/served.ts';
import type { AddonReason, RecommendedAddon } from '../recommender.ts';
import type { AddonModels } from '../runtime.ts';

/**
 * What a flow served, as answers tell it. `weights` are those that the flow weighed its sources with, so that the parts
 * make up the score; undefined where it weighed none.
 */
export function recommendedOf(served: Served, weights: AddonModels['weights']): RecommendedAddon {
  const { id, score, probability, sources, reasons } = served;
  const parts: Record<string, number> = {};
  for (const name in sources) parts[name] = (sources[name]?.score ?? 0) * (weights?.get(name) ?? 1);
  return { id, score: score ?? 0, probability, sources: parts, reasons: reasons.flatMap(reasonOf) };
}

/** An item of a test client, whose list stands for nothing; what the caller promoted stays promoted. */
export function madeUp(item: RecommendedAddon): RecommendedAddon {
  return item.reasons.length > 0 ? item : { ...item, reasons: [{ kind: 'test' }] };
}

function reasonOf(reason: Reason): AddonReason[] {
  switch (reason.kind) {
    case 'becauseOf':
      return [{ kind: 'becauseOf', installed: reason.ids }];
    case 'popularIn':
      return [{ kind: 'popularIn', locale: reason.place }];
    case 'popular':
    case 'promoted':
      return [{ kind: reason.kind }];
    case 'followedBy':
      return [];
  }
}
