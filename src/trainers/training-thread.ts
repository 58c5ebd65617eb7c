import { Worker } from 'node:worker_threads';
import { messageOf, TaarError } from '../domain/errors.ts';
import { type RecordCodec, schemaIdOf } from '../log/record-codec.ts';
import type { PackedEntries, ViewSnapshot } from '../views/view.ts';
import type { TrainedModelName } from './trained-models.ts';
import type { FromTraining, ToTraining, TrainingResult } from './training-protocol.ts';

/** Keeps a slow training thread from collecting a whole view in its mailbox. */
const MAX_BATCHES_IN_FLIGHT = 4;
/** A model that outgrows this heap fails its training instead of the process. */
const TRAINING_HEAP_MB = 2048;

/** Where a run is: reading profiles, or training a model. */
export type TrainingProgress =
  | { readonly kind: 'reading'; readonly clients: number }
  | { readonly kind: 'training'; readonly model: TrainedModelName };

export interface ThreadedTraining {
  /** The entry of the training thread. */
  readonly worker: URL;
  /** Plain data for the job. */
  readonly task: object;
  readonly snapshot: ViewSnapshot;
  /** Knows the schemas of the values in the view. */
  readonly codec: Pick<RecordCodec, 'schemaOf'>;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
}

/**
 * Trains in a thread of its own on all entries of a view snapshot, which stays open and the caller's.
 * @throws TaarError `training-stopped` (retry) when the signal aborts; else what the job throws
 */
export async function trainInThread(training: ThreadedTraining): Promise<TrainingResult> {
  const worker = new Worker(training.worker, {
    workerData: training.task,
    resourceLimits: { maxOldGenerationSizeMb: TRAINING_HEAP_MB },
  });
  try {
    const thread = new TrainingThread(worker, training.onProgress);
    const abort = (): void => thread.fail(new TaarError('training-stopped', 'retry', 'training was stopped'));
    training.signal.addEventListener('abort', abort, { once: true });
    if (training.signal.aborted) abort();
    try {
      return await thread.train(training.snapshot, training.codec);
    } finally {
      training.signal.removeEventListener('abort', abort);
    }
  } finally {
    await worker.terminate();
  }
}

/** The view's side of a training thread: sends batches no faster than they are taken, and waits for the result. */
class TrainingThread {
  readonly #worker: Worker;
  readonly #onProgress: ((progress: TrainingProgress) => void) | undefined;
  readonly #result = Promise.withResolvers<TrainingResult>();
  readonly #knownSchemas = new Set<number>();
  #inFlight = 0;
  #failed = false;
  #taken = Promise.withResolvers<void>();

  constructor(worker: Worker, onProgress: ((progress: TrainingProgress) => void) | undefined) {
    this.#worker = worker;
    this.#onProgress = onProgress;
    worker.on('message', (message: FromTraining) => this.#receive(message));
    worker.on('error', (error) => this.fail(asTrainingError(error)));
    worker.on('exit', () =>
      this.fail(new TaarError('training-failed', 'retry', 'the training thread ended')),
    );
    // Whoever waits for the result sees the failure; nobody may be waiting yet.
    this.#result.promise.catch(() => {});
  }

  async train(snapshot: ViewSnapshot, codec: Pick<RecordCodec, 'schemaOf'>): Promise<TrainingResult> {
    for await (const entries of snapshot.scan()) {
      await this.#teachSchemas(entries, codec);
      while (this.#inFlight >= MAX_BATCHES_IN_FLIGHT && !this.#failed) {
        await Promise.race([this.#taken.promise, this.#result.promise]);
      }
      if (this.#failed) break;
      this.#inFlight++;
      const buffers = new Set([entries.bytes.buffer, entries.ends.buffer]);
      this.#send({ kind: 'batch', entries }, [...buffers]);
    }
    this.#send({ kind: 'end' });
    return this.#result.promise;
  }

  fail(error: TaarError): void {
    this.#failed = true;
    this.#result.reject(error);
  }

  #send(message: ToTraining, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #receive(message: FromTraining): void {
    switch (message.kind) {
      case 'taken':
        this.#inFlight--;
        this.#taken.resolve();
        this.#taken = Promise.withResolvers();
        this.#onProgress?.({ kind: 'reading', clients: message.clients });
        return;
      case 'training':
        this.#onProgress?.(message);
        return;
      case 'result':
        this.#result.resolve(message.result);
        return;
      case 'failed':
        this.fail(new TaarError(message.code, message.disposition, message.message));
    }
  }

  /** The thread has no log to ask, so schemas go ahead of the first value that needs them. */
  async #teachSchemas(
    { count, bytes, ends }: PackedEntries,
    codec: Pick<RecordCodec, 'schemaOf'>,
  ): Promise<void> {
    for (let i = 0; i < count; i++) {
      const id = schemaIdOf(bytes.subarray(ends[2 * i], ends[2 * i + 1]));
      if (this.#knownSchemas.has(id)) continue;
      const schema = await codec.schemaOf(id);
      if (schema === undefined)
        throw new TaarError('schema-unknown', 'halt', `the view holds schema id ${id}`);
      this.#knownSchemas.add(id);
      this.#send({ kind: 'schema', id, schema });
    }
  }
}

function asTrainingError(error: unknown): TaarError {
  if (error instanceof TaarError) return error;
  return new TaarError('training-failed', 'retry', `the training thread failed: ${messageOf(error)}`, {
    cause: error,
  });
}
