import { createHash } from 'node:crypto';
import { uniformsOf } from '../src/domain/random.ts';
import { LegacyProfileRows } from '../src/views/bigtable/legacy-rows.ts';
import { openBigtableView } from '../src/views/bigtable/open-bigtable-view.ts';
import type { TablePlace } from '../src/views/bigtable/table-place.ts';
import type { Change } from '../src/views/view.ts';
import { Emulator, newTable } from '../test/views/bigtable/emulator.ts';
import { type BenchResult, cpuSeconds, median } from './bench.ts';
import { BareTable } from './bigtable.bare.ts';
import { profileChanges } from './bigtable.profiles.ts';

const RUNS = 5;
const ROWS = 50_000;
const VALUE_BYTES = 640;
const PAYLOAD_BYTES = 400;
const WRITE_BATCH = 500;
const READ_GROUP = 100;
/** Rows of a run that is not measured: the code is compiled, the connection made. */
const WARM_UP_ROWS = 10_000;

/** What is measured of a way to the table: each returns how many rows it dealt with. */
interface Work {
  write(batches: readonly Change[][]): Promise<number>;
  read(groups: readonly string[][]): Promise<number>;
  close(): Promise<void>;
}

/** Rows per CPU-second of this process; the emulator is another. */
interface Figures {
  readonly written: number;
  readonly read: number;
}

const PAYLOAD = createHash('sha512').update('payload').digest('hex').repeat(4).slice(0, PAYLOAD_BYTES);

/** Rows written and read in groups: the view, and beside it the generated client in a bare loop. */
export async function run(): Promise<BenchResult> {
  const emulator = await Emulator.shared();
  try {
    return await measured(emulator.host);
  } finally {
    await emulator.stop();
  }
}

async function measured(host: string): Promise<BenchResult> {
  const changes = changeBatches(ROWS);
  const groups = readGroups(changes.flat().map(({ key }) => key));
  const bares: Figures[] = [];
  const views: Figures[] = [];
  const baresShown: Figures[] = [];
  const viewsShown: Figures[] = [];
  for (let i = 0; i < RUNS; i++) {
    bares.push(await measure(host, changes, groups, (place) => bareWork(place, false)));
    views.push(await measure(host, changes, groups, (place) => viewWork(place, false)));
    baresShown.push(await measure(host, changes, groups, (place) => bareWork(place, true)));
    viewsShown.push(await measure(host, changes, groups, (place) => viewWork(place, true)));
  }
  const bare = medians(bares);
  const view = medians(views);
  const bareShown = medians(baresShown);
  const viewShown = medians(viewsShown);
  return {
    name: 'bigtable',
    unit: 'rows of a state and a payload written per CPU-second',
    value: Math.round(viewShown.written),
    runs: viewsShown.map(({ written }) => Math.round(written)),
    reference: {
      what: 'the generated client in a bare loop, in the same run',
      value: Math.round(bareShown.written),
    },
    ratio: round(viewShown.written / bareShown.written),
    details: {
      rows: ROWS,
      statesOnlyPerCpuSecond: Math.round(view.written),
      statesOnlyReference: Math.round(bare.written),
      statesOnlyRatio: round(view.written / bare.written),
      readPerCpuSecond: Math.round(view.read),
      readReference: Math.round(bare.read),
      readRatio: round(view.read / bare.read),
      legacyRowMicroseconds: await legacyRowMicroseconds(),
    },
  };
}

async function measure(
  host: string,
  batches: readonly Change[][],
  groups: readonly string[][],
  open: (place: TablePlace) => Promise<Work>,
): Promise<Figures> {
  const work = await open(await newTable(host));
  try {
    const warmUp = changeBatches(WARM_UP_ROWS, 1);
    await work.write(warmUp);
    await work.read(readGroups(warmUp.flat().map(({ key }) => key)));
    return {
      written: await perCpuSecond(() => work.write(batches)),
      read: await perCpuSecond(() => work.read(groups)),
    };
  } finally {
    await work.close();
  }
}

async function perCpuSecond(work: () => Promise<number>): Promise<number> {
  const start = process.cpuUsage();
  const rows = await work();
  const seconds = cpuSeconds(start);
  if (rows !== ROWS) throw new Error(`dealt with ${rows} rows of ${ROWS}`);
  return rows / seconds;
}

async function viewWork(place: TablePlace, shown: boolean): Promise<Work> {
  const payload = Buffer.from(PAYLOAD);
  const legacyRows = { payloadsOf: async (changes: readonly Change[]) => changes.map(() => payload) };
  const name = 'addons.profile.changed.v1';
  const view = await openBigtableView({
    place,
    role: 'writer',
    logId: 'bench',
    name,
    ...(shown ? { legacyRows } : {}),
  });
  let next = 0;
  return {
    async write(batches) {
      for (const batch of batches) {
        next += batch.length;
        await view.apply(0, batch, next);
      }
      return batches.flat().length;
    },
    async read(groups) {
      let found = 0;
      for (const keys of groups)
        found += (await view.getMany(0, keys)).filter((value) => value !== undefined).length;
      return found;
    },
    close: () => view.close(),
  };
}

async function bareWork(place: TablePlace, shown: boolean): Promise<Work> {
  const table = await BareTable.open(place);
  const payload = shown ? Buffer.from(PAYLOAD) : undefined;
  return {
    async write(batches) {
      for (const batch of batches) await table.write(batch, payload);
      return batches.flat().length;
    },
    async read(groups) {
      let found = 0;
      for (const keys of groups) found += await table.read(keys);
      return found;
    },
    close: () => table.close(),
  };
}

/** What it costs to make a payload of a profile with eight add-ons out of its state. */
async function legacyRowMicroseconds(): Promise<number> {
  const { codec, changes } = await profileChanges(WARM_UP_ROWS);
  const rows = new LegacyProfileRows(codec);
  await rows.payloadsOf(changes);
  const start = process.cpuUsage();
  await rows.payloadsOf(changes);
  return Math.round((cpuSeconds(start) * 1e6) / changes.length);
}

/** Rows under hashed keys, so in no order. */
function changeBatches(rows: number, salt = 0): Change[][] {
  const filler = createHash('sha512').update('filler').digest('hex').repeat(5);
  const changedAt = Date.now();
  return Array.from({ length: rows / WRITE_BATCH }, (_, batch) =>
    Array.from({ length: WRITE_BATCH }, (_, i) => {
      const key = createHash('sha256')
        .update(`${salt} ${batch * WRITE_BATCH + i}`)
        .digest('hex');
      // As a state begins, with 0.
      const value = Buffer.from(`\u0000${key}${filler}`.slice(0, VALUE_BYTES));
      return { key, value, changedAt: changedAt + batch };
    }),
  );
}

/** Groups of keys drawn at random, none twice in a group. */
function readGroups(keys: readonly string[]): string[][] {
  const uniform = uniformsOf(1, 'bench reads', 0);
  return Array.from({ length: keys.length / READ_GROUP }, (_, group) => {
    const first = Math.floor(uniform(group) * keys.length);
    return Array.from({ length: READ_GROUP }, (_, i) => keys[(first + i * 7) % keys.length] ?? '');
  });
}

function medians(runs: readonly Figures[]): Figures {
  return {
    written: median(runs.map(({ written }) => written)),
    read: median(runs.map(({ read }) => read)),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
