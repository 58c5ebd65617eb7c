import { ask, endChild, startChild } from './bench.child.ts';
import type { BenchResult } from './bench.ts';
import { rounded } from './http.layers.ts';
import { ServingNode } from './recommend.serving.ts';

/** All requests; a smaller number is a quick look. */
const REQUESTS = Number(process.env.RECOMMEND_HEAP_REQUESTS ?? 3_000_000);
/** The heap is measured after each sixth: of 3 M requests, first after 0.5 M. */
const PARTS = 6;
const LIMIT_MB = 2;
const MB = 1e6;

/**
 * How much larger the heap of a node is after 3 M requests than after 0.5 M, each time after collecting garbage.
 * All over HTTP with everything on; of every kind of request there is, with another id, locale or name each time.
 */
export async function run(): Promise<BenchResult> {
  await using node = await ServingNode.start(['--expose-gc']);
  const load = await startChild('recommend-heap.child.ts');
  const memory: NodeJS.MemoryUsage[] = [];
  const perPart = Math.floor(REQUESTS / PARTS);
  let failed = 0;
  const failures: string[] = [];
  for (let part = 0; part < PARTS; part++) {
    const order = { port: node.port, from: part * perPart, requests: perPart };
    const done = await ask<{ failed: number; failures: string[] }>(load, order);
    failed += done.failed;
    failures.push(...done.failures);
    memory.push(await node.heap());
  }
  await endChild(load);
  const grown = (of: keyof NodeJS.MemoryUsage): number =>
    ((memory.at(-1)?.[of] ?? Number.NaN) - (memory[0]?.[of] ?? Number.NaN)) / MB;
  const value = grown('heapUsed') + grown('external');
  return {
    name: 'recommend-heap',
    unit: `MB (heap and what it holds outside, after ${REQUESTS} requests, beyond that after ${perPart})`,
    value,
    runs: memory.map(({ heapUsed, external }) => (heapUsed + external) / MB),
    reference: { what: 'limit in MB', value: LIMIT_MB },
    ratio: failed === 0 ? LIMIT_MB / Math.max(value, LIMIT_MB / 100) : 0,
    details: {
      heapUsedGrownMb: grown('heapUsed'),
      externalGrownMb: grown('external'),
      arrayBuffersGrownMb: grown('arrayBuffers'),
      rssGrownMb: grown('rss'),
      heapUsedMb: memory.map(({ heapUsed }) => rounded(heapUsed / MB)).join(' '),
      externalMb: memory.map(({ external }) => rounded(external / MB)).join(' '),
      arrayBuffersMb: memory.map(({ arrayBuffers }) => rounded(arrayBuffers / MB)).join(' '),
      rssMb: memory.map(({ rss }) => Math.round(rss / MB)).join(' '),
      failed,
      failures: failures.join('; '),
    },
  };
}
