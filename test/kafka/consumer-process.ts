import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import { deletionFanOut } from '../../src/consumers/deletion-fan-out.ts';
import { topicSettings } from '../../src/log/topics.ts';
import type { Order, Report } from './consumer-reports.ts';
import type { Site } from './site.ts';
import { until } from './until.ts';

const CHILD = fileURLToPath(new URL('./consumer.child.ts', import.meta.url));
/** A stopping process gives its batches 20 s; more than this on top means that something keeps it alive. */
const STOP_LIMIT_MS = 40_000;
const START_LIMIT_MS = 30_000;

/** A consumer in a process of its own, with a view in a folder that outlives it. */
export class ConsumerProcess {
  readonly folder: string;
  readonly reports: Report[] = [];
  /** Of each aggregate, the partitions that it works on now, as it tells. */
  readonly owned = new Map<string, Set<number>>();
  readonly #child: ChildProcess;

  private constructor(folder: string, child: ChildProcess) {
    this.folder = folder;
    this.#child = child;
    child.on('message', (report: Report) => this.#take(report));
  }

  /** Starts one; the name is that of its folder, so the same name again continues with the same view. */
  static async start(site: Site, name: string): Promise<ConsumerProcess> {
    const folder = join(site.folder, name);
    await mkdir(folder, { recursive: true });
    const { connection, registryUrl } = site;
    const child = spawn(process.execPath, [CHILD], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: join(site.folder, 'compiled'),
        KAFKA_BROKERS: connection.brokers.join(','),
        KAFKA_PREFIX: connection.prefix,
        SCHEMA_REGISTRY_URL: registryUrl,
        DATA_DIR: folder,
      },
    });
    const consumer = new ConsumerProcess(folder, child);
    onTestFinished(() => consumer.kill());
    return consumer;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** How many reports of a kind, of one aggregate or of all, have come. */
  count(kind: Report['kind'], aggregate?: string): number {
    return this.reports.filter(
      (report) =>
        report.kind === kind &&
        (aggregate === undefined || ('aggregate' in report && report.aggregate === aggregate)),
    ).length;
  }

  /** True when it has begun a batch of one of the aggregate's partitions and nothing came of it yet. */
  hasBatchInHand(aggregate: string): boolean {
    const last = new Map<number, Report['kind']>();
    for (const report of this.reports) {
      if ('aggregate' in report && report.aggregate === aggregate) last.set(report.partition, report.kind);
    }
    return [...last.values()].includes('batch');
  }

  tell(order: Order): void {
    this.#child.send(order);
  }

  /** The times in ms between failures with this code and the next attempts, of all partitions. */
  waitsOf(code: string): number[] {
    const waits: number[] = [];
    const failed = new Map<number, number>();
    for (const report of this.reports) {
      if (!('aggregate' in report) || report.aggregate !== addonClient.name) continue;
      const since = failed.get(report.partition);
      if (report.kind === 'failed' && report.code === code) failed.set(report.partition, report.at);
      else if (report.kind === 'assigning' && since !== undefined) waits.push(report.at - since);
    }
    return waits;
  }

  /** What it last told about each partition, for whoever has to find out why one stands still. */
  summary(): string {
    const last = new Map<string, string>();
    for (const report of this.reports) {
      if (!('aggregate' in report)) continue;
      const { aggregate, partition, kind, at } = report;
      const code = kind === 'failed' ? ` ${report.code}` : '';
      last.set(`${aggregate}/${partition}`, `${kind}${code} at ${new Date(at).toISOString()}`);
    }
    return [`process ${this.pid}:`, ...[...last].sort().map((entry) => entry.join(' '))].join('\n  ');
  }

  ready(): Promise<void> {
    return until(
      'a consumer process is ready',
      () => {
        if (!this.isRunning) throw new Error('a consumer process ended while it started');
        return this.count('ready') > 0;
      },
      START_LIMIT_MS,
    );
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
    this.owned.clear();
  }

  /** SIGSTOP. */
  suspend(): void {
    this.#child.kill('SIGSTOP');
  }

  /** SIGCONT. */
  resume(): void {
    this.#child.kill('SIGCONT');
  }

  /** SIGTERM; it must end by itself, and well. */
  async stop(): Promise<void> {
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
    await this.#end('SIGTERM');
    clearTimeout(late);
    // It had not even begun.
    if (this.#child.signalCode === 'SIGTERM' && this.reports.length === 0) return;
    const errors = this.reports.filter(({ kind }) => kind === 'error');
    if (this.#child.exitCode !== 0 || errors.length > 0) {
      const how = this.#child.signalCode ?? this.#child.exitCode;
      const stopped = this.count('stopped') > 0 ? 'after' : 'before';
      throw new Error(
        `a consumer process ended with ${how} ${stopped} it had stopped: ${JSON.stringify(errors)}\n${this.summary()}`,
      );
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (!this.isRunning) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    await gone;
  }

  #take(report: Report): void {
    this.reports.push(report);
    if (!('aggregate' in report)) return;
    const owned = this.owned.get(report.aggregate) ?? new Set<number>();
    this.owned.set(report.aggregate, owned);
    if (report.kind === 'owned') owned.add(report.partition);
    if (report.kind === 'revoked' || report.kind === 'lost') owned.delete(report.partition);
  }
}

/** True when each partition of both aggregates has exactly one of these processes that works on it. */
export function isAllOwned(consumers: readonly ConsumerProcess[]): boolean {
  return [addonClient, deletionFanOut].every(({ name, input }) => {
    const owned = consumers
      .filter(({ isRunning }) => isRunning)
      .flatMap((each) => [...(each.owned.get(name) ?? [])]);
    const { partitions } = topicSettings(input);
    return owned.length === partitions && new Set(owned).size === partitions;
  });
}
