import { type RankingModel, rankingFromMap, rankingToMap } from '../ranking.ts';
import { countAt, entriesAt, objectOf, textAt } from './artifact-values.ts';

export type RankingArtifact = Readonly<Record<string, number>>;

/**
 * The model of TAAR's `guid_install_ranking.json` (spec/taar-serving.md section 6).
 * @throws TaarError `artifact-invalid` (halt) that says where
 */
export function rankingFromArtifact(artifact: unknown): RankingModel {
  const installs = entriesAt(artifact, 'ranking').map(
    ([guid, count]) => [textAt(guid, 'a key of ranking'), countAt(count, `ranking.${guid}`, 0)] as const,
  );
  return rankingFromMap(new Map(installs));
}

/** The artifact of a model, equal as a JSON value to the one that it was made of. */
export function rankingToArtifact(model: RankingModel): RankingArtifact {
  return objectOf(rankingToMap(model));
}
