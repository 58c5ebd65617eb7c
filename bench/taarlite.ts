import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { liteRuntime } from '../test/serving/taarlite-models.ts';
import { type BenchResult, cpuSeconds, median } from './bench.ts';
import { artifacts, paths } from './taarlite.model.ts';

const RUNS = 5;
const WARM_UP_REQUESTS = 15_000;
const REQUESTS = 40_000;
const LIMIT = 0.6;

/** What each server does beyond the one before it. */
const LAYERS = ['bare', 'http', 'metrics', 'full'] as const;
type Layer = (typeof LAYERS)[number];

/**
 * TAARlite answers with everything on, in requests for each CPU-second of the server, as a share of what bare Fastify
 * does with a constant body of the same size. Each server is a process of its own and so is the load; they take turns.
 */
export async function run(): Promise<BenchResult> {
  const load = await start('taarlite.load.ts');
  const servers = new Map<Layer, Server>();
  for (const layer of LAYERS) servers.set(layer, await startServer(layer));
  const rates: Record<Layer, number[]> = { bare: [], http: [], metrics: [], full: [] };
  for (const server of servers.values()) await rateOf(server, load, WARM_UP_REQUESTS);
  for (let i = 0; i < RUNS; i++) {
    for (const [layer, server] of servers) rates[layer].push(await rateOf(server, load, REQUESTS));
  }
  for (const child of [load, ...[...servers.values()].map((server) => server.process)]) child.disconnect();
  return resultOf(rates);
}

interface Server {
  readonly process: ChildProcess;
  readonly port: number;
}

async function startServer(layer: Layer): Promise<Server> {
  const child = fork(fileURLToPath(new URL('taarlite.server.ts', import.meta.url)), [layer]);
  const { port } = await answer<{ port: number }>(child);
  return { process: child, port };
}

async function start(file: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)));
  await answer(child);
  return child;
}

/** Requests for each CPU-second of the server. */
async function rateOf(server: Server, load: ChildProcess, requests: number): Promise<number> {
  const before = await cpuOf(server);
  load.send({ port: server.port, requests });
  const { error } = await answer<{ error?: string }>(load);
  if (error !== undefined) throw new Error(error);
  return requests / ((await cpuOf(server)) - before);
}

async function cpuOf(server: Server): Promise<number> {
  server.process.send('cpu');
  return (await answer<{ cpuSeconds: number }>(server.process)).cpuSeconds;
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T];
  return message;
}

function resultOf(rates: Readonly<Record<Layer, readonly number[]>>): BenchResult {
  const shares = rates.full.map((rate, i) => rate / (rates.bare[i] ?? Number.NaN));
  const value = median(shares);
  const micros = (layer: Layer): number => 1e6 / median(rates[layer]);
  return {
    name: 'taarlite',
    unit: 'requests per CPU-second, as a share of bare Fastify',
    value,
    runs: shares,
    reference: { what: 'share of bare Fastify in the same run', value: LIMIT },
    ratio: value / LIMIT,
    details: {
      bareRequestsPerCpuSecond: Math.round(median(rates.bare)),
      fullRequestsPerCpuSecond: Math.round(median(rates.full)),
      bareMicros: rounded(micros('bare')),
      httpSetUpMicros: rounded(micros('http') - micros('bare')),
      metricsMicros: rounded(micros('metrics') - micros('http')),
      routeMicros: rounded(micros('full') - micros('metrics')),
      firstAnswerScoringMicros: rounded(scoringMicros()),
    },
  };
}

/** What the first request for an add-on pays on top: the answer is kept with the model. */
function scoringMicros(): number {
  const guids = paths().map((path) => decodeURIComponent(path.split('/')[5] ?? ''));
  const models = artifacts();
  liteRuntime(models).taarlite.warmUp();
  const { taarlite } = liteRuntime(models);
  const since = process.cpuUsage();
  for (const guid of guids) taarlite.answer(guid);
  return (1e6 * cpuSeconds(since)) / guids.length;
}

function rounded(micros: number): number {
  return Math.round(10 * micros) / 10;
}
