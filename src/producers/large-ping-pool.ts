import { Worker } from 'node:worker_threads';
import { TaarError } from '../domain/errors.ts';
import type { DecodedPing } from './decoded-ping.ts';
import type { LargePingResult, LargePingTask } from './large-ping-worker.ts';
import { PingRejection } from './ping-rejection.ts';

/** Real pings are nearly all small; two threads keep the rare large ones from waiting for each other. */
export const LARGE_PING_THREADS = 2;
/** A body of 2 MiB takes tens of milliseconds; a thread that is silent for so long is lost. */
export const LARGE_PING_WAIT_MS = 10_000;

interface Waiting {
  resolve(ping: DecodedPing): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

/** Threads for pings whose parsing would hold the event loop too long; they start with the first one. */
export class LargePingPool {
  readonly #threads: Thread[] = [];
  #tasks = 0;
  #closed = false;

  /**
   * Unpacks and decodes a body in another thread.
   * @throws PingRejection as decoding here would; TaarError `ping-thread-lost` (retry) where the thread ended
   */
  decode(task: Omit<LargePingTask, 'task'>): Promise<DecodedPing> {
    if (this.#closed) return Promise.reject(threadLost('is closed'));
    const thread = this.#leastBusy();
    const number = ++this.#tasks;
    // A copy of its own: the body may share its memory with other bodies.
    const body = new Uint8Array(task.body);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => void thread.worker.terminate(), LARGE_PING_WAIT_MS);
      thread.waiting.set(number, { resolve, reject, timer });
      thread.worker.postMessage({ ...task, body, task: number } satisfies LargePingTask, [body.buffer]);
    });
  }

  /** Ends the threads; what they had not finished is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #leastBusy(): Thread {
    const [idle] = [...this.#threads].sort((a, b) => a.waiting.size - b.waiting.size);
    if (idle !== undefined && (idle.waiting.size === 0 || this.#threads.length >= LARGE_PING_THREADS)) {
      return idle;
    }
    return this.#start();
  }

  #start(): Thread {
    const worker = new Worker(new URL('./large-ping-worker.ts', import.meta.url));
    const thread: Thread = { worker, waiting: new Map() };
    this.#threads.push(thread);
    worker.on('message', (result: LargePingResult) => settle(thread, result));
    // An error ends the thread; `exit` follows and tells those who wait.
    worker.on('error', () => {});
    worker.on('exit', () => {
      this.#threads.splice(this.#threads.indexOf(thread), 1);
      for (const waiting of thread.waiting.values()) {
        clearTimeout(waiting.timer);
        waiting.reject(threadLost('ended'));
      }
    });
    return thread;
  }
}

function settle(thread: Thread, result: LargePingResult): void {
  const waiting = thread.waiting.get(result.task);
  if (waiting === undefined) return;
  thread.waiting.delete(result.task);
  clearTimeout(waiting.timer);
  if ('ping' in result) waiting.resolve(result.ping);
  else waiting.reject(new PingRejection(result.rejected, result.message));
}

function threadLost(how: string): TaarError {
  return new TaarError('ping-thread-lost', 'retry', `the thread that decodes large pings ${how}`);
}
