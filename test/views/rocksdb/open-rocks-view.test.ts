import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import RocksDB from 'rocksdb-native';
import { beforeEach, describe, expect, it } from 'vitest';
import { TaarError } from '../../../src/domain/errors.ts';
import { openRocksView } from '../../../src/views/rocksdb/open-rocks-view.ts';
import { contentsOf } from '../../conformance/view-entries.ts';
import { BATCH, changesOfBatch, contentsAfter, IDENTITY } from '../endless-changes.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const NAME = 'addons.profile.changed.v1';
const KEY = 'ab'.repeat(32);
const LIMITED_WRITER = fileURLToPath(new URL('limited-writer.ts', import.meta.url));
/** Of 512 or 1,024 bytes, as the shell counts them: room for RocksDB's own files and some batches. */
const FILE_LIMIT_BLOCKS = 1_000;

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

describe('opening a view', () => {
  it('makes the folder with all its parents', async () => {
    const view = await openRocksView({ folder: join(folder, 'a', 'b'), logId: 'one', name: NAME });
    expect(await view.position(0)).toBe(0);
    await view.close();
  });

  it('refuses a view that belongs to another log, and says what to do', async () => {
    await makeView('one', NAME);
    const error = await failure(openRocksView({ folder, logId: 'two', name: NAME }));
    expect(error).toMatchObject({ code: 'view-of-another-log', disposition: 'halt' });
    expect(error.message).toMatch(/delete the folder.*rebuilds it/);
    await makeView('one', NAME);
  });

  it('refuses a view of another topic of the same log', async () => {
    await makeView('one', NAME);
    const error = await failure(openRocksView({ folder, logId: 'one', name: 'articles.visit.changed.v1' }));
    expect(error.code).toBe('view-of-another-log');
  });

  it('refuses a view in a form of another version', async () => {
    await makeView('one', NAME);
    await rewrite((text) => text.replace('"format":1', '"format":2'));
    const error = await failure(openRocksView({ folder, logId: 'one', name: NAME }));
    expect(error).toMatchObject({ code: 'view-format-unknown', disposition: 'halt' });
  });

  it('refuses a database that is no view rather than write into it', async () => {
    const db = new RocksDB(folder);
    await db.ready();
    const batch = db.write();
    batch.tryPut(Buffer.from('something'), Buffer.from('else'));
    await batch.flush();
    batch.destroy();
    await db.close();
    const error = await failure(openRocksView({ folder, logId: 'one', name: NAME }));
    expect(error.code).toBe('view-format-unknown');
  });

  it('refuses a view that this process has open already', async () => {
    const view = await openRocksView({ folder, logId: 'one', name: NAME });
    expect(await failure(openRocksView({ folder, logId: 'one', name: NAME }))).toMatchObject({
      code: 'view-in-use',
      disposition: 'halt',
    });
    await view.close();
  });

  it('fails, and does not wait for ever, where the folder cannot be used', async () => {
    const file = join(folder, 'a file');
    writeFileSync(file, '');
    for (const unusable of [file, join(file, 'below')]) {
      const error = await failure(openRocksView({ folder: unusable, logId: 'one', name: NAME }));
      expect(error).toMatchObject({ code: 'view-open-failed', disposition: 'halt' });
    }
  });
});

describe('a damaged view', () => {
  it('is never read as if it were whole', async () => {
    await makeLargeView();
    // Opening writes what the journal holds into a table.
    await makeView('one', NAME);
    damageTables();
    const view = await openRocksView({ folder, logId: 'one', name: NAME });
    const snapshot = await view.snapshot();
    const scan = async () => {
      for await (const _pack of snapshot.scan());
    };
    for (const read of [() => view.get(0, KEY), () => view.range(0, '', 1_000), scan]) {
      const error = await failure(read());
      expect(error).toMatchObject({ code: 'view-damaged', disposition: 'halt' });
      expect(error.message).not.toContain(KEY);
    }
    const both = await Promise.allSettled([view.get(0, KEY), view.get(0, KEY)]);
    for (const each of both) expect(each).toMatchObject({ reason: { code: 'view-damaged' } });
    await view.close();
  });

  it('falls back to an earlier position, with the data of that position, when its journal is damaged', async () => {
    const before = await openRocksView({ folder, ...IDENTITY });
    for (let batch = 0; batch < 50; batch++) {
      await before.apply(0, changesOfBatch(batch), (batch + 1) * BATCH);
    }
    await before.close();
    damage('.log', (length) => [Math.floor(length / 2)]);
    const after = await openRocksView({ folder, ...IDENTITY });
    const batches = (await after.position(0)) / BATCH;
    expect(batches).toBeGreaterThan(0);
    expect(batches).toBeLessThan(50);
    expect(await contentsOf(after)).toEqual(contentsAfter(batches));
    await after.close();
  });

  it.each<[string, () => void]>([
    ['names no manifest', () => writeFileSync(join(folder, 'CURRENT'), 'nonsense\n')],
    ['breaks off', () => writeFileSync(join(folder, 'CURRENT'), '')],
    ['is gone', () => remove('CURRENT')],
    ['names a manifest that is gone', () => remove('MANIFEST-')],
    ['leads to tables that are gone', () => remove('.sst')],
  ])('is refused at the start where its root %s, and says which folder to delete', async (_, ruin) => {
    await makeLargeView();
    await makeView('one', NAME);
    ruin();
    const error = await failure(openRocksView({ folder, logId: 'one', name: NAME }));
    expect(error).toMatchObject({ code: 'view-damaged', disposition: 'halt' });
    expect(error.message).toContain(`delete the folder ${folder}`);
  });
});

