import type { BatchHandler, OutgoingRecord, Position, RecordBatch } from '../../src/log/event-log.ts';
import type { TopicName } from '../../src/log/topics.ts';

export interface RecorderOptions {
  /** Begins the keys of the records that count; others are read over. */
  readonly mark: string;
  /** Aborts `stop` once so many records are committed. */
  readonly stopAfter: number;
  readonly stop: AbortController;
  /** Where a record goes for each that comes in; nowhere when left out. */
  readonly outputTo?: TopicName;
  /** Called at each step, with how many records of its batch count; what it throws is the handler's failure. */
  readonly at?: (step: Step, records: number, signal?: AbortSignal) => void | Promise<void>;
  /** What is to become of a partition after a failure; when left out it stands still. */
  readonly takeUpAgain?: (failure: Failure, signal: AbortSignal) => boolean | Promise<boolean>;
}

export interface Step {
  readonly what: 'assigned' | 'batch' | 'committed' | 'revoked' | 'lost' | 'failed';
  readonly partition: number;
}

export interface Failure {
  readonly partition: number;
  readonly error: unknown;
}

/** A handler that notes all that happens to it. */
export class Recorder implements BatchHandler {
  readonly steps: Step[] = [];
  /** What it made output of, more than once where a batch was given again. */
  readonly seen: { readonly key: string; readonly value: string }[] = [];
  /** Where the output for a key was committed. */
  readonly positions = new Map<string, Position>();
  readonly failures: Failure[] = [];
  committedRecords = 0;
  readonly #options: RecorderOptions;
  readonly #underWay = new Map<number, readonly string[]>();

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** What happened to one partition, in order. */
  stepsOf(partition: number): string {
    return this.steps
      .filter((step) => step.partition === partition)
      .map(({ what }) => what)
      .join(' ');
  }

  async assigned(partition: number, signal: AbortSignal): Promise<void> {
    await this.#step({ what: 'assigned', partition }, 0, signal);
  }

  async batch({ partition, records }: RecordBatch): Promise<readonly OutgoingRecord[]> {
    const { mark, outputTo } = this.#options;
    const own = records.filter(({ key }) => key.startsWith(mark));
    await this.#step({ what: 'batch', partition }, own.length);
    const seen = own.map(({ key, value }) => ({ key, value: Buffer.from(value ?? []).toString() }));
    this.seen.push(...seen);
    this.#underWay.set(
      partition,
      seen.map(({ key }) => key),
    );
    if (outputTo === undefined) return [];
    return seen.map(({ key, value }) => ({ topic: outputTo, key, value: Buffer.from(`out ${value}`) }));
  }

  async committed(partition: number, positions: readonly Position[]): Promise<void> {
    const keys = this.#underWay.get(partition) ?? [];
    this.committedRecords += keys.length;
    positions.forEach((position, i) => {
      this.positions.set(keys[i] ?? '', position);
    });
    if (this.committedRecords >= this.#options.stopAfter) this.#options.stop.abort();
    await this.#step({ what: 'committed', partition }, keys.length);
  }

  async revoked(partition: number): Promise<void> {
    await this.#step({ what: 'revoked', partition }, 0);
  }

  async lost(partition: number): Promise<void> {
    await this.#step({ what: 'lost', partition }, 0);
  }

  async failed(partition: number, error: unknown, signal: AbortSignal): Promise<boolean> {
    this.steps.push({ what: 'failed', partition });
    this.failures.push({ partition, error });
    return (await this.#options.takeUpAgain?.({ partition, error }, signal)) ?? false;
  }

  async #step(step: Step, records: number, signal?: AbortSignal): Promise<void> {
    this.steps.push(step);
    await this.#options.at?.(step, records, signal);
  }
}
