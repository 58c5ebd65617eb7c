import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../domain/errors.ts';
import {
  type EventLog,
  hasCaughtUp,
  type LogRecord,
  type Offset,
  type RecordBatch,
} from '../log/event-log.ts';
import { ProjectedReader } from '../log/projection.ts';
import { type RecordCodec, schemaIdOf } from '../log/record-codec.ts';
import type { DeletionPlace } from '../models/erasure.ts';
import type { Logger } from '../ops/logging.ts';
import { ChangedKeys } from './changed-keys.ts';
import { ErasureLedger } from './erasure-ledger.ts';

export const CHANGELOG = 'addons.profile.changed.v1';

/** What the watch reads of a profile. */
const KEPT = { Profile: ['open', 'closed'], Open: ['lastSeen'], Closed: ['requestIds'] } as const;

interface KeptProfile {
  readonly open: object | null;
  readonly closed: { readonly requestIds: readonly string[] } | null;
}

/** Keeps a log that cannot be read from being asked without a pause. */
const RETRY_MS = 1_000;

/**
 * Follows the changelog from its start, since a closed row whose receipt was not written before a crash may stand
 * anywhere in it; notes which keys changed and which deletions were carried out.
 */
export class ChangelogWatch {
  readonly changed = new ChangedKeys();
  readonly erasures = new ErasureLedger();
  readonly #log: EventLog;
  readonly #codec: RecordCodec;
  readonly #logger: Logger;
  readonly #isDone: (requestId: string, place: DeletionPlace) => boolean;
  readonly #reader = new ProjectedReader<KeptProfile>('addons.Profile', KEPT);
  readonly #next = new Map<number, Offset>();
  readonly #caughtUp = new Set<number>();
  #openRows = 0;
  #partitions = Number.POSITIVE_INFINITY;

  /** `isDone`: true where a closed row needs nothing more for a request. */
  constructor(
    log: EventLog,
    codec: RecordCodec,
    logger: Logger,
    isDone: (requestId: string, place: DeletionPlace) => boolean,
  ) {
    this.#log = log;
    this.#codec = codec;
    this.#logger = logger;
    this.#isDone = isDone;
  }

  /** Records of open profiles seen so far: more than none means that there is something to train on. */
  get openRows(): number {
    return this.#openRows;
  }

  /** True once the end that the changelog had was reached in every partition. */
  get caughtUp(): boolean {
    return this.#caughtUp.size >= this.#partitions;
  }

  /** The next offset that the watch will see, by partition. */
  get positions(): ReadonlyMap<number, Offset> {
    return this.#next;
  }

  /** Follows until the signal aborts; a failure of the log is told and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#partitions = (await this.#log.bounds(CHANGELOG)).length;
        for await (const batch of this.#log.follow(CHANGELOG, this.#next, signal)) await this.#take(batch);
      } catch (error) {
        if (signal.aborted) return;
        this.#logger.error({ err: error }, `the trainer cannot follow the changelog: ${messageOf(error)}`);
        await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  async #take(batch: RecordBatch): Promise<void> {
    for (const record of batch.records) {
      if (record.value !== null) await this.#learn(record.value);
      this.#note(record);
    }
    this.#next.set(batch.partition, batch.next);
    if (hasCaughtUp(batch)) this.#caughtUp.add(batch.partition);
  }

  #note({ partition, offset, key, value }: LogRecord): void {
    this.changed.note(partition, key, offset);
    if (value === null) return;
    const { open, closed } = this.#reader.read(value);
    if (open !== null) this.#openRows++;
    const place = { topic: CHANGELOG, partition, offset };
    for (const requestId of closed?.requestIds ?? []) {
      if (!this.#isDone(requestId, place)) this.erasures.note(requestId, key, place);
    }
  }

  async #learn(value: Uint8Array): Promise<void> {
    const id = schemaIdOf(value);
    if (this.#reader.knows(id)) return;
    const schema = await this.#codec.schemaOf(id);
    if (schema !== undefined) this.#reader.learn(id, schema);
  }
}
