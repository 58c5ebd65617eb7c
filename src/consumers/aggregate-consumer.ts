import { setTimeout } from 'node:timers/promises';
import type { Clock, EpochMs } from '../domain/clock.ts';
import { dispositionOf, TaarError } from '../domain/errors.ts';
import type { BatchHandler, EventLog } from '../log/event-log.ts';
import type { TopicName } from '../log/topics.ts';
import type { HealthCheck, HealthResult } from '../ops/health.ts';
import type { Component } from '../ops/lifecycle.ts';
import type { Logger } from '../ops/logging.ts';

/** The first wait after a failure that may pass; it doubles, so that a store that is down is not stormed. */
export const RETRY_FIRST_WAIT_MS = 200;
/** No wait is longer: what is back again is noticed soon. */
export const RETRY_LONGEST_WAIT_MS = 10_000;

/** A handler that can be told to leave off bringing its state up: it then gets no batch. */
export interface StoppableHandler extends BatchHandler {
  assigned(partition: number, stopping?: AbortSignal): Promise<void>;
}

interface ConsumerOptions {
  /** The aggregate's name; the consumer group is `aggregate.<name>`. */
  readonly aggregate: string;
  readonly input: TopicName;
  readonly handler: StoppableHandler;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The consumer group that an aggregate commits its input offsets under. */
export function groupOf(aggregate: string): string {
  return `aggregate.${aggregate}`;
}

/**
 * Keeps one aggregate running: in the background, again and again after failures that may pass (disposition
 * `retry`), never again after any other. Then it is unhealthy until the process is started anew.
 */
export class AggregateConsumer implements Component, HealthCheck {
  readonly name: string;
  readonly #options: ConsumerOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #failure: { readonly code: string; readonly halted: boolean } | undefined;
  /** When the present attempt began; undefined while it waits for the next one. */
  #workingSince: EpochMs | undefined;

  constructor(options: ConsumerOptions) {
    this.name = `consumer.${options.aggregate}`;
    this.#options = options;
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
    if (this.#failure === undefined || this.#hasRecovered()) return { status: 'ok' };
    const { code, halted } = this.#failure;
    return { status: halted ? 'error' : 'warning', details: { code, halted } };
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    let wait = RETRY_FIRST_WAIT_MS;
    while (!this.#stopping.signal.aborted) {
      const began = this.#options.clock();
      this.#workingSince = began;
      try {
        // Without an error it ends only because it is to stop, or because the log is being closed.
        return await this.#process();
      } catch (error) {
        this.#workingSince = undefined;
        if (!this.#fail(error)) return;
        if (this.#options.clock() - began > RETRY_LONGEST_WAIT_MS) wait = RETRY_FIRST_WAIT_MS;
        await setTimeout(wait, undefined, { signal: this.#stopping.signal }).catch(() => {});
        wait = Math.min(2 * wait, RETRY_LONGEST_WAIT_MS);
      }
    }
  }

  #process(): Promise<void> {
    const { log, aggregate, input, handler } = this.#options;
    return log.process(groupOf(aggregate), input, this.#recovering(handler), this.#stopping.signal);
  }

  /** With nothing to process no batch shows it: then an attempt that outlives any wait does. */
  #hasRecovered(): boolean {
    return (
      this.#workingSince !== undefined && this.#options.clock() - this.#workingSince > RETRY_LONGEST_WAIT_MS
    );
  }

  /** Shows the consumer as healthy again once a batch has gone through. */
  #recovering(handler: StoppableHandler): BatchHandler {
    return {
      assigned: (partition) => handler.assigned(partition, this.#stopping.signal),
      batch: (batch) => handler.batch(batch),
      committed: async (partition, positions) => {
        await handler.committed(partition, positions);
        this.#failure = undefined;
      },
      revoked: (partition) => handler.revoked(partition),
      lost: (partition) => handler.lost(partition),
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
