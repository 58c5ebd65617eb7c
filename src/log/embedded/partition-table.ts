import { TaarError } from '../../domain/errors.ts';
import type { OutgoingRecord } from '../event-log.ts';
import { partitionOf } from '../partition.ts';
import { type TopicName, topicSettings } from '../topics.ts';
import { type PackedRecords, RecordPacker } from './packed-records.ts';
import type { PartitionRow } from './protocol.ts';

/** Which id each partition has in the file, and so where an outgoing record goes. */
export class PartitionTable {
  readonly #ids = new Map<TopicName, readonly number[]>();

  constructor(rows: readonly PartitionRow[]) {
    for (const { topic, id, partition } of rows) {
      const name = topic as TopicName;
      const ids = [...(this.#ids.get(name) ?? [])];
      ids[partition] = id;
      this.#ids.set(name, ids);
    }
  }

  /** The ids of a topic's partitions, by partition number. */
  idsOf(topic: TopicName): readonly number[] {
    return this.#ids.get(topic) ?? [];
  }

  /** @throws TaarError `partition-unknown` (halt) */
  idOf(topic: TopicName, partition: number): number {
    const id = this.idsOf(topic)[partition];
    if (id === undefined)
      throw new TaarError('partition-unknown', 'halt', `${topic} has no partition ${partition}`);
    return id;
  }

  /** Packs records for the log's thread; returns the partition of each beside them. */
  pack(records: readonly OutgoingRecord[]): { packed: PackedRecords; partitions: Uint32Array } {
    const packer = new RecordPacker();
    const partitions = new Uint32Array(records.length);
    for (const [i, { topic, key, value, headers }] of records.entries()) {
      const keyBytes = Buffer.from(key, 'utf8');
      const partition = partitionOf(keyBytes, topicSettings(topic).partitions);
      partitions[i] = partition;
      const headerText = headers === undefined ? '' : JSON.stringify(headers);
      packer.add(this.idOf(topic, partition), 0, 0, keyBytes, value, headerText);
    }
    return { packed: packer.finish(), partitions };
  }
}
