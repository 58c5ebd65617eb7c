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
  /** Thrown by `batch` once more than `failAfter` records were seen. */
  readonly failWith?: Error;
  readonly failAfter?: number;
}

export interface Step {
  readonly what: 'assigned' | 'batch' | 'committed' | 'revoked' | 'lost';
  readonly partition: number;
}

/** A handler that notes all that happens to it. */
export class Recorder implements BatchHandler {
  readonly steps: Step[] = [];
  readonly seen: { readonly key: string; readonly value: string }[] = [];
  /** Where the output for a key was committed. */
  readonly positions = new Map<string, Position>();
  committedRecords = 0;
  readonly #options: RecorderOptions;
  readonly #underWay = new Map<number, readonly string[]>();

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  async assigned(partition: number): Promise<void> {
    this.steps.push({ what: 'assigned', partition });
  }

  async batch({ partition, records }: RecordBatch): Promise<readonly OutgoingRecord[]> {
    this.steps.push({ what: 'batch', partition });
    const { mark, outputTo, failWith, failAfter = 0 } = this.#options;
    const own = records.filter(({ key }) => key.startsWith(mark));
    if (failWith !== undefined && this.seen.length + own.length > failAfter) throw failWith;
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
    this.steps.push({ what: 'committed', partition });
    const keys = this.#underWay.get(partition) ?? [];
    this.committedRecords += keys.length;
    positions.forEach((position, i) => {
      this.positions.set(keys[i] ?? '', position);
    });
    if (this.committedRecords >= this.#options.stopAfter) this.#options.stop.abort();
  }

  async revoked(partition: number): Promise<void> {
    this.steps.push({ what: 'revoked', partition });
  }

  async lost(partition: number): Promise<void> {
    this.steps.push({ what: 'lost', partition });
  }
}
