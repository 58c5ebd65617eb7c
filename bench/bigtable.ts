import { createHash } from 'node:crypto';
import { uniformsOf } from '../src/domain/random.ts';
import { LegacyProfileRows } from '../src/views/bigtable/legacy-rows.ts';
import { openBigtableView } from '../src/views/bigtable/open-bigtable-view.ts';
import type { TablePlace } from '../src/views/bigtable/table-place.ts';
import type { Change } from '../src/views/view.ts';
import { BigtableEmulator } from '../test/infra/bigtable-emulator.ts';
import { newTable } from '../test/views/bigtable/tables.ts';
import { type BenchResult, cpuSeconds, median } from './bench.ts';
import { BareTable } from './bigtable.bare.ts';
import { profileChanges } from './bigtable.profiles.ts';

const RUNS = 5;
const ROWS = 50_000;
const VALUE_BYTES = 640;
const PAYLOAD_BYTES = 400;
const WRITE_BATCH = 500;
const READ_GROUP = 100;
/** Batches or groups that one way deals with before it is the other's turn: whatever else the machine does hits both. */
const TURN = 5;
/** A busy machine is to slow the bench down, not to end it. */
const READ_DEADLINE_MS = 60_000;
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

interface Pair {
  readonly view: Figures;
  readonly bare: Figures;
}

const PAYLOAD = createHash('sha512').update('payload').digest('hex').repeat(4).slice(0, PAYLOAD_BYTES);

/** Rows written and read in groups: the view, and beside it the generated client in a bare loop. */
export async function run(): Promise<BenchResult> {
  const changes = changeBatches(ROWS);
  const groups = readGroups(changes.flat().map(({ key }) => key));
  const states: Pair[] = [];
  const shown: Pair[] = [];
  for (let i = 0; i < RUNS; i++) {
    states.push(await measure(changes, groups, false));
    shown.push(await measure(changes, groups, true));
  }
  const [state, both] = [medians(states), medians(shown)];
  return {
    name: 'bigtable',
    unit: 'rows of a state and a payload written per CPU-second',
    value: Math.round(both.view.written),
    runs: shown.map(({ view }) => Math.round(view.written)),
    reference: {
      what: 'the generated client in a bare loop, in the same run',
      value: Math.round(both.bare.written),
    },
    ratio: ratioOf(shown, 'written'),
    details: {
      rows: ROWS,
      statesOnlyPerCpuSecond: Math.round(state.view.written),
      statesOnlyReference: Math.round(state.bare.written),
      statesOnlyRatio: ratioOf(states, 'written'),
      readPerCpuSecond: Math.round(state.view.read),
      readReference: Math.round(state.bare.read),
      readRatio: ratioOf(states, 'read'),
      legacyRowMicroseconds: await legacyRowMicroseconds(),
    },
  };
}

/** One run of both ways, each on a table of its own, in a new emulator: one that holds much is slow. */
async function measure(
  batches: readonly Change[][],
  groups: readonly string[][],
  shown: boolean,
): Promise<Pair> {
  const emulator = await BigtableEmulator.start();
  const view = await viewWork(await newTable(emulator.host), shown);
  const bare = await bareWork(await newTable(emulator.host), shown);
  try {
    const warmUp = changeBatches(WARM_UP_ROWS, 1);
    const warmUpGroups = readGroups(warmUp.flat().map(({ key }) => key));
    await inTurns(warmUp, [(turn) => view.write(turn), (turn) => bare.write(turn)]);
    await inTurns(warmUpGroups, [(turn) => view.read(turn), (turn) => bare.read(turn)]);
    const written = await inTurns(batches, [(turn) => view.write(turn), (turn) => bare.write(turn)]);
    const read = await inTurns(groups, [(turn) => view.read(turn), (turn) => bare.read(turn)]);
    return {
      view: { written: written[0], read: read[0] },
      bare: { written: written[1], read: read[1] },
    };
  } finally {
    await view.close();
    await bare.close();
    await emulator.stop();
  }
}

type Deal<T> = (turn: readonly T[]) => Promise<number>;

/** The rows per CPU-second of two ways to deal with the same work, a few batches of it in turn. */
async function inTurns<T>(work: readonly T[], ways: readonly [Deal<T>, Deal<T>]): Promise<[number, number]> {
  const seconds = [0, 0];
  const rows = [0, 0];
  for (let first = 0; first < work.length; first += TURN) {
    const turn = work.slice(first, first + TURN);
    for (const [way, deal] of ways.entries()) {
      const start = process.cpuUsage();
      rows[way] = (rows[way] ?? 0) + (await deal(turn));
      seconds[way] = (seconds[way] ?? 0) + cpuSeconds(start);
    }
  }
  if (rows[0] !== rows[1]) throw new Error(`the two dealt with ${rows.join(' and ')} rows`);
  return [(rows[0] ?? 0) / (seconds[0] ?? 0), (rows[1] ?? 0) / (seconds[1] ?? 0)];
}

async function viewWork(place: TablePlace, shown: boolean): Promise<Work> {
  const payload = Buffer.from(PAYLOAD);
  const legacyRows = { payloadsOf: async (changes: readonly Change[]) => changes.map(() => payload) };
  const name = 'addons.profile.changed.v1';
  const view = await openBigtableView({
    place,
    role: 'writer',
    logId: 'bench',
    readDeadlineMs: READ_DEADLINE_MS,
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

function medians(pairs: readonly Pair[]): Pair {
  const of = (way: keyof Pair): Figures => ({
    written: median(pairs.map((pair) => pair[way].written)),
    read: median(pairs.map((pair) => pair[way].read)),
  });
  return { view: of('view'), bare: of('bare') };
}

/** The middle one of the runs' own ratios: what else goes on in a run hits both. */
function ratioOf(pairs: readonly Pair[], figure: keyof Figures): number {
  return round(median(pairs.map(({ view, bare }) => view[figure] / bare[figure])));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