describe('a view whose disk fails', () => {
  it('says that it takes no write before the process is started anew, and loses nothing', async () => {
    const limited = `ulimit -f ${FILE_LIMIT_BLOCKS} && exec "$0" "$@"`;
    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      limited,
      process.execPath,
      LIMITED_WRITER,
      folder,
    ]);
    const { applied, position, ...told } = JSON.parse(stdout);
    expect(told).toMatchObject({ code: 'view-write-failed', disposition: 'halt', readable: true });
    expect(told.message).toMatch(/start this process anew/);
    expect(applied).toBeGreaterThan(10);
    expect(position).toBe(applied * BATCH);
    const after = await openRocksView({ folder, ...IDENTITY });
    expect(await after.position(0)).toBe(position);
    expect(await contentsOf(after)).toEqual(contentsAfter(applied));
    await after.close();
  });
});

describe('a closed view', () => {
  it('refuses every reading and writing, and may be closed again', async () => {
    const view = await openRocksView({ folder, logId: 'one', name: NAME });
    await view.close();
    await view.close();
    expect((await failure(view.get(0, 'a'))).code).toBe('view-closed');
    expect((await failure(view.range(0, '', 1))).code).toBe('view-closed');
    expect((await failure(view.snapshot())).code).toBe('view-closed');
    expect((await failure(view.apply(0, [], 1))).code).toBe('view-closed');
  });

  it('ends a scan that is still going on with an error, so that it cannot pass for complete', async () => {
    const view = await makeLargeView(false);
    const snapshot = await view.snapshot();
    const scan = snapshot.scan()[Symbol.asyncIterator]();
    expect((await scan.next()).done).toBe(false);
    await view.close();
    const rest = async () => {
      while (!(await scan.next()).done);
    };
    expect((await failure(rest())).code).toBe('view-closed');
  });

  it('is not held open by a scan that nobody went on with', async () => {
    const view = await makeLargeView(false);
    const snapshot = await view.snapshot();
    await snapshot.scan()[Symbol.asyncIterator]().next();
    await view.close();
    await makeView('one', NAME);
  });
});

describe('a partition that cannot be', () => {
  it("is the caller's mistake, not one to try again", async () => {
    const view = await openRocksView({ folder, logId: 'one', name: NAME });
    await expect(view.getMany(65_536, ['a', 'b'])).rejects.toThrow(RangeError);
    await expect(view.apply(-1, [{ key: 'a', value: null, changedAt: 1 }], 1)).rejects.toThrow(RangeError);
    await view.apply(65_535, [{ key: 'a', value: Buffer.from('A'), changedAt: 1 }], 1);
    expect(await view.range(65_535, '', 10)).toHaveLength(1);
    await view.close();
  });
});

async function makeView(logId: string, name: string): Promise<void> {
  const view = await openRocksView({ folder, logId, name });
  await view.close();
}

/** A view of several packs, most of it in table files. */
async function makeLargeView(close = true) {
  const view = await openRocksView({ folder, logId: 'one', name: NAME });
  const value = Buffer.alloc(10_000, 'value ');
  const changes = Array.from({ length: 500 }, (_, i) => ({ key: `${KEY}${i}`, value, changedAt: i }));
  await view.apply(0, [{ key: KEY, value, changedAt: 0 }, ...changes], 501);
  if (close) await view.close();
  return view;
}

/** Removes the files whose names hold that. */
function remove(part: string): void {
  const files = readdirSync(folder).filter((file) => file.includes(part));
  if (files.length === 0) throw new Error(`there is no ${part} to remove`);
  for (const file of files) rmSync(join(folder, file));
}

/** Changes one bit in every few hundred bytes of the tables, but not in their indexes at the end. */
function damageTables(): void {
  damage('.sst', (length) => Array.from({ length: Math.floor((length * 0.7) / 300) }, (_, i) => i * 300));
}

/** Changes one bit of each byte named, in every file with that ending. */
function damage(ending: string, places: (length: number) => readonly number[]): void {
  const files = readdirSync(folder).filter((file) => file.endsWith(ending));
  if (files.length === 0) throw new Error(`there is no ${ending} file to damage`);
  for (const file of files) {
    const bytes = readFileSync(join(folder, file));
    for (const at of places(bytes.length)) bytes[at] = (bytes[at] ?? 0) ^ 4;
    writeFileSync(join(folder, file), bytes);
  }
}

/** Rewrites what the view in the folder says of itself. */
async function rewrite(change: (identity: string) => string): Promise<void> {
  const db = new RocksDB(folder);
  await db.ready();
  const key = Buffer.from('i');
  const read = db.read();
  const [identity] = await Promise.all([read.get(key), read.flush()]);
  read.destroy();
  const batch = db.write();
  batch.tryPut(key, Buffer.from(change(identity?.toString() ?? '')));
  await batch.flush();
  batch.destroy();
  await db.close();
}

async function failure(promise: Promise<unknown>): Promise<TaarError> {
  const error = await promise.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  );
  if (error instanceof TaarError) return error;
  throw error;
}
