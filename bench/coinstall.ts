import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countPairs, type ItemLists } from '../src/trainers/addons/pair-rows.ts';
import { type BenchResult, cpuSeconds, median } from './bench.ts';

const CLIENTS = 1_000_000;
const KNOWN_ADDONS = 2000;
const ADDONS_EACH = 6;
const RUNS = 5;
const VIEW_RUNS = 3;
/** The plain peer counts a tenth of the clients; its time is scaled. */
const PEER_SHARE = 10;
const LIMIT_CPU_SECONDS = 0.6;

/** Six different add-ons for each client, popular ones more often: the square of a uniform number chooses. */
function population(clients: number): ItemLists {
  let state = 1;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const items = new Uint32Array(clients * ADDONS_EACH);
  for (let client = 0; client < clients; client++) {
    const own = new Set<number>();
    while (own.size < ADDONS_EACH) own.add(Math.floor(KNOWN_ADDONS * uniform() ** 2));
    items.set([...own], client * ADDONS_EACH);
  }
  return { ends: Uint32Array.from({ length: clients }, (_, i) => (i + 1) * ADDONS_EACH), items };
}

function timed(work: () => void): number {
  const began = process.cpuUsage();
  work();
  return cpuSeconds(began);
}

/** What one would write first: a map of maps over ordered pairs. */
function countWithMaps({ ends, items }: ItemLists): Map<number, Map<number, number>> {
  const rows = new Map<number, Map<number, number>>();
  let start = 0;
  for (const end of ends) {
    const own = items.subarray(start, end);
    for (const a of own) {
      const row = rows.get(a) ?? new Map<number, number>();
      rows.set(a, row);
      for (const b of own) if (a !== b) row.set(b, (row.get(b) ?? 0) + 1);
    }
    start = end;
  }
  return rows;
}

interface ViewRun {
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly peakMegabytes: number;
  readonly clients: number;
  readonly snapshotBytes: number;
}

function child(...args: string[]): string {
  const script = fileURLToPath(new URL('./coinstall.child.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the child process failed: ${stderr}`);
  return stdout;
}

/** From a RocksDB view of all clients to the encoded snapshots, in a process of its own. */
function fromTheView(): ViewRun {
  const folder = mkdtempSync(join(tmpdir(), 'taar-bench-coinstall-'));
  try {
    child('build', folder, String(CLIENTS));
    const runs = Array.from({ length: VIEW_RUNS }, () => JSON.parse(child('train', folder)) as ViewRun);
    runs.sort((a, b) => a.cpuSeconds - b.cpuSeconds);
    const middle = runs[Math.floor(VIEW_RUNS / 2)];
    if (middle?.clients !== CLIENTS) throw new Error(`${middle?.clients} of ${CLIENTS} profiles were read`);
    return { ...middle, peakMegabytes: Math.max(...runs.map(({ peakMegabytes }) => peakMegabytes)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Co-installation of 1,000,000 profiles of six add-ons each, 2,000 known (README, numbers). */
export async function run(): Promise<BenchResult> {
  const lists = population(CLIENTS);
  const runs = Array.from({ length: RUNS }, () => timed(() => countPairs(lists, KNOWN_ADDONS)));
  const tenth = population(CLIENTS / PEER_SHARE);
  const peer = median(Array.from({ length: 3 }, () => timed(() => countWithMaps(tenth)))) * PEER_SHARE;
  const view = fromTheView();
  const value = median(runs);
  return {
    name: 'coinstall',
    unit: 'CPU seconds for counting from decoded arrays',
    value: rounded(value),
    runs: runs.map(rounded),
    reference: { what: 'at most', value: LIMIT_CPU_SECONDS },
    ratio: rounded(LIMIT_CPU_SECONDS / value),
    details: {
      'plain maps, CPU seconds': rounded(peer),
      'from the view, CPU seconds (limit 12)': rounded(view.cpuSeconds),
      'from the view, seconds': rounded(view.seconds),
      'from the view, peak MB (limit 1024)': Math.round(view.peakMegabytes),
      'snapshots, bytes': view.snapshotBytes,
    },
  };
}
