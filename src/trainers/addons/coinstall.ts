import { PIONEER_GUID } from '../../domain/add-on.ts';
import { compareCodePoints } from '../../domain/text-order.ts';
import { COINSTALL, type CoinstallModel, rowsOf } from '../../models/coinstall.ts';
import { StringTable } from '../../models/string-table.ts';
import { ACCEPTED, acceptSize, refused, type Trainer } from '../trainer.ts';
import type { AddonTrainingContext } from './context.ts';
import { GrowingNumbers } from './growing-arrays.ts';
import { countPairs, type ItemLists, type PairRows } from './pair-rows.ts';
import { TRAINABLE, type TrainingProfiles } from './training-profiles.ts';

/** A client with fewer installed add-ons, of any kind, is not looked at (spec/taar-training.md section 7.1). */
const MIN_INSTALLED = 2;
/** A client with fewer valid add-ons makes no pair (section 7.3). */
const MIN_VALID = 2;

/** Co-installation of add-ons. */
export const COINSTALL_TRAINER: Trainer<CoinstallModel, AddonTrainingContext> = {
  kind: COINSTALL,

  check({ profiles, webExtensions }) {
    if (webExtensions.size === 0) return refused('the catalogue holds no web extension; load one first');
    return profiles.clients === 0 ? refused('there is no current profile') : ACCEPTED;
  },

  train: coinstallModel,

  measure(model) {
    return [
      { name: 'items', value: rowsOf(model) },
      { name: 'pairs', value: model.partners.length / 2 },
    ];
  },

  accept(next, previous) {
    return acceptSize(rowsOf(next), previous);
  },
};

/**
 * How many clients have each two add-ons together (spec/taar-training.md section 7): over trainable clients with at
 * least two add-ons, their valid add-ons that are web extensions of the catalogue, Pioneer left out. Guids and the
 * partners of each ascend by code point; an add-on without a partner is not in the model.
 */
export function coinstallModel(context: AddonTrainingContext): CoinstallModel {
  const { profiles, webExtensions, minPairCount } = context;
  const guids = profiles.guids
    .filter((guid) => webExtensions.has(guid) && guid !== PIONEER_GUID)
    .sort(compareCodePoints);
  const rankOf = new Map(guids.map((guid, rank) => [guid, rank]));
  const rankOfNumber = Int32Array.from(profiles.guids, (guid) => rankOf.get(guid) ?? -1);
  const lists = validLists(profiles, rankOfNumber);
  return withoutEmptyRows(guids, countPairs(lists, guids.length, { minCount: minPairCount }));
}

/** The clients that section 7.1 to 7.3 lets count, each with the ranks of its valid add-ons. */
function validLists(profiles: TrainingProfiles, rankOfNumber: Int32Array): ItemLists {
  const ends = new GrowingNumbers();
  const items = new GrowingNumbers();
  let start = 0;
  for (let client = 0; client < profiles.clients; client++) {
    const end = profiles.ends[client] ?? start;
    const mark = profiles.marks[client] ?? 0;
    if ((mark & TRAINABLE) !== 0 && end - start >= MIN_INSTALLED) {
      const before = items.length;
      for (let i = start; i < end; i++) {
        const rank = rankOfNumber[profiles.addons[i] ?? 0] ?? -1;
        if (rank >= 0 && profiles.valid[i] === 1) items.push(rank);
      }
      if (items.length - before >= MIN_VALID) ends.push(items.length);
      else items.truncate(before);
    }
    start = end;
  }
  return { ends: ends.view(), items: items.view() };
}

/** Leaves out add-ons that no pair has, so that a model holds no trace of what was not counted. */
function withoutEmptyRows(guids: readonly string[], rows: PairRows): CoinstallModel {
  const kept: string[] = [];
  const starts: number[] = [0];
  const newNumber = new Uint32Array(guids.length);
  for (const [row, guid] of guids.entries()) {
    const end = rows.starts[row + 1] ?? 0;
    if (end === rows.starts[row]) continue;
    newNumber[row] = kept.push(guid) - 1;
    starts.push(end);
  }
  return {
    guids: StringTable.of(kept),
    rowStarts: Uint32Array.from(starts),
    partners: rows.columns.map((column) => newNumber[column] ?? 0),
    counts: rows.counts,
  };
}
