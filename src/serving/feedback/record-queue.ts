import type { RecommendationServed } from '../../domain/served.ts';
import type { RecordCodec } from '../../log/record-codec.ts';
import { RecordBlock } from './record-block.ts';

/** One is filled while another is with the log. */
const SPARE_BLOCKS = 2;

/** The records of answers that wait for the log, encoded, in blocks. */
export class RecordQueue {
  readonly #codec: RecordCodec;
  readonly #blockRecords: number;
  /** The oldest first; the last one is being filled. */
  #blocks: RecordBlock[] = [];
  readonly #spare: RecordBlock[] = [];

  /** @param blockRecords most records of a block */
  constructor(codec: RecordCodec, blockRecords: number) {
    this.#codec = codec;
    this.#blockRecords = blockRecords;
  }

  /** How many blocks wait; the last one may have room left. */
  get blocks(): number {
    return this.#blocks.length;
  }

  /** How many records wait. */
  get length(): number {
    return this.#blocks.reduce((sum, { records }) => sum + records.length, 0);
  }

  /** @returns the bytes that it takes @throws as the codec */
  add(key: string, served: RecommendationServed): number {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.records.length < this.#blockRecords) {
      const before = last.bytes;
      if (last.add(key, served, this.#codec)) return last.bytes - before;
    }
    const block = this.#spare.pop() ?? new RecordBlock();
    block.add(key, served, this.#codec);
    this.#blocks.push(block);
    return block.bytes;
  }

  /** The records that have waited longest; undefined where none do. */
  take(): RecordBlock | undefined {
    return this.#blocks.shift();
  }

  /** Takes back the memory of a block whose records nobody has any more. */
  release(block: RecordBlock): void {
    if (this.#spare.length >= SPARE_BLOCKS) return;
    block.clear();
    this.#spare.push(block);
  }

  /** Drops all that waits. */
  clear(): void {
    this.#blocks = [];
  }
}
