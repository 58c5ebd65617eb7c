import type { Headers, LogRecord, OutgoingRecord } from '../event-log.ts';
import { partitionOf } from '../partition.ts';
import type { TopicName } from '../topics.ts';

/**
 * Records on their way between threads: one buffer that is handed over instead of an object for each record, which
 * would cost more than storing it. A record's bytes are its key, value and headers (JSON, empty where there are
 * none) one after the other, as they also stand in the file.
 */
export interface PackedRecords {
  readonly count: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** FIELDS numbers a record, at the places named below. */
  readonly fields: Float64Array<ArrayBuffer>;
}

export const FIELDS = 6;
export const PARTITION_ID = 0;
/** Offset and timestamp are the log's to give: 0 in records that are not appended yet. */
export const OFFSET = 1;
export const TIMESTAMP = 2;
export const KEY_BYTES = 3;
/** NO_VALUE for a tombstone. */
export const VALUE_BYTES = 4;
/** Where the record ends in `bytes`; the next one starts there. */
export const END = 5;
export const NO_VALUE = -1;

const FIRST_BYTES = 2 * 1024;
const FIRST_RECORDS = 8;
/** No UTF-16 unit takes more bytes in UTF-8. */
const UTF8_BYTES_PER_UNIT = 3;
const NO_HEADERS: Headers = Object.freeze({});

/** Packs records that are to be appended, one by one. */
export class RecordPacker {
  #bytes = ownMemory(FIRST_BYTES);
  #fields = new Float64Array(FIRST_RECORDS * FIELDS);
  #count = 0;
  #end = 0;

  /** The bytes packed so far. */
  get size(): number {
    return this.#end;
  }

  /** Makes room for records that are to be added: growing step by step takes twice the memory, and copies it. */
  expect(records: readonly OutgoingRecord[]): void {
    this.#reserve(
      records.reduce(
        (sum, { key, value }) => sum + key.length * UTF8_BYTES_PER_UNIT + (value?.length ?? 0),
        0,
      ),
      records.length,
    );
  }

  /** Adds a record of the topic whose partitions have these ids; returns its partition. */
  add(
    partitionIds: readonly number[],
    key: string,
    value: Uint8Array | null,
    headers: Headers | undefined,
  ): number {
    const headerText = headers === undefined ? '' : textOf(headers);
    this.#reserve((key.length + headerText.length) * UTF8_BYTES_PER_UNIT + (value?.length ?? 0), 1);
    const start = this.#end;
    const keyBytes = this.#bytes.write(key, start);
    let end = start + keyBytes;
    const partition = partitionOf(this.#bytes.subarray(start, end), partitionIds.length);
    if (value !== null) {
      this.#bytes.set(value, end);
      end += value.length;
    }
    if (headerText !== '') end += this.#bytes.write(headerText, end);
    const at = this.#count * FIELDS;
    this.#fields[at + PARTITION_ID] = partitionIds[partition] ?? 0;
    this.#fields[at + KEY_BYTES] = keyBytes;
    this.#fields[at + VALUE_BYTES] = value === null ? NO_VALUE : value.length;
    this.#fields[at + END] = end;
    this.#end = end;
    this.#count += 1;
    return partition;
  }

  /** The packed records; the packer is used up. */
  finish(): PackedRecords {
    return { count: this.#count, bytes: this.#bytes, fields: this.#fields };
  }

  #reserve(more: number, records: number): void {
    if (this.#end + more > this.#bytes.length) {
      const grown = ownMemory(Math.max(2 * this.#bytes.length, this.#end + more));
      grown.set(this.#bytes.subarray(0, this.#end));
      this.#bytes = grown;
    }
    const fields = (this.#count + records) * FIELDS;
    if (fields > this.#fields.length) {
      const grown = new Float64Array(Math.max(2 * this.#fields.length, fields));
      grown.set(this.#fields);
      this.#fields = grown;
    }
  }
}

/** A buffer outside Node's pool, which can therefore be handed over. */
function ownMemory(bytes: number): Buffer<ArrayBuffer> {
  return Buffer.allocUnsafeSlow(bytes);
}

function textOf(headers: Headers): string {
  const text = JSON.stringify(headers);
  return text === '{}' ? '' : text;
}

/** The memory that goes along when packed records are sent to another thread. */
export function memoryOf(records: PackedRecords): ArrayBuffer[] {
  return [records.bytes.buffer, records.fields.buffer];
}

/** Packed records of one partition as readers of the log see them; values are views on the packed bytes. */
export function toLogRecords(records: PackedRecords, topic: TopicName, partition: number): LogRecord[] {
  const { bytes, fields, count } = records;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const result: LogRecord[] = [];
  let start = 0;
  for (let at = 0; at < count * FIELDS; at += FIELDS) {
    const keyEnd = start + (fields[at + KEY_BYTES] ?? 0);
    const valueBytes = fields[at + VALUE_BYTES] ?? NO_VALUE;
    const valueEnd = valueBytes === NO_VALUE ? keyEnd : keyEnd + valueBytes;
    const end = fields[at + END] ?? 0;
    result.push({
      topic,
      partition,
      offset: fields[at + OFFSET] ?? 0,
      timestamp: fields[at + TIMESTAMP] ?? 0,
      key: buffer.toString('utf8', start, keyEnd),
      value: valueBytes === NO_VALUE ? null : bytes.subarray(keyEnd, valueEnd),
      headers:
        end === valueEnd ? NO_HEADERS : (JSON.parse(buffer.toString('utf8', valueEnd, end)) as Headers),
    });
    start = end;
  }
  return result;
}
