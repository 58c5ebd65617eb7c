import { TaarError } from '../domain/errors.ts';
import { type Counts, checkCounts, countsOf, encodeCounts, viewCounts } from './counts.ts';
import type { ModelKind } from './model-kind.ts';
import type { Section, Sections } from './snapshot.ts';
import { buildStringIndex } from './string-index.ts';
import { StringTable } from './string-table.ts';

/** How many clients have an add-on (spec/taar-training.md section 8); the order is kept. */
export interface RankingModel {
  readonly guids: StringTable;
  /** Installs of each add-on, at least 0. */
  readonly installs: Counts;
}

const NAMES = { guids: 'guids', installs: 'installs' } as const;

export const RANKING: ModelKind<RankingModel> = {
  name: 'ranking',
  formatVersion: 1,

  encode(model: RankingModel): readonly Section[] {
    return [...model.guids.encode(NAMES.guids), encodeCounts(NAMES.installs, model.installs)];
  },

  decode(sections: Sections): RankingModel {
    const model = { ...RANKING.view(sections), guids: StringTable.decode(NAMES.guids, sections) };
    // Building the index is the check that no add-on stands twice.
    buildStringIndex(NAMES.guids, model.guids);
    if (model.guids.size !== model.installs.length) {
      throw new TaarError(
        'model-invalid',
        'halt',
        `the ranking model has ${model.guids.size} add-ons but ${model.installs.length} install counts`,
      );
    }
    checkCounts('ranking installs', model.installs, 0);
    return model;
  },

  view(sections: Sections): RankingModel {
    return {
      guids: StringTable.view(NAMES.guids, sections),
      installs: viewCounts(NAMES.installs, sections),
    };
  },
};

/** @throws TaarError `model-invalid` (halt) for an install count that is no whole number of at least 0 */
export function rankingFromMap(installs: ReadonlyMap<string, number>): RankingModel {
  return {
    guids: StringTable.of([...installs.keys()]),
    installs: countsOf('ranking installs', installs.values(), 0),
  };
}

/** The add-ons in order with their installs, as the JSON artifact has them. */
export function rankingToMap(model: RankingModel): Map<string, number> {
  return new Map(model.guids.toArray().map((guid, i) => [guid, model.installs[i] ?? 0]));
}
