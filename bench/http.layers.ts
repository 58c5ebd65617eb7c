import { ask, type Child, endChild, startChild } from './bench.child.ts';
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
  const load = await startChild('http.load.ts');
  const servers = new Map<L, Server>();
  for (const layer of plan.layers) {
    servers.set(layer, await startChild(plan.server, [layer]));
  }
  const rates = new Map<L, number[]>(plan.layers.map((layer) => [layer, []]));
  for (const server of servers.values()) await rateOf(server, load, plan, plan.warmUpRequests);
  for (let i = 0; i < plan.runs; i++) {
    for (const [layer, server] of servers)
      rates.get(layer)?.push(await rateOf(server, load, plan, plan.requests));
  }
  for (const child of [load, ...servers.values()]) await endChild(child);
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

type Server = Child<{ readonly port: number }>;

async function rateOf(
  server: Server,
  load: Child<unknown>,
  { paths, contains }: Pick<LayerPlan<string>, 'paths' | 'contains'>,
  requests: number,
): Promise<number> {
  const before = await cpuOf(server);
  await ask(load, { port: server.first.port, requests, paths, contains });
  return requests / ((await cpuOf(server)) - before);
}

async function cpuOf(server: Server): Promise<number> {
  return (await ask<{ cpuSeconds: number }>(server, 'cpu')).cpuSeconds;
}
