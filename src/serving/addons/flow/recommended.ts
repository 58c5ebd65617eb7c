import type { Reason } from '../../flow/reason.ts';
import type { Served } from '../../flow/served.ts';
import type { AddonReason, RecommendedAddon } from '../recommender.ts';
import type { Asker } from './asker.ts';

/** What a flow served, as answers tell it: each source's part of the score is weighed where the ensemble weighed it. */
export function recommendedOf({ models: { weights } }: Asker, served: Served): RecommendedAddon {
  const { id, score, probability, sources, reasons } = served;
  const parts = Object.entries(sources).map(([name, share]): [string, number] => [
    name,
    (share.score ?? 0) * (weights?.get(name) ?? 1),
  ]);
  return {
    id,
    score: score ?? 0,
    probability,
    sources: Object.fromEntries(parts),
    reasons: reasons.flatMap(reasonOf),
  };
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
