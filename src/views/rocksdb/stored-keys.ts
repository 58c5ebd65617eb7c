import type { KeyRange } from 'rocksdb-native';

/*
 * How a view lies in RocksDB (one column family, since a write batch covers only one):
 *   'd' + partition (2 bytes, big-endian) + key (UTF-8)  ->  the value
 *   'p' + partition (2 bytes, big-endian)                ->  the next offset (8 bytes, big-endian)
 *   'i'                                                  ->  which log and topic, which format (JSON)
 * Big-endian numbers keep partitions, and the keys of one, together and in order.
 */
const DATA = 0x64;
const POSITION = 0x70;
const IDENTITY = 0x69;
/** Bytes before the key itself in a data key. */
export const KEY_OFFSET = 3;

export const IDENTITY_KEY: Uint8Array = Buffer.from([IDENTITY]);
/** All data of all partitions. */
export const DATA_RANGE: KeyRange = { gte: Buffer.from([DATA]), lt: Buffer.from([DATA + 1]) };
export const POSITION_RANGE: KeyRange = { gte: Buffer.from([POSITION]), lt: Buffer.from([POSITION + 1]) };

/** Where a key of a partition lies. */
export function dataKey(partition: number, key: string): Buffer {
  const stored = Buffer.allocUnsafe(KEY_OFFSET + Buffer.byteLength(key));
  stored[0] = DATA;
  stored.writeUInt16BE(partition, 1);
  stored.write(key, KEY_OFFSET);
  return stored;
}

/** The data of one partition from a key on, the key included. */
export function dataFrom(partition: number, key: string): Required<Pick<KeyRange, 'gte' | 'lt'>> {
  // Read as one number, so that the partition after the last one carries over into the first byte.
  const end = Buffer.allocUnsafe(KEY_OFFSET);
  end.writeUIntBE(DATA * 2 ** 16 + partition + 1, 0, KEY_OFFSET);
  return { gte: dataKey(partition, key), lt: end };
}

export function positionKey(partition: number): Buffer {
  const stored = Buffer.allocUnsafe(KEY_OFFSET);
  stored[0] = POSITION;
  stored.writeUInt16BE(partition, 1);
  return stored;
}

/** The partition in a position key. */
export function partitionIn(key: Buffer): number {
  return key.readUInt16BE(1);
}

export function positionValue(next: number): Buffer {
  const stored = Buffer.allocUnsafe(8);
  stored.writeBigUInt64BE(BigInt(next));
  return stored;
}

export function offsetIn(value: Buffer): number {
  return Number(value.readBigUInt64BE());
}
