import { TaarError } from '../../domain/errors.ts';
import type { OutgoingRecord } from '../event-log.ts';
import type { TopicName } from '../topics.ts';
import type { RecordPacker } from './packed-records.ts';
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

  /** The ids of a topic's partitions, by partition number. @throws TaarError `topic-unknown` (halt) */
  idsOf(topic: TopicName): readonly number[] {
    const ids = this.#ids.get(topic);
    if (ids !== undefined) return ids;
    throw new TaarError('topic-unknown', 'halt', `the log has no topic ${topic}; add it to the topic table`);
  }

  /** @throws TaarError `partition-unknown` (halt) */
  idOf(topic: TopicName, partition: number): number {
    const id = this.idsOf(topic)[partition];
    if (id === undefined)
      throw new TaarError('partition-unknown', 'halt', `${topic} has no partition ${partition}`);
    return id;
  }

  /**
   * Packs records for the log's thread; returns the partition of each.
   * @throws TaarError `topic-unknown` (halt), before anything is packed
   */
  pack(records: readonly OutgoingRecord[], packer: RecordPacker): Uint32Array {
    const ids = records.map(({ topic }) => this.idsOf(topic));
    packer.expect(records);
    const partitions = new Uint32Array(records.length);
    for (const [i, { key, value, headers }] of records.entries()) {
      partitions[i] = packer.add(ids[i] ?? [], key, value, headers);
    }
    return partitions;
  }
}
