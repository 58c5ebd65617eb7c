import type { Message, RecordMetadata, TopicMessages } from 'kafkajs';
import { TaarError } from '../../domain/errors.ts';
import type { OutgoingRecord, Position } from '../event-log.ts';
import { partitionOf } from '../partition.ts';
import { topicSettings } from '../topics.ts';
import type { Names } from './names.ts';

/** What goes to the brokers in one request stays below the 1 MB that they accept of one partition. */
const MAX_REQUEST_BYTES = 900_000;
/** Leaders do not move so often while one portion is sent. */
const MAX_SENDS = 5;
/** Key, offsets and lengths of a record, about. */
const RECORD_OVERHEAD_BYTES = 64;

/** Records that go to the brokers in one request. */
export interface Portion {
  readonly records: readonly OutgoingRecord[];
  readonly partitions: readonly number[];
  readonly topicMessages: TopicMessages[];
}

/** The partition of a record, computed as every reader checks it. */
export function partitionFor({ topic, key }: OutgoingRecord): number {
  return partitionOf(Buffer.from(key), topicSettings(topic).partitions);
}

/** How many bytes a record takes on its way, about. */
export function sizeOf({ key, value }: OutgoingRecord): number {
  return RECORD_OVERHEAD_BYTES + key.length + (value?.length ?? 0);
}

/** Records of one partition, and where they stand among all that were to be sent. */
export interface PartitionShare {
  readonly records: readonly OutgoingRecord[];
  readonly indexes: readonly number[];
}

/**
 * The records by their partitions, each in order. What goes to several nodes in one request cannot be sent exactly
 * once: when one node fails and a leader moves, the client sends some of it twice or leaves some out.
 */
export function sharesOf(records: readonly OutgoingRecord[]): PartitionShare[] {
  const shares = new Map<string, { records: OutgoingRecord[]; indexes: number[] }>();
  for (const [index, record] of records.entries()) {
    const place = `${record.topic}/${partitionFor(record)}`;
    const share = shares.get(place) ?? { records: [], indexes: [] };
    shares.set(place, share);
    share.records.push(record);
    share.indexes.push(index);
  }
  return [...shares.values()];
}

/** Cuts records, in order, into requests that a broker takes. */
export function portionsOf(records: readonly OutgoingRecord[], names: Names): Portion[] {
  const portions: Portion[] = [];
  let start = 0;
  let bytes = 0;
  for (const [i, record] of records.entries()) {
    const size = sizeOf(record);
    if (i > start && bytes + size > MAX_REQUEST_BYTES) {
      portions.push(portionOf(records.slice(start, i), names));
      start = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (records.length > start) portions.push(portionOf(records.slice(start), names));
  return portions;
}

function portionOf(records: readonly OutgoingRecord[], names: Names): Portion {
  const byTopic = new Map<string, Message[]>();
  const partitions = records.map((record) => {
    const partition = partitionFor(record);
    const topic = names.topic(record.topic);
    const messages = byTopic.get(topic) ?? [];
    byTopic.set(topic, messages);
    messages.push(messageOf(record, partition));
    return partition;
  });
  const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }));
  return { records, partitions, topicMessages };
}

function messageOf({ key, value, headers }: OutgoingRecord, partition: number): Message {
  const bytes = value === null ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return {
    key: Buffer.from(key),
    value: bytes,
    partition,
    ...(headers === undefined ? {} : { headers: { ...headers } }),
  };
}

/**
 * Sends a portion, and then what the client left out: where a leader has moved to a node that answered before, it
 * takes that answer for the whole.
 * @throws TaarError `log-unavailable` (retry)
 */
export async function sendWhole(
  portion: Portion,
  names: Names,
  send: (topicMessages: TopicMessages[]) => Promise<RecordMetadata[]>,
): Promise<Position[]> {
  const sent: RecordMetadata[] = [];
  let left = portion.topicMessages;
  for (let tries = 0; tries < MAX_SENDS && left.length > 0; tries++) {
    sent.push(...(await send(left)));
    left = withoutAnswer(left, sent);
  }
  return positionsOf(portion, sent, names);
}

function withoutAnswer(topicMessages: TopicMessages[], sent: readonly RecordMetadata[]): TopicMessages[] {
  const answered = new Set(sent.map(({ topicName, partition }) => `${topicName}/${partition}`));
  return topicMessages
    .map(({ topic, messages }) => ({
      topic,
      messages: messages.filter(({ partition }) => !answered.has(`${topic}/${partition}`)),
    }))
    .filter(({ messages }) => messages.length > 0);
}

/** Where each record of a portion went: those of one partition stand one after the other from its base offset on. */
export function positionsOf(
  { records, partitions }: Portion,
  sent: RecordMetadata[],
  names: Names,
): Position[] {
  const next = new Map(
    sent.map(({ topicName, partition, baseOffset }) => [`${topicName}/${partition}`, Number(baseOffset)]),
  );
  return records.map(({ topic }, i) => {
    const partition = partitions[i] ?? 0;
    const place = `${names.topic(topic)}/${partition}`;
    const offset = next.get(place);
    if (offset === undefined) {
      throw new TaarError('log-unavailable', 'retry', `an append to ${topic}/${partition} gave no position`);
    }
    next.set(place, offset + 1);
    return { topic, partition, offset };
  });
}
