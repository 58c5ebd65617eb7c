import { Kernel } from '../../domain/kernel.ts';
import { COLLABORATIVE } from '../../models/collaborative.ts';
import { ENSEMBLE, ensembleWeights } from '../../models/ensemble.ts';
import { LOCALE } from '../../models/locale.ts';
import type { ModelName } from '../../models/model-kind.ts';
import type { ModelRuntime, SetSections } from '../../models/model-runtime.ts';
import { SIMILARITY } from '../../models/similarity.ts';
import type { Sections } from '../../models/snapshot.ts';
import { AllowlistItems } from './allowlist-items.ts';
import { viewCollaborativeIndex } from './collaborative/collaborative-index.ts';
import { COLLABORATIVE_KERNEL } from './collaborative/collaborative-kernel.ts';
import { CollaborativeRecommender } from './collaborative/collaborative-recommender.ts';
import { AddonItems } from './items.ts';
import { LocaleLists } from './locale/locale-lists.ts';
import { OverallRanking } from './overall-ranking.ts';
import { viewSimilarityIndex } from './similarity/similarity-index.ts';
import { SIMILARITY_KERNEL } from './similarity/similarity-kernel.ts';
import { SimilarityRecommender } from './similarity/similarity-recommender.ts';
import { TaarliteAnswers } from './taarlite/answers.ts';
import type { TaarliteLimits } from './taarlite/recommend.ts';
import { viewTaarliteIndex } from './taarlite/taarlite-index.ts';

/** What the addons product makes of its model set; undefined where the set lacks the model. */
export interface AddonModels {
  readonly items: AddonItems;
  /** Needs co-installation and ranking together. */
  readonly taarlite: TaarliteAnswers | undefined;
  readonly collaborative: CollaborativeRecommender | undefined;
  readonly similarity: SimilarityRecommender | undefined;
  readonly locale: LocaleLists | undefined;
  /** What the scores of those three count, by name. */
  readonly weights: ReadonlyMap<string, number> | undefined;
  readonly allowlist: AllowlistItems | undefined;
  readonly ranking: OverallRanking | undefined;
}

/** Enough to find out whether the models answer; more would hold up the answers of the set before. */
const WARM_UP_CALLS = 5;
const WARM_UP_RESULTS = 10;

/** How a set of models becomes what add-on requests are answered with. */
export function addonsRuntime(limits: TaarliteLimits): ModelRuntime<AddonModels> {
  // Compiled once, or each set would begin with slow code.
  const kernels = {
    collaborative: new Kernel(COLLABORATIVE_KERNEL),
    similarity: new Kernel(SIMILARITY_KERNEL),
  };
  return {
    product: 'addons',
    models: ['coinstall', 'ranking', 'collaborative', 'similarity', 'locale', 'ensemble', 'allowlist'],
    prepareModule: new URL('./prepare.ts', import.meta.url),
    attach: (models, prepared) => attach(models, prepared, { limits, kernels }),
    warmUp,
  };
}

interface Attaching {
  readonly limits: TaarliteLimits;
  readonly kernels: { readonly collaborative: Kernel; readonly similarity: Kernel };
}

function attach(models: SetSections, prepared: Sections, { limits, kernels }: Attaching): AddonModels {
  const items = new AddonItems(prepared);
  const having = <M>(name: ModelName, make: (sections: Sections) => M): M | undefined => {
    const sections = models.get(name);
    return sections === undefined ? undefined : make(sections);
  };
  return {
    items,
    taarlite:
      models.has('coinstall') && models.has('ranking')
        ? new TaarliteAnswers(viewTaarliteIndex(prepared), limits)
        : undefined,
    collaborative: having('collaborative', (sections) => {
      const index = viewCollaborativeIndex(COLLABORATIVE.view(sections), prepared);
      return new CollaborativeRecommender(kernels.collaborative, index, items.size);
    }),
    similarity: having('similarity', (sections) => {
      const index = viewSimilarityIndex(SIMILARITY.view(sections), prepared);
      return new SimilarityRecommender(kernels.similarity, index, items.size);
    }),
    locale: having('locale', (sections) => new LocaleLists(LOCALE.view(sections), prepared)),
    weights: having('ensemble', (sections) => ensembleWeights(ENSEMBLE.view(sections))),
    allowlist: having('allowlist', () => new AllowlistItems(prepared)),
    ranking: having('ranking', () => new OverallRanking(prepared)),
  };
}

/** Runs every part that needs no particular client. What similarity fails on it fails on for some clients only. */
function warmUp({ items, taarlite, collaborative, ranking, allowlist }: AddonModels): void {
  taarlite?.warmUp();
  ranking?.top(WARM_UP_RESULTS);
  allowlist?.forTestClient(WARM_UP_RESULTS);
  for (let item = 0; item < Math.min(items.size, WARM_UP_CALLS); item++) {
    collaborative?.recommend([items.idOf(item)], WARM_UP_RESULTS);
  }
}
