import { setTimeout } from 'node:timers/promises';
import type { Clock, EpochMs } from '../domain/clock.ts';
import { dispositionOf, TaarError } from '../domain/errors.ts';
import type { HealthResult } from '../ops/health.ts';
import type { Logger } from '../ops/logging.ts';
import { Backoff, RETRY_LONGEST_WAIT_MS } from './backoff.ts';

interface PartitionFailure {
  readonly code: string;
  readonly halted: boolean;
  readonly backoff: Backoff;
  /** Aborts when the partition is given up: whoever has it next tells for himself how it is. */
  readonly owning: AbortSignal;
  /** When the present attempt began; undefined while it waits for the next one. */
  workingSince: EpochMs | undefined;
}

/**
 * What failed in the partitions of one aggregate, and what is done about it: a failure that may pass (disposition
 * `retry`) is tried again after a wait, after any other the partition stands still until the process ends or the
 * partition goes to somebody else.
 */
export class PartitionFailures {
  readonly #aggregate: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #failures = new Map<number, PartitionFailure>();

  constructor(aggregate: string, clock: Clock, logger: Logger) {
    this.#aggregate = aggregate;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The partition is being taken up, perhaps again. */
  began(partition: number): void {
    const failure = this.#failures.get(partition);
    if (failure !== undefined) failure.workingSince = this.#clock();
  }

  /** A batch of the partition has gone through: it has recovered. */
  succeeded(partition: number): void {
    this.#failures.delete(partition);
  }

  /** See BatchHandler.failed. */
  async failed(partition: number, error: unknown, signal: AbortSignal): Promise<boolean> {
    const code = error instanceof TaarError ? error.code : 'unexpected';
    const fields = { aggregate: this.#aggregate, partition, code, err: error };
    if (signal.aborted) {
      this.#logger.warn(
        fields,
        'the partition failed while it was given up; its next owner begins at the same record',
      );
      return false;
    }
    const known = this.#failures.get(partition);
    const backoff = known === undefined || this.#isOver(known) ? new Backoff() : known.backoff;
    const halted = dispositionOf(error) !== 'retry';
    this.#failures.set(partition, { code, halted, backoff, owning: signal, workingSince: undefined });
    if (halted) {
      this.#logger.error(
        fields,
        'the partition stands still, the others go on; mend the cause and start anew',
      );
      return false;
    }
    const waitMs = backoff.next();
    this.#logger.warn({ ...fields, waitMs }, 'the partition failed and is tried again after a wait');
    await setTimeout(waitMs, undefined, { signal }).catch(() => {});
    return !signal.aborted;
  }

  /** `error` while a partition stands still, `warning` while one is tried again. Names the worst ones. */
  result(): HealthResult {
    const present = [...this.#failures].filter(([, failure]) => !this.#isOver(failure));
    if (present.length === 0) return { status: 'ok' };
    const halted = present.filter(([, failure]) => failure.halted);
    const worst = (halted.length > 0 ? halted : present).sort(([a], [b]) => a - b);
    const codes = new Set(worst.map(([, failure]) => failure.code));
    const partitions = worst.map(([partition]) => partition).join(',');
    return {
      status: halted.length > 0 ? 'error' : 'warning',
      details: { code: [...codes].join(','), partitions },
    };
  }

  /** With nothing to process no batch shows it: then an attempt that outlives any wait does. */
  #isOver({ owning, workingSince }: PartitionFailure): boolean {
    if (owning.aborted) return true;
    return workingSince !== undefined && this.#clock() - workingSince > RETRY_LONGEST_WAIT_MS;
  }
}
