import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../domain/clock.ts';
import { dispositionOf, TaarError } from '../domain/errors.ts';
import type { BatchHandler, EventLog } from '../log/event-log.ts';
import type { TopicName } from '../log/topics.ts';
import type { HealthCheck, HealthResult } from '../ops/health.ts';
import type { Component } from '../ops/lifecycle.ts';
import type { Logger } from '../ops/logging.ts';
import { Backoff, RETRY_LONGEST_WAIT_MS } from './backoff.ts';
import { PartitionFailures } from './partition-failures.ts';

/** A batch handler that leaves it to somebody else what is done about its failures. */
export type PartitionWorker = Omit<BatchHandler, 'failed'>;

interface ConsumerOptions {
  /** The aggregate's name; the consumer group is `aggregate.<name>`. */
  readonly aggregate: string;
  readonly input: TopicName;
  readonly worker: PartitionWorker;
  readonly log: Pick<EventLog, 'process'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The consumer group that an aggregate commits its input offsets under. */
export function groupOf(aggregate: string): string {
  return `aggregate.${aggregate}`;
}

/**
 * Keeps one aggregate running in the background, and is the only one to act on the disposition of an error. What
 * fails in one partition is tried again or stands still for that partition alone; when the log does not let the
 * whole group work, all of it is tried again (`retry`), or has stopped until the process is started anew.
 */
export class AggregateConsumer implements Component, HealthCheck {
  readonly name: string;
  readonly #options: ConsumerOptions;
  readonly #partitions: PartitionFailures;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  /** Why the whole group does not work; undefined while it does. */
  #failure: { readonly code: string; readonly halted: boolean } | undefined;

  constructor(options: ConsumerOptions) {
    this.name = `consumer.${options.aggregate}`;
    this.#options = options;
    this.#partitions = new PartitionFailures(options.aggregate, options.clock, options.logger);
  }

  async start(): Promise<void> {
    this.#running ??= this.#run();
  }

  /** Finishes the batches in flight and takes no more. */
  async drain(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  stop(): Promise<void> {
    return this.drain();
  }

  async check(): Promise<HealthResult> {
    if (this.#failure === undefined) return this.#partitions.result();
    const { code, halted } = this.#failure;
    return { status: halted ? 'error' : 'warning', details: { code, partitions: 'all' } };
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { log, aggregate, input, clock } = this.#options;
    const handler = this.#handler();
    let backoff = new Backoff();
    while (!this.#stopping.signal.aborted) {
      const began = clock();
      try {
        // Without an error it ends only because it is to stop, or because the log is being closed.
        return await log.process(groupOf(aggregate), input, handler, this.#stopping.signal);
      } catch (error) {
        if (!this.#fail(error)) return;
        if (clock() - began > RETRY_LONGEST_WAIT_MS) backoff = new Backoff();
        await setTimeout(backoff.next(), undefined, { signal: this.#stopping.signal }).catch(() => {});
      }
    }
  }

  #handler(): BatchHandler {
    const { worker } = this.#options;
    const partitions = this.#partitions;
    return {
      assigned: (partition, signal) => {
        // The group has been let in.
        this.#failure = undefined;
        partitions.began(partition);
        return worker.assigned(partition, signal);
      },
      batch: (batch) => worker.batch(batch),
      committed: async (partition, positions) => {
        await worker.committed(partition, positions);
        partitions.succeeded(partition);
      },
      revoked: (partition) => worker.revoked(partition),
      lost: (partition) => worker.lost(partition),
      failed: (partition, error, signal) => partitions.failed(partition, error, signal),
    };
  }

  /** True when it is worth another try. */
  #fail(error: unknown): boolean {
    const code = error instanceof TaarError ? error.code : 'unexpected';
    const halted = dispositionOf(error) !== 'retry';
    this.#failure = { code, halted };
    const fields = { aggregate: this.#options.aggregate, code, err: error };
    if (halted) this.#options.logger.error(fields, 'the consumer has stopped; mend the cause and start anew');
    else this.#options.logger.warn(fields, 'the consumer failed and tries again');
    return !halted;
  }
}
