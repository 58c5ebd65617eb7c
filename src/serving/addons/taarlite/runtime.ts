import type { ModelRuntime } from '../../../models/model-runtime.ts';
import { TaarliteAnswers } from './answers.ts';
import type { TaarliteLimits } from './recommend.ts';
import { viewTaarliteIndex } from './taarlite-index.ts';

/** What the addons product makes of its model set. */
export interface AddonModels {
  readonly taarlite: TaarliteAnswers;
}

/** How a set of coinstall and ranking models becomes TAARlite's answers. */
export function taarliteRuntime(limits: TaarliteLimits): ModelRuntime<AddonModels> {
  return {
    product: 'addons',
    models: ['coinstall', 'ranking'],
    prepareModule: new URL('./prepare.ts', import.meta.url),
    attach: (_models, prepared) => ({ taarlite: new TaarliteAnswers(viewTaarliteIndex(prepared), limits) }),
    warmUp: ({ taarlite }) => taarlite.warmUp(),
  };
}
