import { Worker } from 'node:worker_threads';
import { TaarError } from '../domain/errors.ts';
import type { DecodedPing } from './decoded-ping.ts';
import type { LargePingResult, LargePingTask } from './large-ping-worker.ts';
import { PingRejection } from './ping-rejection.ts';

/** Real pings are nearly all small; two threads keep the rare large ones from waiting for each other. */
export const LARGE_PING_THREADS = 2;
/** The worst body of 2 MiB takes some tens of milliseconds; a thread that works on one for so long is lost. */
export const LARGE_PING_WORK_MS = 10_000;
/** A few kilobytes can unpack to the worst body; more of them than this would keep real pings waiting for seconds. */
export const MAX_WAITING_LARGE_PINGS = 256;

interface Waiting {
  readonly task: Omit<LargePingTask, 'task'>;
  resolve(ping: DecodedPing): void;
  reject(error: Error): void;
}

interface Working extends Waiting {
  readonly number: number;
  readonly timer: NodeJS.Timeout;
}

interface Thread {
  readonly worker: Worker;
  working: Working | undefined;
}

/** Threads for pings whose parsing would hold the event loop too long; they start with the first one. */
export class LargePingPool {
  readonly #threads: Thread[] = [];
  readonly #waiting: Waiting[] = [];
  #tasks = 0;
  #closed = false;

  /**
   * Unpacks and decodes a body in another thread.
   * @throws PingRejection as decoding here would; TaarError `ping-thread-lost` (retry) where the thread ended,
   *   `large-pings-overloaded` (retry) where too many wait
   */
  decode(task: Omit<LargePingTask, 'task'>): Promise<DecodedPing> {
    if (this.#closed) return Promise.reject(threadLost('is closed'));
    if (this.#waiting.length >= MAX_WAITING_LARGE_PINGS) return Promise.reject(overloaded());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject });
      this.#giveOut();
    });
  }

  /** Ends the threads; what they had not finished is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(threadLost('is closed'));
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  /** Gives each thread that has nothing to do the next body that waits. */
  #giveOut(): void {
    while (this.#waiting.length > 0) {
      const idle = this.#threads.find(({ working }) => working === undefined) ?? this.#start();
      const next = idle && this.#waiting.shift();
      if (idle === undefined || next === undefined) return;
      const number = ++this.#tasks;
      const timer = setTimeout(() => void idle.worker.terminate(), LARGE_PING_WORK_MS);
      idle.working = { ...next, number, timer };
      // A copy of its own: the body may share its memory with other bodies.
      const body = new Uint8Array(next.task.body);
      idle.worker.postMessage({ ...next.task, body, task: number } satisfies LargePingTask, [body.buffer]);
    }
  }

  /** Undefined where there are threads enough. */
  #start(): Thread | undefined {
    if (this.#threads.length >= LARGE_PING_THREADS) return undefined;
    const worker = new Worker(new URL('./large-ping-worker.ts', import.meta.url));
    const thread: Thread = { worker, working: undefined };
    this.#threads.push(thread);
    worker.on('message', (result: LargePingResult) => {
      settle(thread, result);
      this.#giveOut();
    });
    // An error ends the thread; `exit` follows and tells whoever waits for it.
    worker.on('error', () => {});
    worker.on('exit', () => {
      this.#threads.splice(this.#threads.indexOf(thread), 1);
      clearTimeout(thread.working?.timer);
      thread.working?.reject(threadLost('ended'));
      if (!this.#closed) this.#giveOut();
    });
    return thread;
  }
}

function settle(thread: Thread, result: LargePingResult): void {
  const { working } = thread;
  if (working?.number !== result.task) return;
  thread.working = undefined;
  clearTimeout(working.timer);
  if ('ping' in result) working.resolve(result.ping);
  else working.reject(new PingRejection(result.rejected, result.message));
}

function threadLost(how: string): TaarError {
  return new TaarError('ping-thread-lost', 'retry', `the thread that decodes large pings ${how}`);
}

function overloaded(): TaarError {
  return new TaarError('large-pings-overloaded', 'retry', 'too many large pings wait to be decoded');
}
