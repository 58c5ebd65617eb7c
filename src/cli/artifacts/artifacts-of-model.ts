import { allowlistToArtifact } from '../../models/artifacts/allowlist.ts';
import { collaborativeToArtifacts } from '../../models/artifacts/collaborative.ts';
import { ensembleToArtifact } from '../../models/artifacts/ensemble.ts';
import { localeToArtifact } from '../../models/artifacts/locale.ts';
import { similarityToArtifacts } from '../../models/artifacts/similarity.ts';
import { COINSTALL, coinstallToMap } from '../../models/coinstall.ts';
import type { ModelName } from '../../models/model-kind.ts';
import { MODEL_KINDS } from '../../models/model-kinds.ts';
import { openSnapshot } from '../../models/open-snapshot.ts';
import { RANKING, rankingToMap } from '../../models/ranking.ts';
import type { ArtifactName } from './artifact-names.ts';

type NamedValue = readonly [ArtifactName, unknown];

/**
 * What TAAR keeps a model as, for `orderedJsonText`.
 * @throws TaarError `snapshot-corrupt` or `model-invalid` (halt)
 */
export function artifactsOfModel(model: ModelName, snapshot: Uint8Array): readonly NamedValue[] {
  const sections = openSnapshot(snapshot, { verify: true });
  switch (model) {
    case 'collaborative': {
      const { itemMatrix, mapping } = collaborativeToArtifacts(MODEL_KINDS.collaborative.decode(sections));
      return [
        ['item_matrix', itemMatrix],
        ['addon_mapping', mapping],
      ];
    }
    case 'similarity': {
      const { donors, lrCurves } = similarityToArtifacts(MODEL_KINDS.similarity.decode(sections));
      return [
        ['donors', donors],
        ['lr_curves', lrCurves],
      ];
    }
    case 'locale':
      return [['locale', localeToArtifact(MODEL_KINDS.locale.decode(sections))]];
    case 'ensemble':
      return [['ensemble', ensembleToArtifact(MODEL_KINDS.ensemble.decode(sections))]];
    case 'allowlist':
      return [['whitelist', allowlistToArtifact(MODEL_KINDS.allowlist.decode(sections))]];
    case 'coinstall':
      return [['coinstall', coinstallToMap(COINSTALL.decode(sections))]];
    case 'ranking':
      return [['ranking', rankingToMap(RANKING.decode(sections))]];
  }
}
