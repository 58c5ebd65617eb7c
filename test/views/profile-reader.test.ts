import { beforeEach, describe, expect, it } from 'vitest';
import { type ClientKey, ClientKeys, sha256Hex } from '../../src/domain/client-key.ts';
import type { Profile } from '../../src/domain/profile.ts';
import { RecordCodec } from '../../src/log/record-codec.ts';
import { ViewFollower } from '../../src/views/follower.ts';
import { ProfileReader } from '../../src/views/profile-reader.ts';
import { StateView } from '../../src/views/state-view.ts';
import { WatchedView } from '../../src/views/watched-view.ts';
import { ChangelogBench, SILENT, WIDE_TOPIC } from './changelog-bench.ts';

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

describe('a reader that keeps rows', () => {
  const canonical = keyOf('canonical');
  const alias = keyOf('alias');
  const aliasRow: Profile = { kind: 'alias', canonical, fence: null, lastSeen: 1, changedAt: 1 };
  const closed: Profile = {
    kind: 'closed',
    final: true,
    fence: { createdAt: 1, submittedAt: 1 },
    reason: 'client',
    requestIds: ['r'],
    links: [],
    changedAt: 2,
  };
  let watched: WatchedView;
  let reads: number;
  let caching: ProfileReader;
  beforeEach(() => {
    const inner = bench.view;
    reads = 0;
    watched = new WatchedView(inner);
    const get = watched.get.bind(watched);
    watched.get = (partition, key) => {
      reads += 1;
      return get(partition, key);
    };
    bench.view = watched;
    caching = ProfileReader.caching(watched, codec);
  });

  it('asks the view once, until the row changes', async () => {
    await write([[canonical, open(1)]]);
    for (let i = 0; i < 5; i++) expect((await caching.read(canonical))?.profile).toEqual(open(1));
    expect(reads).toBe(1);
    await write([[canonical, open(2)]]);
    expect((await caching.read(canonical))?.profile).toEqual(open(2));
    expect(reads).toBe(2);
  });

  it('shows a change of the canonical row, and of the alias, through the alias', async () => {
    await write([
      [canonical, open(1)],
      [alias, aliasRow],
    ]);
    expect((await caching.read(alias))?.profile).toEqual(open(1));
    await write([[canonical, closed]]);
    expect((await caching.read(alias))?.profile).toEqual(closed);
    await write([[alias, open(3)]]);
    expect((await caching.read(alias))?.profile).toEqual(open(3));
  });

  it('keeps nothing that was read while the row changed', async () => {
    await write([[canonical, open(1)]]);
    const early = Promise.withResolvers<void>();
    const get = watched.get.bind(watched);
    watched.get = async (partition, key) => {
      const value = await get(partition, key);
      await early.promise;
      return value;
    };
    const old = caching.read(canonical);
    await write([[canonical, closed]]);
    const fresh = caching.read(canonical);
    early.resolve();
    expect((await old)?.profile).toEqual(open(1));
    expect((await fresh)?.profile).toEqual(closed);
    expect((await caching.read(canonical))?.profile).toEqual(closed);
  });

  it('sees what a follower writes', async () => {
    await write([[canonical, open(1)]]);
    expect((await caching.read(canonical))?.profile).toEqual(open(1));
    const { log, clock } = bench;
    const follower = new ViewFollower({ log, topic: WIDE_TOPIC, view: watched, clock, logger: SILENT });
    await follower.start();
    try {
      const value = codec.encode('addons.Profile', closed);
      await log.append([{ topic: WIDE_TOPIC, key: canonical, value }]);
      await expect.poll(async () => (await caching.read(canonical))?.profile).toEqual(closed);
    } finally {
      await follower.stop();
    }
  });

  it('keeps nothing of a partition that is forgotten', async () => {
    await write([[canonical, open(1)]]);
    await caching.read(canonical);
    for (let partition = 0; partition < 8; partition++) await watched.forget(partition);
    expect(await caching.read(canonical)).toBeUndefined();
  });
});

describe('reads of one row at the same time', () => {
  it('are one, also where they fail, and none is kept without a cache', async () => {
    const key = keyOf('a');
    await write([[key, open(1)]]);
    let reads = 0;
    let broken = false;
    const view = {
      getMany: bench.view.getMany.bind(bench.view),
      get: async (partition: number, name: string) => {
        reads += 1;
        if (broken) throw new Error('the disk is gone');
        return bench.view.get(partition, name);
      },
    };
    const subject = new ProfileReader(view, codec);
    const found = await Promise.all(Array.from({ length: 10 }, () => subject.read(key)));
    expect(found.map((each) => each?.profile)).toEqual(Array(10).fill(open(1)));
    expect(reads).toBe(1);
    broken = true;
    const failed = await Promise.allSettled(Array.from({ length: 10 }, () => subject.read(key)));
    expect(failed.map(({ status }) => status)).toEqual(Array(10).fill('rejected'));
    expect(reads).toBe(2);
    broken = false;
    expect((await subject.read(key))?.profile).toEqual(open(1));
    expect(reads).toBe(3);
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
