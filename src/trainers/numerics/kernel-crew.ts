import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { TaarError } from '../../domain/errors.ts';
import { Kernel, startOn } from '../../domain/kernel.ts';
import {
  type KernelCalls,
  type KernelJob,
  PLACES,
  Place,
  type ToKernelThread,
  workOn,
} from './kernel-job.ts';

/** A thread that does not answer must not keep the others waiting for ever. */
const MAX_JOB_WAIT_MS = 600_000;

/**
 * Threads that work on one memory of a kernel: the caller and as many more as it takes. Everything is synchronous, so
 * use it only where nobody waits for the event loop; between jobs the threads sleep.
 */
export class KernelCrew {
  readonly threads: number;
  readonly #module: WebAssembly.Module;
  readonly #places = new Int32Array(new SharedArrayBuffer(PLACES * Int32Array.BYTES_PER_ELEMENT));
  readonly #workers: readonly { readonly worker: Worker; readonly port: MessagePort }[];
  #calls: KernelCalls = {};
  #memory: WebAssembly.Memory | undefined;

  private constructor(kernel: URL, threads: number) {
    this.threads = threads;
    // Compiled once, so that it is not optimised anew for each memory.
    this.#module = new Kernel(kernel).module;
    this.#workers = Array.from({ length: threads - 1 }, (_, i) => startThread(this.#places, i + 1));
  }

  /**
   * @param kernel a compiled kernel that works on shared memory
   * @param threads with the calling one: at least 1, which starts none
   */
  static start(kernel: URL, threads: number): KernelCrew {
    return new KernelCrew(kernel, threads);
  }

  /** The memory that was loaded last: the next problem may be laid out in it. */
  get memory(): WebAssembly.Memory | undefined {
    return this.#memory;
  }

  /** Makes all threads ready to work on a shared memory, instead of the one before. */
  load(memory: WebAssembly.Memory): void {
    if (memory === this.#memory) return;
    this.#memory = memory;
    this.#calls = startOn<KernelCalls>(this.#module, memory);
    this.#tell({ kind: 'load', module: this.#module, memory });
  }

  /**
   * Returns when all shares are done.
   * @throws TaarError `training-failed` (retry) where a thread failed or did not end in time
   */
  do(job: KernelJob): void {
    const places = this.#places;
    Atomics.store(places, Place.next, 0);
    Atomics.store(places, Place.done, 0);
    Atomics.store(places, Place.failed, 0);
    this.#tell({ kind: 'job', job });
    Atomics.add(places, Place.signal, 1);
    Atomics.notify(places, Place.signal);
    try {
      workOn(job, this.#calls, places, 0);
    } catch {
      Atomics.store(places, Place.failed, 1);
    }
    // Also after a failure: nobody may still be at work when the next job begins.
    this.#awaitOthers();
    if (Atomics.load(places, Place.failed) !== 0) throw failed('a thread of the training failed');
  }

  /** Ends the threads. */
  async stop(): Promise<void> {
    await Promise.all(this.#workers.map(({ worker }) => worker.terminate()));
  }

  #tell(message: ToKernelThread): void {
    for (const { port } of this.#workers) port.postMessage(message);
  }

  #awaitOthers(): void {
    for (;;) {
      const done = Atomics.load(this.#places, Place.done);
      if (done >= this.#workers.length) return;
      if (Atomics.wait(this.#places, Place.done, done, MAX_JOB_WAIT_MS) === 'timed-out') {
        throw failed(`a thread of the training did not end its share within ${MAX_JOB_WAIT_MS} ms`);
      }
    }
  }
}

function failed(message: string): TaarError {
  return new TaarError('training-failed', 'retry', message);
}

function startThread(places: Int32Array, thread: number) {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./kernel-worker.ts', import.meta.url), {
    workerData: { port: port2, places, thread },
    transferList: [port2],
  });
  // A crew that nobody stopped must not keep the process.
  worker.unref();
  port1.unref();
  return { worker, port: port1 };
}
