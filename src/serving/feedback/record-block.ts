import type { RecommendationServed } from '../../domain/served.ts';
import type { OutgoingRecord } from '../../log/event-log.ts';
import type { RecordCodec } from '../../log/record-codec.ts';

const TOPIC = 'serving.recommendation.served.v1';
/** Some hundred answers: what a busy node makes between two batches. */
const BLOCK_BYTES = 512 * 2 ** 10;

/**
 * Encoded records of answers, one after the other in memory that is used again. Buffers of their own wait in the
 * queue for just so long that the collector takes them for lasting, and each full collection costs as much as
 * encoding a thousand.
 */
export class RecordBlock {
  #memory: Buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #records: OutgoingRecord[] = [];
  #end = 0;

  /** Their values are the memory of this block: they last until `clear`. */
  get records(): readonly OutgoingRecord[] {
    return this.#records;
  }

  /** Of all values. */
  get bytes(): number {
    return this.#end;
  }

  /** Adds a record; false where there is no room left. An empty block has room for any. @throws as the codec */
  add(key: string, served: RecommendationServed, codec: RecordCodec): boolean {
    let end = this.#encode(served, codec);
    if (end < 0 && this.#end === 0) {
      this.#memory = Buffer.allocUnsafeSlow(this.#memory.length - end);
      end = this.#encode(served, codec);
    }
    if (end < 0) return false;
    this.#records.push({ topic: TOPIC, key, value: this.#memory.subarray(this.#end, end) });
    this.#end = end;
    return true;
  }

  /** To be called once nobody has the records any more. */
  clear(): void {
    this.#records = [];
    this.#end = 0;
  }

  #encode(served: RecommendationServed, codec: RecordCodec): number {
    return codec.encodeInto('serving.RecommendationServed', served, this.#memory, this.#end);
  }
}
