import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { legacyDeletionPing, legacyMainPing, type Ping } from '../src/cli/sample/pings.ts';
import { Population, type SimulatedBrowser } from '../src/cli/sample/population.ts';
import { readSampleAddons } from '../src/cli/sample/sample-addons.ts';
import { sha256Hex } from '../src/domain/client-key.ts';
import { TAAR } from '../test/e2e/running-taar.ts';
import { type BenchResult, median } from './bench.ts';
import { KafkaSystem } from './kafka.system.ts';

const PROBES = 200;
/** The first of them are not measured: new processes compile, connect and make their first transactions. */
const WARM_UP_PROBES = 30;
const BACKGROUND_PINGS_PER_SECOND = 100;
const LIMIT_MS = 1_000;
const POLL_MS = 5;
const GIVE_UP_MS = 30_000;
const SEED = 99;

/**
 * From a ping that the intake has answered with 200 until every serving node knows the profile, and from a client's
 * deletion until none does: one node reads its own view, the other the mirror in Bigtable. 99th percentiles, under a
 * light load.
 */
export async function run(): Promise<BenchResult> {
  await using system = await KafkaSystem.start();
  const load = background(system.intakeUrl);
  try {
    const population = new Population(SEED, readSampleAddons());
    const appeared: number[] = [];
    const vanished: number[] = [];
    for (let nth = 0; nth < WARM_UP_PROBES + PROBES; nth++) {
      const browser = population.browser(nth);
      const times = [
        await timeUntil(system, browser, legacyMainPing, true),
        await timeUntil(system, browser, legacyDeletionPing, false),
      ] as const;
      if (nth < WARM_UP_PROBES) continue;
      appeared.push(times[0]);
      vanished.push(times[1]);
    }
    const value = p99(appeared);
    return {
      name: 'kafka-latency',
      unit: 'ms (99th percentile from an answered ping to its profile on every node)',
      value,
      runs: [value],
      reference: { what: 'limit', value: LIMIT_MS },
      ratio: LIMIT_MS / value,
      details: {
        medianMs: Math.round(median(appeared)),
        deletionP99Ms: Math.round(p99(vanished)),
        deletionMedianMs: Math.round(median(vanished)),
        deletionRatio: LIMIT_MS / p99(vanished),
        probes: PROBES,
        backgroundPingsPerSecond: BACKGROUND_PINGS_PER_SECOND,
      },
    };
  } finally {
    load.kill('SIGKILL');
    if (load.exitCode === null && load.signalCode === null) await once(load, 'exit');
  }
}

async function timeUntil(
  { intakeUrl, serverUrls }: KafkaSystem,
  browser: SimulatedBrowser,
  pingOf: (browser: SimulatedBrowser, stamp: { documentId: string; at: number }) => Ping,
  known: boolean,
): Promise<number> {
  await send(intakeUrl, pingOf(browser, { documentId: crypto.randomUUID(), at: Date.now() }));
  const answered = performance.now();
  const times = serverUrls.map(async (url) => {
    const path = `${url}/v1/api/client_has_addon/${sha256Hex(browser.legacyId)}/none@example.org/`;
    while ((await isKnown(path)) !== known) {
      if (performance.now() - answered > GIVE_UP_MS) throw new Error(`nothing changed in ${GIVE_UP_MS} ms`);
      await wait(POLL_MS);
    }
    return performance.now() - answered;
  });
  return Math.max(...(await Promise.all(times)));
}

async function send(url: string, { path, headers, body }: Ping): Promise<void> {
  const packed = gzipSync(JSON.stringify(body));
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: packed });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`the intake answered ${answer.status}`);
}

async function isKnown(path: string): Promise<boolean> {
  const answer = (await (await fetch(path)).json()) as { error?: string };
  return answer.error === undefined;
}

function background(url: string): ChildProcess {
  const rate = `${BACKGROUND_PINGS_PER_SECOND}`;
  const args = [TAAR, 'simulate', '--clients', '1000000', '--rate', rate, '--seed', '5', '--url', url];
  return spawn(process.execPath, args, { stdio: 'ignore' });
}

function p99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(0.99 * sorted.length) - 1] ?? Number.NaN;
}
