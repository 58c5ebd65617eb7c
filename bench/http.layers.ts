import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from './bench.ts';

/** Servers that each do more than the one before, and what they are asked. */
export interface LayerPlan<L extends string> {
  /** The file of the server, which takes the layer as its argument; see taarlite.server.ts for what it tells. */
  readonly server: string;
  readonly layers: readonly L[];
  readonly paths: readonly string[];
  /** What every answer holds: one that was not meant would be a quick one. */
  readonly contains: string;
  readonly warmUpRequests: number;
  readonly requests: number;
  readonly runs: number;
}

/** By layer, requests for each CPU-second of the server in each run. */
export type LayerRates<L extends string> = Readonly<Record<L, readonly number[]>>;

/** Each server is a process of its own and so is the load; they take turns. */
export async function measureLayers<L extends string>(plan: LayerPlan<L>): Promise<LayerRates<L>> {
  const load = await start('http.load.ts', []);
  const servers = new Map<L, Server>();
  for (const layer of plan.layers) {
    const child = fork(fileURLToPath(new URL(plan.server, import.meta.url)), [layer]);
    servers.set(layer, { process: child, ...(await answer<{ port: number }>(child)) });
  }
  const rates = new Map<L, number[]>(plan.layers.map((layer) => [layer, []]));
  for (const server of servers.values()) await rateOf(server, load, plan, plan.warmUpRequests);
  for (let i = 0; i < plan.runs; i++) {
    for (const [layer, server] of servers)
      rates.get(layer)?.push(await rateOf(server, load, plan, plan.requests));
  }
  for (const child of [load, ...[...servers.values()].map((server) => server.process)]) child.disconnect();
  return Object.fromEntries(rates) as Record<L, number[]>;
}

/** Microseconds of CPU for each request of a layer, in the median. */
export function microsOf<L extends string>(rates: LayerRates<L>, layer: L): number {
  return 1e6 / median(rates[layer]);
}

/** A figure as it is printed. */
export function rounded(micros: number): number {
  return Math.round(10 * micros) / 10;
}

interface Server {
  readonly process: ChildProcess;
  readonly port: number;
}

async function start(file: string, args: readonly string[]): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args);
  await answer(child);
  return child;
}

async function rateOf(
  server: Server,
  load: ChildProcess,
  { paths, contains }: Pick<LayerPlan<string>, 'paths' | 'contains'>,
  requests: number,
): Promise<number> {
  const before = await cpuOf(server);
  load.send({ port: server.port, requests, paths, contains });
  const { error } = await answer<{ error?: string }>(load);
  if (error !== undefined) throw new Error(error);
  return requests / ((await cpuOf(server)) - before);
}

async function cpuOf(server: Server): Promise<number> {
  server.process.send('cpu');
  return (await answer<{ cpuSeconds: number }>(server.process)).cpuSeconds;
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const told = new AbortController();
  const ended = once(child, 'exit', { signal: told.signal }).then(() => {
    throw new Error('a process of the benchmark ended before it answered');
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal: told.signal }), ended])) as [T];
    return message;
  } finally {
    told.abort();
    ended.catch(() => {});
  }
}
