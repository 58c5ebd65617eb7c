import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uniformsOf } from '../src/domain/random.ts';
import { openRocksView } from '../src/views/rocksdb/open-rocks-view.ts';
import type { Change, SnapshotView } from '../src/views/view.ts';
import { type BenchResult, cpuSeconds, median } from './bench.ts';
import { BareRows } from './view.bare.ts';

const RUNS = 5;
const ROWS = 200_000;
const VALUE_BYTES = 640;
const WRITE_BATCH = 500;
const READ_GROUP = 100;

/** What is measured of a store: each returns how many rows it dealt with. */
interface Work {
  write(): Promise<number>;
  read(): Promise<number>;
  scan(): Promise<number>;
  close(): Promise<void>;
}

/** Rows per CPU-second of all threads, RocksDB's own included. */
interface Figures {
  readonly written: number;
  readonly read: number;
  readonly scanned: number;
}

/** Rows written, read in groups and scanned: the view, and beside it the library in a bare loop. */
export async function run(): Promise<BenchResult> {
  const batches = changeBatches();
  const groups = readGroups(batches.flat().map(({ key }) => key));
  const views: Figures[] = [];
  const bares: Figures[] = [];
  for (let i = 0; i < RUNS; i++) {
    bares.push(await measure((folder) => bareWork(folder, batches, groups)));
    views.push(await measure((folder) => viewWork(folder, batches, groups)));
  }
  const view = medians(views);
  const bare = medians(bares);
  const ratios = { written: view.written / bare.written, read: view.read / bare.read };
  return {
    name: 'view',
    unit: 'rows written per CPU-second',
    value: Math.round(view.written),
    runs: views.map(({ written }) => Math.round(written)),
    reference: { what: 'rocksdb-native in a bare loop, in the same run', value: Math.round(bare.written) },
    ratio: round(ratios.written),
    details: {
      rows: ROWS,
      readPerCpuSecond: Math.round(view.read),
      readReference: Math.round(bare.read),
      readRatio: round(ratios.read),
      scannedAndPackedPerCpuSecond: Math.round(view.scanned),
      scannedOnlyReference: Math.round(bare.scanned),
      cpuSecondsToScanAMillion: round(1e6 / view.scanned),
    },
  };
}

async function measure(open: (folder: string) => Promise<Work>): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'taar-bench-view-'));
  const work = await open(folder);
  try {
    return {
      written: await perCpuSecond(() => work.write()),
      read: await perCpuSecond(() => work.read()),
      scanned: await perCpuSecond(() => work.scan()),
    };
  } finally {
    await work.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function perCpuSecond(work: () => Promise<number>): Promise<number> {
  const start = process.cpuUsage();
  const rows = await work();
  const seconds = cpuSeconds(start);
  if (rows !== ROWS) throw new Error(`dealt with ${rows} rows of ${ROWS}`);
  return rows / seconds;
}

async function viewWork(
  folder: string,
  batches: readonly Change[][],
  groups: readonly string[][],
): Promise<Work> {
  const view = await openRocksView({ folder, logId: 'bench', name: 'addons.profile.changed.v1' });
  return {
    async write() {
      for (const [i, batch] of batches.entries()) await view.apply(0, batch, (i + 1) * WRITE_BATCH);
      return batches.length * WRITE_BATCH;
    },
    async read() {
      let found = 0;
      for (const keys of groups)
        found += (await view.getMany(0, keys)).filter((value) => value !== undefined).length;
      return found;
    },
    scan: () => scanAll(view),
    close: () => view.close(),
  };
}

async function bareWork(
  folder: string,
  batches: readonly Change[][],
  groups: readonly string[][],
): Promise<Work> {
  const rows = await BareRows.open(folder);
  return {
    async write() {
      for (const batch of batches) await rows.write(batch);
      return batches.length * WRITE_BATCH;
    },
    async read() {
      let found = 0;
      for (const keys of groups) found += await rows.read(keys);
      return found;
    },
    scan: () => rows.scan(),
    close: () => rows.close(),
  };
}

async function scanAll(view: SnapshotView): Promise<number> {
  const snapshot = await view.snapshot();
  let rows = 0;
  for await (const { count } of snapshot.scan()) rows += count;
  await snapshot.close();
  return rows;
}

/** Rows under hashed keys, so in no order, with values that compress to a part of their size. */
function changeBatches(): Change[][] {
  const filler = createHash('sha512').update('filler').digest('hex').repeat(5);
  return Array.from({ length: ROWS / WRITE_BATCH }, (_, batch) =>
    Array.from({ length: WRITE_BATCH }, (_, i) => {
      const number = batch * WRITE_BATCH + i;
      const key = createHash('sha256').update(`${number}`).digest('hex');
      return { key, value: Buffer.from((key + filler).slice(0, VALUE_BYTES)), changedAt: number };
    }),
  );
}

/** Groups of keys drawn at random. */
function readGroups(keys: readonly string[]): string[][] {
  const uniform = uniformsOf(1, 'bench reads', 0);
  return Array.from({ length: ROWS / READ_GROUP }, (_, group) =>
    Array.from({ length: READ_GROUP }, (_, i) => {
      return keys[Math.floor(uniform(group * READ_GROUP + i) * keys.length)] ?? '';
    }),
  );
}

function medians(runs: readonly Figures[]): Figures {
  return {
    written: median(runs.map(({ written }) => written)),
    read: median(runs.map(({ read }) => read)),
    scanned: median(runs.map(({ scanned }) => scanned)),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
