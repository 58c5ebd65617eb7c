import { setImmediate as nextTurn } from 'node:timers/promises';
import RocksDB from 'rocksdb-native';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GATHERED_ROWS, GatheredReads } from '../../../src/views/rocksdb/gathered-reads.ts';
import { openRocksView } from '../../../src/views/rocksdb/open-rocks-view.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let db: RocksDB;
let trips: number;
let reads: GatheredReads;
beforeEach(async () => {
  db = new RocksDB(await temporaryFolder());
  await db.ready();
  trips = 0;
  const counted: Pick<RocksDB, 'read'> = {
    read(options) {
      trips += 1;
      return db.read(options);
    },
  };
  reads = new GatheredReads(counted);
});
afterEach(() => db.close());

describe('reads of one turn', () => {
  it('make one trip, and each gets its own row', async () => {
    await write(['a', 'b', 'c']);
    const values = await Promise.all(['b', 'none', 'a', 'b'].map(read));
    expect(values).toEqual(['value of b', undefined, 'value of a', 'value of b']);
    expect(trips).toBe(1);
  });

  it('make more trips where they are many, without waiting for the end of the turn', async () => {
    const keys = Array.from({ length: 2 * GATHERED_ROWS + 1 }, (_, i) => `key ${i}`);
    await write(keys);
    expect(await Promise.all(keys.map(read))).toEqual(keys.map((key) => `value of ${key}`));
    expect(trips).toBe(3);
  });

  it('do not wait for those of the next turn', async () => {
    await write(['a', 'b']);
    const first = read('a');
    await nextTurn();
    const second = read('b');
    expect(await Promise.all([first, second])).toEqual(['value of a', 'value of b']);
    expect(trips).toBe(2);
  });

  it('see what was written before they were asked', async () => {
    for (let i = 0; i < 50; i++) {
      const other = read('other');
      await write(['a'], `${i}`);
      expect(await read('a')).toBe(`${i}`);
      expect(await other).toBeUndefined();
    }
  });
});

describe('reads of a database that fails', () => {
  it('reject, each of them, where no trip can begin', async () => {
    const broken = new GatheredReads({
      read() {
        throw new Error('no more sessions');
      },
    });
    const failures = ['a', 'b'].map(async (key) => broken.get(Buffer.from(key)));
    for (const { status } of await Promise.allSettled(failures)) expect(status).toBe('rejected');
  });

  it('reject, each of them, where their trip fails, and the next trip is none the worse', async () => {
    await write(['a', 'b']);
    let failing = true;
    const once = new GatheredReads({
      read(options) {
        const batch = db.read(options);
        if (!failing) return batch;
        // Gone before it is sent off: then the binding refuses all of it.
        const flush = (): Promise<void> => {
          batch.destroy();
          return batch.flush();
        };
        return { get: (key) => batch.get(key), flush, destroy: () => batch.destroy() };
      },
    });
    const failures = await Promise.allSettled(['a', 'b'].map((key) => once.get(Buffer.from(key))));
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    failing = false;
    expect(String(await once.get(Buffer.from('b')))).toBe('value of b');
  });
});

describe('a view that is closed', () => {
  it('answers the reads that were asked before', async () => {
    const view = await openRocksView({ folder: await temporaryFolder(), logId: 'a log', name: 'a topic' });
    await view.apply(0, [{ key: 'a', value: Buffer.from('A'), changedAt: 1 }], 1);
    const asked = [view.get(0, 'a'), view.get(0, 'b')];
    await view.close();
    expect(await Promise.all(asked)).toEqual([Buffer.from('A'), undefined]);
    await expect(view.get(0, 'a')).rejects.toMatchObject({ code: 'view-closed' });
  });

  it('blames a partition that cannot be on its own read only', async () => {
    const view = await openRocksView({ folder: await temporaryFolder(), logId: 'a log', name: 'a topic' });
    await view.apply(0, [{ key: 'a', value: Buffer.from('A'), changedAt: 1 }], 1);
    const [wrong, right] = await Promise.allSettled([view.get(65_536, 'a'), view.get(0, 'a')]);
    expect(wrong).toMatchObject({ status: 'rejected', reason: expect.any(RangeError) });
    expect(right).toMatchObject({ status: 'fulfilled', value: Buffer.from('A') });
    await view.close();
  });
});

async function read(key: string): Promise<string | undefined> {
  return (await reads.get(Buffer.from(key)))?.toString();
}

async function write(keys: readonly string[], value?: string): Promise<void> {
  const batch = db.write();
  for (const key of keys) batch.tryPut(Buffer.from(key), Buffer.from(value ?? `value of ${key}`));
  await batch.flush();
  batch.destroy();
}
