import type { EpochMs } from '../../domain/clock.ts';
import type { Headers, LogRecord, Offset } from '../event-log.ts';
import type { TopicName } from '../topics.ts';

/**
 * Records on their way between threads: one buffer that is handed over instead of an object for each record, which
 * would cost more than storing it.
 */
export interface PackedRecords {
  readonly count: number;
  /** Key, value and headers (JSON, empty where there are none) of each record, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** FIELDS numbers a record: partition id, offset, timestamp, and the three lengths. */
  readonly fields: Float64Array<ArrayBuffer>;
}

/** A record as it is stored. A null value is a tombstone. */
export interface StoredRecord {
  readonly partitionId: number;
  readonly offset: Offset;
  readonly timestamp: EpochMs;
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
  readonly headers: string;
}

const FIELDS = 6;
const NO_VALUE = -1;
const FIRST_BYTES = 16 * 1024;
const FIRST_RECORDS = 64;

/** Packs records one by one. */
export class RecordPacker {
  #bytes = Buffer.from(new ArrayBuffer(FIRST_BYTES));
  #fields = new Float64Array(new ArrayBuffer(FIRST_RECORDS * FIELDS * 8));
  #count = 0;
  #end = 0;

  /** The bytes packed so far. */
  get size(): number {
    return this.#end;
  }

  add(
    partitionId: number,
    offset: Offset,
    timestamp: EpochMs,
    key: Uint8Array,
    value: Uint8Array | null,
    headers: string,
  ): void {
    const headerBytes = headers === '' ? 0 : Buffer.byteLength(headers);
    this.#reserve(key.length + (value?.length ?? 0) + headerBytes);
    const at = this.#count * FIELDS;
    const fields = this.#fields;
    fields[at] = partitionId;
    fields[at + 1] = offset;
    fields[at + 2] = timestamp;
    fields[at + 3] = key.length;
    fields[at + 4] = value === null ? NO_VALUE : value.length;
    fields[at + 5] = headerBytes;
    this.#bytes.set(key, this.#end);
    this.#end += key.length;
    if (value !== null) {
      this.#bytes.set(value, this.#end);
      this.#end += value.length;
    }
    if (headerBytes > 0) this.#end += this.#bytes.write(headers, this.#end);
    this.#count += 1;
  }

  /** The packed records; the packer is used up. */
  finish(): PackedRecords {
    return {
      count: this.#count,
      bytes: new Uint8Array(this.#bytes.buffer as ArrayBuffer, 0, this.#end),
      fields: this.#fields.subarray(0, this.#count * FIELDS),
    };
  }

  #reserve(more: number): void {
    if (this.#end + more > this.#bytes.length) {
      const grown = Buffer.from(new ArrayBuffer(Math.max(2 * this.#bytes.length, this.#end + more)));
      this.#bytes.copy(grown, 0, 0, this.#end);
      this.#bytes = grown;
    }
    if ((this.#count + 1) * FIELDS > this.#fields.length) {
      const grown = new Float64Array(new ArrayBuffer(2 * this.#fields.length * 8));
      grown.set(this.#fields);
      this.#fields = grown;
    }
  }
}

/** The memory that goes along when packed records are sent to another thread. */
export function memoryOf(records: PackedRecords): ArrayBuffer[] {
  return [records.bytes.buffer, records.fields.buffer];
}

/** Reads packed records in order; keys and values are views on the packed buffer. */
export function* unpack(records: PackedRecords): Generator<StoredRecord> {
  const { bytes, fields, count } = records;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  for (let i = 0; i < count; i++) {
    const at = i * FIELDS;
    const keyEnd = start + (fields[at + 3] ?? 0);
    const valueLength = fields[at + 4] ?? NO_VALUE;
    const valueEnd = keyEnd + Math.max(0, valueLength);
    const end = valueEnd + (fields[at + 5] ?? 0);
    yield {
      partitionId: fields[at] ?? 0,
      offset: fields[at + 1] ?? 0,
      timestamp: fields[at + 2] ?? 0,
      key: buffer.subarray(start, keyEnd),
      value: valueLength === NO_VALUE ? null : buffer.subarray(keyEnd, valueEnd),
      headers: end === valueEnd ? '' : buffer.toString('utf8', valueEnd, end),
    };
    start = end;
  }
}

const NO_HEADERS: Headers = Object.freeze({});

/** Packed records of one partition as readers of the log see them. */
export function toLogRecords(records: PackedRecords, topic: TopicName, partition: number): LogRecord[] {
  const result: LogRecord[] = [];
  for (const { offset, timestamp, key, value, headers } of unpack(records)) {
    result.push({
      topic,
      partition,
      offset,
      timestamp,
      key: Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('utf8'),
      value,
      headers: headers === '' ? NO_HEADERS : (JSON.parse(headers) as Headers),
    });
  }
  return result;
}
