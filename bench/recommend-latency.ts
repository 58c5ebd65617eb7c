import { setTimeout as wait } from 'node:timers/promises';
import { endChild, startChild } from './bench.child.ts';
import { type BenchResult, median } from './bench.ts';
import { rounded } from './http.layers.ts';
import { failed, OpenLoad, type OpenReport, quantile } from './load.open.ts';
import { clientPaths } from './recommend.profiles.ts';
import { REQUESTS_PER_SECOND, ServingNode } from './recommend.serving.ts';

const LIMIT_MS = 5;
const RUNS = 3;
const RUN_SECONDS = 20;
/** The node compiles its code, and connections open. */
const WARM_UP_SECONDS = 10;
const BARE_SECONDS = 5;

/**
 * TAAR's own route with everything on under 2,000 requests a second that come whether or not the ones before are
 * answered: 99th percentile of the time from when a request was due until its answer. Beside it the same of bare
 * Fastify with a constant body: what the machine and the load do themselves.
 */
export async function run(): Promise<BenchResult> {
  await using node = await ServingNode.start();
  await loadOn(node.port, WARM_UP_SECONDS);
  const reports: OpenReport[] = [];
  const micros: number[] = [];
  await node.pauses();
  for (let nth = 0; nth < RUNS; nth++) {
    const before = await node.cpuSeconds();
    const report = await loadOn(node.port, RUN_SECONDS);
    micros.push((1e6 * ((await node.cpuSeconds()) - before)) / report.dueMs.length);
    reports.push(report);
  }
  const pauses = await node.pauses();
  const bare = await bareReport();
  const runs = reports.map(({ latencyMs }) => quantile(latencyMs, 0.99));
  const value = median(runs);
  const inMedian = (of: (report: OpenReport) => number): number => rounded(median(reports.map(of)));
  return {
    name: 'recommend-latency',
    unit: `ms (99th percentile of answers at ${REQUESTS_PER_SECOND} requests/s)`,
    value,
    runs,
    reference: { what: 'limit in ms', value: LIMIT_MS },
    ratio: LIMIT_MS / value,
    details: {
      p50Ms: inMedian(({ latencyMs }) => quantile(latencyMs, 0.5)),
      p999Ms: inMedian(({ latencyMs }) => quantile(latencyMs, 0.999)),
      longestMs: inMedian(({ latencyMs }) => quantile(latencyMs, 1)),
      failed: reports.reduce((sum, { latencyMs }) => sum + failed(latencyMs), 0),
      failures: reports.flatMap(({ failures }) => failures).join('; '),
      serverCpuMicrosPerRequest: Math.round(median(micros)),
      collections: pauses.collections,
      fullCollections: pauses.full,
      longestCollectionMs: rounded(pauses.longestMs),
      longestHoldMs: rounded(pauses.longestHold.wallMs),
      longestHoldCpuMs: rounded(pauses.longestHold.cpuMs),
      collectingShare: rounded((100 * pauses.totalMs) / (1000 * RUNS * RUN_SECONDS)) / 100,
      ...loadDetails(reports),
      bareP50Ms: rounded(quantile(bare.latencyMs, 0.5)),
      bareP99Ms: rounded(quantile(bare.latencyMs, 0.99)),
    },
  };
}

/** How much the load itself was in the way. */
function loadDetails(reports: readonly OpenReport[]): Readonly<Record<string, number>> {
  return {
    loadCpuShare: rounded(10 * median(reports.map(({ cpuShare }) => cpuShare))) / 10,
    sentLateP50Ms: rounded(median(reports.map(({ lateMs }) => quantile(lateMs, 0.5)))),
    sentLateP99Ms: rounded(median(reports.map(({ lateMs }) => quantile(lateMs, 0.99)))),
  };
}

async function bareReport(): Promise<OpenReport> {
  const server = await startChild<{ port: number }>('recommend.server.ts', ['bare']);
  await loadOn(server.first.port, BARE_SECONDS);
  const report = await loadOn(server.first.port, BARE_SECONDS);
  await endChild(server);
  return report;
}

async function loadOn(port: number, seconds: number): Promise<OpenReport> {
  const load = await OpenLoad.start({ port, paths: clientPaths(), perSecond: REQUESTS_PER_SECOND });
  await wait(1000 * seconds);
  return load.stop();
}
