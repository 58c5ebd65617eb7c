import { COINSTALL, type CoinstallModel } from './coinstall.ts';
import { MODEL_NAMES, type ModelKind, type ModelName } from './model-kind.ts';
import { RANKING, type RankingModel } from './ranking.ts';

/** What each kind of model is once decoded. */
export interface Models {
  readonly coinstall: CoinstallModel;
  readonly ranking: RankingModel;
}

/** Every kind of model that this release can read and write. */
export const MODEL_KINDS: { readonly [N in ModelName]: ModelKind<Models[N]> } = {
  coinstall: COINSTALL,
  ranking: RANKING,
};

/** The name as one of ours; undefined where it is none. */
export function parseModelName(text: string): ModelName | undefined {
  return MODEL_NAMES.find((name) => name === text);
}
