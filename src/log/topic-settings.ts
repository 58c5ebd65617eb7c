import { DAY_MS } from '../domain/clock.ts';
import type { RecordType } from './record-types.ts';

/** How a topic is kept. */
export type TopicSettings = DeleteTopic | CompactTopic;

interface CommonSettings {
  readonly partitions: number;
  /** The record types that may stand on the topic; empty where values are not ours to read, or plain text. */
  readonly records: readonly RecordType[];
}

export interface DeleteTopic extends CommonSettings {
  readonly policy: 'delete';
  readonly retentionMs: number;
  /** The oldest records of a partition go when it holds more; keeps a flood from filling the disk. */
  readonly retentionBytes: number;
}

export interface CompactTopic extends CommonSettings {
  readonly policy: 'compact';
  /** A superseded record is gone at the latest after this time: what was deleted must not linger. */
  readonly maxCompactionLagMs: number;
  /** How long a tombstone stays, so that every follower sees it. */
  readonly deleteRetentionMs: number;
}

const RETENTION_BYTES = 16 * 2 ** 30;

export function deleteTopic(
  partitions: number,
  retentionMs: number,
  records: readonly RecordType[],
): DeleteTopic {
  return { policy: 'delete', partitions, retentionMs, retentionBytes: RETENTION_BYTES, records };
}

export function compactTopic(partitions: number, records: readonly RecordType[]): CompactTopic {
  return {
    policy: 'compact',
    partitions,
    maxCompactionLagMs: DAY_MS,
    deleteRetentionMs: 7 * DAY_MS,
    records,
  };
}

export function deadLetterTopic(): DeleteTopic {
  return deleteTopic(1, 7 * DAY_MS, []);
}
