import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SetMember } from '../src/domain/model-records.ts';
import { createLogger } from '../src/ops/logging.ts';
import { ask, type Child, endChild, startChild } from './bench.child.ts';
import { makeData } from './recommend.data.ts';
import type { Stall } from './stall.probe.ts';

/** What a node is asked for at fixed times; another number shows how far it is from its limit. */
export const REQUESTS_PER_SECOND = Number(process.env.RECOMMEND_PER_SECOND ?? 2_000);
/** A node is asked for its metrics so often by those who watch it. */
const SCRAPE_EVERY_MS = 5_000;

/** What collecting garbage cost the node since it was asked last, and what held its event loop longest. */
export interface Pauses {
  readonly collections: number;
  /** Those of them that went through the whole heap. */
  readonly full: number;
  readonly longestMs: number;
  readonly totalMs: number;
  readonly longestHold: Stall;
}

/** A node of the benchmark (recommend.node.ts) with data of its own, watched as a node is that serves. */
export class ServingNode {
  readonly port: number;
  /** Two sets without a common member; the last is served first. */
  readonly sets: readonly (readonly SetMember[])[];
  readonly #child: Child<{ readonly port: number }>;
  readonly #folder: string;
  readonly #scrape: NodeJS.Timeout;

  private constructor(
    child: Child<{ readonly port: number }>,
    folder: string,
    sets: readonly (readonly SetMember[])[],
  ) {
    this.port = child.first.port;
    this.sets = sets;
    this.#child = child;
    this.#folder = folder;
    this.#scrape = setInterval(() => this.#readMetrics(), SCRAPE_EVERY_MS);
  }

  static async start(nodeOptions: readonly string[] = []): Promise<ServingNode> {
    const folder = await mkdtemp(join(tmpdir(), 'taar-bench-'));
    const sets = await makeData(folder, createLogger('text', 'error', process.stderr));
    return new ServingNode(await startChild('recommend.node.ts', [folder], nodeOptions), folder, sets);
  }

  async cpuSeconds(): Promise<number> {
    return (await ask<{ cpuSeconds: number }>(this.#child, 'cpu')).cpuSeconds;
  }

  pauses(): Promise<Pauses> {
    return ask(this.#child, 'pauses');
  }

  /** After collections; needs the option `--expose-gc`. */
  heap(): Promise<NodeJS.MemoryUsage> {
    return ask(this.#child, 'heap');
  }

  /** Resolves when answers come from these members. */
  swapTo(members: readonly SetMember[]): Promise<{ readonly attachMs: number }> {
    return ask(this.#child, { activate: members });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#scrape);
    await endChild(this.#child);
    await rm(this.#folder, { recursive: true, force: true });
  }

  #readMetrics(): void {
    fetch(`http://127.0.0.1:${this.port}/metrics`).then((answer) => answer.arrayBuffer());
  }
}
