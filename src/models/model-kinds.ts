import { ALLOWLIST, type AllowlistModel } from './allowlist.ts';
import { COINSTALL, type CoinstallModel } from './coinstall.ts';
import { COLLABORATIVE, type CollaborativeModel } from './collaborative.ts';
import { ENSEMBLE, type EnsembleModel } from './ensemble.ts';
import { LOCALE, type LocaleModel } from './locale.ts';
import { MODEL_NAMES, type ModelKind, type ModelName } from './model-kind.ts';
import { RANKING, type RankingModel } from './ranking.ts';
import { SIMILARITY, type SimilarityModel } from './similarity.ts';

/** What each kind of model is once decoded. */
export interface Models {
  readonly coinstall: CoinstallModel;
  readonly ranking: RankingModel;
  readonly collaborative: CollaborativeModel;
  readonly similarity: SimilarityModel;
  readonly locale: LocaleModel;
  readonly ensemble: EnsembleModel;
  readonly allowlist: AllowlistModel;
}

/** Every kind of model that this release can read and write. */
export const MODEL_KINDS: { readonly [N in ModelName]: ModelKind<Models[N]> } = {
  coinstall: COINSTALL,
  ranking: RANKING,
  collaborative: COLLABORATIVE,
  similarity: SIMILARITY,
  locale: LOCALE,
  ensemble: ENSEMBLE,
  allowlist: ALLOWLIST,
};

/** The name as one of ours; undefined where it is none. */
export function parseModelName(text: string): ModelName | undefined {
  return MODEL_NAMES.find((name) => name === text);
}
