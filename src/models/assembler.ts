import { Worker } from 'node:worker_threads';
import { TaarError } from '../domain/errors.ts';
import type { Assembled, MemberPlan } from './assembly.ts';
import type { AssemblyAnswer, AssemblyRequest } from './assembly-messages.ts';
import type { ModelName } from './model-kind.ts';

/** A preparation that never ends must not keep a node from ever loading another set. */
const MAX_STEP_MS = 120_000;

/** The worker thread that puts model sets together; one set at a time. Started when first needed. */
export class Assembler {
  #worker: Worker | undefined;
  #closed = false;
  #waiting: PromiseWithResolvers<AssemblyAnswer> | undefined;

  /** Begins a set; what was begun before is dropped. */
  async begin(members: readonly MemberPlan[]): Promise<void> {
    if (this.#closed) throw failed('it was closed');
    this.#worker ??= this.#startWorker();
    await this.#ask({ kind: 'begin', members });
  }

  /** Hands over a member's next chunk; the memory goes along where nobody else has a part of it. */
  async write(model: ModelName, index: number, bytes: Uint8Array): Promise<void> {
    const own = owned(bytes);
    await this.#ask({ kind: 'chunk', model, index, bytes: own }, [own.buffer]);
  }

  /** Checks the set and prepares it with the module's `prepare`. @throws TaarError as Assembly.finish */
  async finish(prepareModule: URL): Promise<Assembled> {
    const answer = await this.#ask({ kind: 'finish', prepareModule: prepareModule.href });
    if (answer.kind !== 'assembled') throw failed('it answered out of turn');
    return answer.assembled;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#fail(failed('it was closed'));
    await worker?.terminate();
  }

  async #ask(request: AssemblyRequest, transfer: readonly ArrayBuffer[] = []): Promise<AssemblyAnswer> {
    const worker = this.#worker;
    if (worker === undefined) throw failed('it ended while it was at work');
    const waiting = Promise.withResolvers<AssemblyAnswer>();
    this.#waiting = waiting;
    const timer = setTimeout(() => {
      void worker.terminate();
      this.#fail(failed(`a step took longer than ${MAX_STEP_MS} ms`), worker);
    }, MAX_STEP_MS);
    try {
      worker.postMessage(request, transfer);
      const answer = await waiting.promise;
      if (answer.kind === 'refused') throw new TaarError(answer.code, 'halt', answer.message);
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('./assembler-worker.ts', import.meta.url));
    worker.on('message', (answer: AssemblyAnswer) => this.#waiting?.resolve(answer));
    worker.on('error', (error) => this.#fail(failed(error.message), worker));
    worker.on('exit', () => this.#fail(failed('its thread ended'), worker));
    return worker;
  }

  /** Gives up the worker and tells whoever waits; the next set gets a new one. */
  #fail(error: TaarError, worker = this.#worker): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

/** The bytes in memory that can go to another thread, without a copy where nobody else has a part of it. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return isWhole ? new Uint8Array(buffer) : Uint8Array.from(bytes);
}

function failed(why: string): TaarError {
  return new TaarError('assembler-failed', 'halt', `the thread that assembles models failed: ${why}`);
}
