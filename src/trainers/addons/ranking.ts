import { compareCodePoints } from '../../domain/text-order.ts';
import { RANKING, type RankingModel } from '../../models/ranking.ts';
import { StringTable } from '../../models/string-table.ts';
import { ACCEPTED, acceptSize, refused, type Trainer } from '../trainer.ts';
import type { AddonTrainingContext } from './context.ts';
import { COUNTED, type TrainingProfiles } from './training-profiles.ts';

/** Install counts of add-ons. */
export const RANKING_TRAINER: Trainer<RankingModel, AddonTrainingContext> = {
  kind: RANKING,

  check({ profiles }) {
    return profiles.clients === 0 ? refused('there is no current profile') : ACCEPTED;
  },

  train: ({ profiles }) => rankingModel(profiles),

  measure(model) {
    let installs = 0;
    for (const count of model.installs) installs += count;
    return [
      { name: 'items', value: model.guids.size },
      { name: 'installs', value: installs },
    ];
  },

  accept(next, previous) {
    return acceptSize(next.guids.size, previous);
  },
};

/**
 * How many clients have each add-on (spec/taar-training.md section 8). Every current open profile counts, whatever
 * its channel, and every add-on: system, disabled, unlisted and private ones too, because serving derives its
 * threshold from the mean over all of them. Guids ascend by code point. A client that does not count still makes its add-ons known, with 0.
 */
export function rankingModel(profiles: TrainingProfiles): RankingModel {
  const byNumber = new Uint32Array(profiles.guids.length);
  let start = 0;
  for (let client = 0; client < profiles.clients; client++) {
    const end = profiles.ends[client] ?? start;
    if (((profiles.marks[client] ?? 0) & COUNTED) !== 0) {
      for (let i = start; i < end; i++) {
        const number = profiles.addons[i] ?? 0;
        byNumber[number] = (byNumber[number] ?? 0) + 1;
      }
    }
    start = end;
  }
  const order = profiles.guids
    .map((guid, number) => ({ guid, count: byNumber[number] ?? 0 }))
    .sort((a, b) => compareCodePoints(a.guid, b.guid));
  return {
    guids: StringTable.of(order.map(({ guid }) => guid)),
    installs: Uint32Array.from(order, ({ count }) => count),
  };
}
