import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { readSampleAddons } from '../src/cli/sample/sample-addons.ts';
import { Latencies } from '../src/cli/simulate/latencies.ts';
import { type BenchResult, median } from './bench.ts';

const TAAR = fileURLToPath(new URL('../bin/taar', import.meta.url));
const RUNS = 5;
const RUN_SECONDS = 6;
const PINGS_PER_SECOND = 500;
const REQUESTS_PER_SECOND = 200;
const LIMIT_MS = 10;
/** The start of a load is left out: its process compiles, connections open, caches warm. */
const WARM_UP_SECONDS = 3;

/** TAARlite's answers while `taar up` takes 500 pings a second; load and requests come from other processes. */
export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'taar-bench-up-'));
  const up = start(['up', '--sample'], { DATA_DIR: folder, PORT: '0' });
  try {
    const url = await addressOf(up);
    // What the machine itself does to such requests: a p99 far above this is the load's.
    const quiet = await requestsTo(url);
    const runs: { p50: number; p99: number }[] = [];
    const pings: number[] = [];
    for (let nth = 0; nth < RUNS; nth++) {
      const load = loadOn(url, nth);
      await wait(WARM_UP_SECONDS * 1000);
      runs.push(await requestsTo(url));
      pings.push(await endOf(load));
    }
    const p99s = runs.map(({ p99 }) => p99);
    return {
      name: 'up',
      unit: 'ms (99th percentile of TAARlite answers)',
      value: median(p99s),
      runs: p99s,
      reference: { what: 'limit', value: LIMIT_MS },
      ratio: LIMIT_MS / median(p99s),
      details: {
        p50Ms: median(runs.map(({ p50 }) => p50)),
        p99WithoutPingsMs: quiet.p99,
        pingsPerSecond: Math.round(median(pings)),
      },
    };
  } finally {
    up.kill('SIGTERM');
    if (up.exitCode === null) await once(up, 'exit');
    await rm(folder, { recursive: true });
  }
}

function start(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [TAAR, ...args], {
    env: { PATH: process.env.PATH, NODE_OPTIONS: process.env.NODE_OPTIONS ?? '', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** Waits until the sample is served. */
async function addressOf(up: ChildProcess): Promise<string> {
  let out = '';
  up.stdout?.on('data', (data) => {
    out += data;
  });
  while (!out.includes('Ctrl-C ends it')) {
    if (up.exitCode !== null) throw new Error(`taar up did not come up:\n${out}`);
    await wait(50);
  }
  return /is up on (http:\S+),/.exec(out)?.[1] ?? '';
}

function loadOn(url: string, seed: number): ChildProcess {
  const clients = PINGS_PER_SECOND * (RUN_SECONDS + 2 * WARM_UP_SECONDS);
  const args = ['--url', url, '--seed', `${100 + seed}`, '--clients', `${clients}`];
  return start(['simulate', '--json', '--rate', `${PINGS_PER_SECOND}`, ...args], {});
}

/** Stops a load; how many pings a second it really sent. */
async function endOf(load: ChildProcess): Promise<number> {
  let out = '';
  load.stdout?.on('data', (data) => {
    out += data;
  });
  load.kill('SIGINT');
  await new Promise((resolve) => load.once('close', resolve));
  return (JSON.parse(out) as { perSecond: number }).perSecond;
}

/** Asks for random add-ons at a fixed rate, whether or not earlier answers have come. */
async function requestsTo(url: string): Promise<{ p50: number; p99: number }> {
  const addons = readSampleAddons();
  const pool = new Pool(url, { connections: 8 });
  const latencies = new Latencies();
  const underWay: Promise<void>[] = [];
  const started = performance.now();
  for (let nth = 0; nth < REQUESTS_PER_SECOND * RUN_SECONDS; nth++) {
    const due = started + (nth * 1000) / REQUESTS_PER_SECOND;
    const ahead = due - performance.now();
    if (ahead > 0) await wait(ahead);
    const guid = addons[(nth * 37) % addons.length]?.guid ?? '';
    underWay.push(
      timed(pool, `/taarlite/api/v1/addon_recommendations/${encodeURIComponent(guid)}/`, latencies),
    );
  }
  await Promise.all(underWay);
  await pool.close();
  return { p50: latencies.quantile(0.5) ?? 0, p99: latencies.quantile(0.99) ?? 0 };
}

async function timed(pool: Pool, path: string, latencies: Latencies): Promise<void> {
  const started = performance.now();
  const answer = await pool.request({ method: 'GET', path });
  await answer.body.dump();
  latencies.add(performance.now() - started);
  if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}`);
}
