import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { uniformsOf } from '../../src/domain/random.ts';
import { encodeSnapshot } from '../../src/models/encode-snapshot.ts';
import { COINSTALL_TRAINER } from '../../src/trainers/addons/coinstall.ts';
import { RANKING_TRAINER } from '../../src/trainers/addons/ranking.ts';
import { TrainingProfilesBuilder } from '../../src/trainers/addons/training-profiles.ts';
import { aggregatedStates } from '../goldens/aggregated-rows.ts';
import type { ProfileRow, ProfilesGolden } from '../goldens/training-rows.ts';

const GOLDEN = new URL('../goldens/data/taar-training/profiles.visible.json.gz', import.meta.url);
const { rows: ALL, addons_database_webext } = JSON.parse(
  gunzipSync(readFileSync(GOLDEN)).toString('utf8'),
) as ProfilesGolden;
const ROWS = ALL.filter(({ client_id }) => client_id !== null).slice(0, 1000);

/** Both snapshots, trained on what the real aggregate makes of the rows. */
function snapshots(rows: readonly ProfileRow[], deletedIds: readonly string[] = []): Buffer {
  const builder = new TrainingProfilesBuilder();
  for (const state of aggregatedStates(rows, deletedIds).values()) {
    if (state.kind !== 'open') continue;
    builder.add(state.addons?.addons ?? [], state.facts?.channel?.value === 'release');
  }
  const context = {
    profiles: builder.build(),
    webExtensions: new Set(addons_database_webext),
    minPairCount: 1,
  };
  return Buffer.concat([
    encodeSnapshot(COINSTALL_TRAINER.kind.encode(COINSTALL_TRAINER.train(context))),
    encodeSnapshot(RANKING_TRAINER.kind.encode(RANKING_TRAINER.train(context))),
  ]);
}

describe('the bytes of the models', () => {
  const expected = snapshots(ROWS);

  it('depend on the rows', () => {
    expect(snapshots(ROWS.slice(1)).equals(expected)).toBe(false);
  });

  it('do not depend on the order of the stream', () => {
    const draw = uniformsOf(7, 'shuffle', '');
    const shuffled = ROWS.map((row, i) => ({ row, at: draw(i) })).sort((a, b) => a.at - b.at);
    expect(snapshots(shuffled.map(({ row }) => row)).equals(expected)).toBe(true);
  });

  it('do not change when the stream comes twice', () => {
    expect(snapshots([...ROWS, ...ROWS]).equals(expected)).toBe(true);
  });

  it('are, after a deletion, those of never having seen the client', () => {
    const deleted = new Set(ROWS.filter((_, i) => i % 7 === 0).map(({ client_id }) => client_id ?? ''));
    const never = ROWS.filter(({ client_id }) => !deleted.has(client_id ?? ''));
    const without = snapshots(never);
    expect(without.equals(expected)).toBe(false);
    expect(snapshots(ROWS, [...deleted]).equals(without)).toBe(true);
  });
});
