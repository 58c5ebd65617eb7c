import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, TaarError } from '../../domain/errors.ts';
import type { RecommendationServed } from '../../domain/served.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { RecordCodec } from '../../log/record-codec.ts';
import type { Component } from '../../ops/lifecycle.ts';
import type { Logger } from '../../ops/logging.ts';
import type { Pseudonym } from './daily-pseudonyms.ts';
import type { DropReason, FeedbackMetrics } from './feedback-metrics.ts';
import type { RecordBlock } from './record-block.ts';
import { RecordQueue } from './record-queue.ts';

export interface RecorderLimits {
  /** With so much waiting for the log nothing more is taken: it would fill the memory of a node whose log is away. */
  readonly queuedBytes: number;
  /** Most records of one append: keeps what one failure loses small. */
  readonly batchRecords: number;
  /**
   * Records are gathered for so long, so that a busy node does not make the log durable for each; a process that is
   * killed loses them. Measured of the embedded log with 2,400 a second: 20 ms cost a third more CPU than 100.
   */
  readonly gatherMs: number;
  /** After a failure: a log that refuses at once must not be asked in a busy loop. */
  readonly pauseMs: number;
  /** At the end of the process: a log that does not answer must not keep it alive. */
  readonly drainMs: number;
}

export const RECORDER_LIMITS: RecorderLimits = {
  queuedBytes: 16 * 2 ** 20,
  batchRecords: 500,
  gatherMs: 100,
  pauseMs: 1_000,
  drainMs: 3_000,
};

export interface RecorderParts {
  readonly log: Pick<EventLog, 'append'>;
  readonly codec: RecordCodec;
  readonly metrics: FeedbackMetrics;
  readonly logger: Logger;
}

/**
 * Writes the records of answers to the log, behind the answers: nobody waits for it, and nothing that fails here
 * reaches an answer. What cannot be written is counted and dropped: a lost record costs a little knowledge, a late
 * answer costs a page.
 */
export class ServedRecorder implements Component {
  readonly name = 'records of answers';
  readonly #parts: RecorderParts;
  readonly #limits: RecorderLimits;
  readonly #pausing = new AbortController();
  readonly #queue: RecordQueue;
  #queuedBytes = 0;
  #sending: Promise<void> | undefined;
  /** Counts the records whose append is under way. */
  #underWay = 0;
  #failing = false;
  #stopped = false;

  constructor(parts: RecorderParts, limits: RecorderLimits = RECORDER_LIMITS) {
    this.#parts = parts;
    this.#limits = limits;
    this.#queue = new RecordQueue(parts.codec, limits.batchRecords);
  }

  /** Takes the record of an answer to be written soon, or drops it. Never throws. */
  record(pseudonym: Pseudonym, served: RecommendationServed): void {
    const reason = this.#stopped ? 'stopped' : this.#enqueue(pseudonym, served);
    if (reason !== undefined) this.#parts.metrics.dropped(reason, 1);
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  /** Writes what waits, for as long as the limit allows; drops the rest. */
  async drain(): Promise<void> {
    this.#stopped = true;
    this.#pausing.abort();
    const limit = new AbortController();
    const late = sleep(this.#limits.drainMs, 'late', { signal: limit.signal }).catch(() => 'in time');
    const outcome = await Promise.race([this.#sending, late]);
    limit.abort();
    if (outcome !== 'late') return;
    const lost = this.#queue.length + this.#underWay;
    this.#queue.clear();
    this.#underWay = 0;
    this.#parts.metrics.dropped('stopped', lost);
    this.#parts.logger.warn({ records: lost }, 'records of answers could not be written in time');
  }

  async stop(): Promise<void> {
    if (!this.#stopped) await this.drain();
  }

  /** The reason where it cannot be taken. */
  #enqueue(key: Pseudonym, served: RecommendationServed): DropReason | undefined {
    if (this.#queuedBytes >= this.#limits.queuedBytes) return 'queue-full';
    try {
      // Encoded now and not with its batch: a batch's encoding would hold the event loop for milliseconds.
      this.#queuedBytes += this.#queue.add(key, served);
    } catch (error) {
      // A fault of this program; the answer is right all the same.
      this.#parts.logger.debug({ code: codeOf(error) }, 'the record of an answer does not fit its schema');
      return 'not-encodable';
    }
    this.#sending ??= this.#sendAll();
    return undefined;
  }

  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#pause(this.#limits.gatherMs);
      // Not those that come meanwhile: a slow log would get them in ever smaller batches.
      for (let blocks = this.#queue.blocks; blocks > 0; blocks--) {
        const batch = this.#queue.take();
        // Emptied by a drain that was late.
        if (batch === undefined) break;
        const wrote = await this.#send(batch);
        if (!wrote) await this.#pause(this.#limits.pauseMs);
      }
    }
    this.#sending = undefined;
  }

  async #send(batch: RecordBlock): Promise<boolean> {
    const { log, metrics } = this.#parts;
    const { records, bytes } = batch;
    this.#underWay = records.length;
    let failure: unknown;
    try {
      await log.append(records);
    } catch (error) {
      failure = error;
    }
    this.#queuedBytes -= bytes;
    // Not after a failure: the log may still be trying to write them.
    if (failure === undefined) this.#queue.release(batch);
    // Given up by a drain that was late: it has counted them.
    if (this.#underWay === 0) return false;
    this.#underWay = 0;
    if (failure === undefined) metrics.written(records.length);
    else metrics.dropped('log-failed', records.length);
    this.#tellOutage(failure);
    return failure === undefined;
  }

  /** One line at the beginning of an outage and one at its end, not one a batch. */
  #tellOutage(failure: unknown): void {
    const { logger } = this.#parts;
    if (failure !== undefined && !this.#failing) {
      const reason = messageOf(failure);
      logger.warn({ code: codeOf(failure), reason }, 'records of answers are not written and are dropped');
    }
    if (failure === undefined && this.#failing) logger.info({}, 'records of answers are written again');
    this.#failing = failure !== undefined;
  }

  /** Cut short at the end of the process. */
  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#pausing;
    await sleep(milliseconds, undefined, { signal }).catch(() => {});
  }
}

function codeOf(error: unknown): string {
  return error instanceof TaarError ? error.code : 'unexpected';
}
