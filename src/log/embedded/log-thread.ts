import { Worker } from 'node:worker_threads';
import { TaarError } from '../../domain/errors.ts';
import type { Offset } from '../event-log.ts';
import type {
  Answers,
  LogRequest,
  NumberedRequest,
  Opened,
  PartitionRow,
  Reply,
  WorkerMessage,
} from './protocol.ts';
import { asError } from './refusal.ts';

/** The thread that owns the file, as the other side sees it: requests, and the ends of partitions as they grow. */
export class LogThread {
  readonly logId: string;
  readonly partitions: readonly PartitionRow[];
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answers[keyof Answers]>>();
  readonly #ends: Map<number, Offset>;
  readonly #watchers = new Map<number, Set<() => void>>();
  #number = 0;
  #broken: TaarError | undefined;

  private constructor(worker: Worker, logId: string, partitions: readonly PartitionRow[]) {
    this.#worker = worker;
    this.logId = logId;
    this.partitions = partitions;
    this.#ends = new Map(partitions.map(({ id, end }) => [id, end]));
    worker.on('message', (message: WorkerMessage) => this.#receive(message));
    worker.on('error', (error) => this.#break(`the thread of the log failed: ${error.message}`));
    worker.on('exit', () => this.#break('the log is closed'));
  }

  /** @throws TaarError `log-in-use`, `log-unavailable`, `log-layout-unknown` or `topic-partitions-changed` (halt) */
  static async open(file: string): Promise<LogThread> {
    const worker = new Worker(new URL('./log-worker.ts', import.meta.url), { workerData: file });
    const opened = await new Promise<Opened>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    if (opened.opened) return new LogThread(worker, opened.logId, opened.partitions);
    await worker.terminate();
    throw asError(opened.refusal);
  }

  /** @throws TaarError as the request's kind says; `log-unavailable` (retry) when the file or the thread fails */
  async request<R extends LogRequest>(request: R, memory: ArrayBuffer[] = []): Promise<Answers[R['kind']]> {
    if (this.#broken !== undefined) throw this.#broken;
    const number = this.#number++;
    const waiting = Promise.withResolvers<Answers[keyof Answers]>();
    this.#waiting.set(number, waiting);
    this.#worker.postMessage({ number, request } satisfies NumberedRequest, memory);
    // The worker answers a request with what its kind says (protocol.ts).
    return (await waiting.promise) as Answers[R['kind']];
  }

  /** Why nothing can be asked any more; undefined while all is well. */
  get failure(): TaarError | undefined {
    return this.#broken;
  }

  /** The end of a partition, as far as this side has heard. */
  end(partitionId: number): Offset {
    return this.#ends.get(partitionId) ?? 0;
  }

  /** Calls back whenever one of the partitions grows or the thread ends, until the returned function is called. */
  watch(partitionIds: readonly number[], onGrowth: () => void): () => void {
    for (const id of partitionIds) {
      const watchers = this.#watchers.get(id) ?? new Set();
      this.#watchers.set(id, watchers.add(onGrowth));
    }
    return () => {
      for (const id of partitionIds) this.#watchers.get(id)?.delete(onGrowth);
    };
  }

  async close(): Promise<void> {
    if (this.#broken !== undefined) return;
    await this.request({ kind: 'close' });
    this.#break('the log is closed');
    await this.#worker.terminate();
  }

  #receive({ replies, ends }: WorkerMessage): void {
    const called = new Set<() => void>();
    for (const [id, end] of ends) {
      this.#ends.set(id, end);
      for (const watcher of this.#watchers.get(id) ?? []) called.add(watcher);
    }
    for (const reply of replies) this.#settle(reply);
    for (const watcher of called) watcher();
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.number);
    this.#waiting.delete(reply.number);
    if ('refusal' in reply) waiting?.reject(asError(reply.refusal));
    else waiting?.resolve(reply.answer);
  }

  #break(why: string): void {
    this.#broken ??= new TaarError('log-unavailable', 'retry', why);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#broken);
    this.#waiting.clear();
    for (const watchers of this.#watchers.values()) for (const watcher of [...watchers]) watcher();
  }
}
