import { TaarError } from '../../../domain/errors.ts';
import { COINSTALL, type CoinstallModel } from '../../../models/coinstall.ts';
import type { PrepareModels } from '../../../models/model-runtime.ts';
import { RANKING, type RankingModel } from '../../../models/ranking.ts';
import type { Sections } from '../../../models/snapshot.ts';
import { buildTaarliteIndex } from './build-index.ts';
import { encodeTaarliteIndex } from './taarlite-index.ts';

/** Checks both models and makes TAARlite's index of them. @throws TaarError `model-invalid` (halt) */
export const prepare: PrepareModels = (models) => {
  const coinstall: CoinstallModel = COINSTALL.decode(member(models.get('coinstall'), 'coinstall'));
  const ranking: RankingModel = RANKING.decode(member(models.get('ranking'), 'ranking'));
  return encodeTaarliteIndex(coinstall.guids, buildTaarliteIndex(coinstall, ranking));
};

function member(sections: Sections | undefined, name: string): Sections {
  if (sections !== undefined) return sections;
  throw new TaarError('model-invalid', 'halt', `the set has no ${name} model; activate a set that has one`);
}
