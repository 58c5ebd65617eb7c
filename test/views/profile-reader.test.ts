import { beforeEach, describe, expect, it } from 'vitest';
import { type ClientKey, ClientKeys, sha256Hex } from '../../src/domain/client-key.ts';
import type { Profile } from '../../src/domain/profile.ts';
import { RecordCodec } from '../../src/log/record-codec.ts';
import { ProfileReader } from '../../src/views/profile-reader.ts';
import { StateView } from '../../src/views/state-view.ts';
import { ChangelogBench, WIDE_TOPIC } from './changelog-bench.ts';

let bench: ChangelogBench;
let codec: RecordCodec;
beforeEach(async () => {
  bench = await ChangelogBench.open(WIDE_TOPIC);
  codec = await RecordCodec.open(bench.log.schemaIds);
});

describe('StateView', () => {
  it('finds states in the partitions where the log put them', async () => {
    const keys = Array.from({ length: 40 }, (_, i) => keyOf(`client ${i}`));
    await write(keys.map((key, i) => [key, open(i)]));
    const states = stateView();
    for (const [i, key] of keys.entries()) expect(await states.get(key)).toEqual(open(i));
  });

  it('gives many states in the order asked, missing and repeated keys included', async () => {
    const [a, b, none] = [keyOf('a'), keyOf('b'), keyOf('none')];
    await write([
      [a, open(1)],
      [b, open(2)],
    ]);
    const states = stateView();
    expect(await states.getMany([b, none, a, b])).toEqual([open(2), undefined, open(1), open(2)]);
    expect(await states.getMany([])).toEqual([]);
    expect(await states.get(none)).toBeUndefined();
  });

  it('refuses bytes that are no such state', async () => {
    const key = keyOf('a');
    await bench.put(key, 'nonsense');
    for (let partition = 0; partition < 8; partition++) await bench.catchUp(partition);
    await expect(stateView().get(key)).rejects.toMatchObject({ code: 'schema-unknown' });
    await expect(stateView().getMany([key])).rejects.toMatchObject({ code: 'schema-unknown' });
  });
});

describe('ProfileReader', () => {
  const canonical = keyOf('canonical');
  const alias = keyOf('alias');
  const aliasRow: Profile = { kind: 'alias', canonical, fence: null, lastSeen: 1, changedAt: 1 };

  it('gives the row of a key under that key', async () => {
    await write([[canonical, open(1)]]);
    expect(await reader().read(canonical)).toEqual({ key: canonical, profile: open(1) });
  });

  it('gives the canonical row, under its key, for an alias', async () => {
    await write([
      [canonical, open(1)],
      [alias, aliasRow],
    ]);
    expect(await reader().read(alias)).toEqual({ key: canonical, profile: open(1) });
  });

  it('finds nothing for a key without a row, and for an alias of such a key', async () => {
    await write([[alias, aliasRow]]);
    expect(await reader().read(canonical)).toBeUndefined();
    expect(await reader().read(alias)).toBeUndefined();
  });

  it('gives closed rows as they are', async () => {
    const closed: Profile = {
      kind: 'closed',
      final: true,
      fence: { createdAt: 1, submittedAt: 1 },
      reason: 'client',
      requestIds: ['r'],
      links: [],
      changedAt: 2,
    };
    await write([
      [canonical, closed],
      [alias, aliasRow],
    ]);
    expect(await reader().read(alias)).toEqual({ key: canonical, profile: closed });
  });

  it('goes one step and not in a circle', async () => {
    const back: Profile = { ...aliasRow, canonical: alias };
    await write([
      [canonical, back],
      [alias, aliasRow],
    ]);
    expect(await reader().read(alias)).toEqual({ key: canonical, profile: back });
  });
});

function reader(): ProfileReader {
  return new ProfileReader(bench.view, codec);
}

function stateView(): StateView<'addons.Profile'> {
  return new StateView({ view: bench.view, codec, topic: WIDE_TOPIC, type: 'addons.Profile' });
}

/** Appends profiles to the changelog and brings the view up to its end. */
async function write(rows: readonly (readonly [ClientKey, Profile])[]): Promise<void> {
  const records = rows.map(([key, profile]) => {
    return { topic: WIDE_TOPIC, key, value: codec.encode('addons.Profile', profile) };
  });
  await bench.log.append(records);
  for (let partition = 0; partition < 8; partition++) await bench.catchUp(partition);
}

function open(changedAt: number): Profile {
  return {
    kind: 'open',
    addons: null,
    counters: null,
    facts: null,
    aliases: [],
    fence: null,
    lastSeen: 1_700_000_000_000,
    changedAt,
  };
}

function keyOf(client: string): ClientKey {
  return new ClientKeys(undefined).of(sha256Hex(client));
}
