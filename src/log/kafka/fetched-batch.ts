import type { FetchedPartition, RawMessage } from 'kafkajs/src/cluster/index.js';
import type { Headers, LogRecord, Offset, RecordBatch } from '../event-log.ts';
import type { TopicName } from '../topics.ts';
import { committedMessages } from './committed-messages.ts';

/**
 * What a fetch from an offset on brought, as our batch. Its end is the last stable offset: what comes after it may
 * still be aborted. Undefined where there are no messages though the partition goes on: then the fetch was too small,
 * or compaction has left nothing but empty frames.
 */
export function batchOf(topic: TopicName, from: Offset, fetched: FetchedPartition): RecordBatch | undefined {
  const { partition, messages, abortedTransactions } = fetched;
  const end = Number(fetched.lastStableOffset);
  const last = messages.at(-1);
  if (last === undefined) {
    return from >= end ? { topic, partition, records: [], next: from, end } : undefined;
  }
  const records: LogRecord[] = [];
  for (const message of committedMessages(messages, abortedTransactions)) {
    const offset = Number(message.offset);
    // A fetch brings whole frames: the first may begin before the offset that was asked for.
    if (offset >= from) records.push(recordOf(topic, partition, offset, message));
  }
  return { topic, partition, records, next: endOfFrame(last), end };
}

/** Compaction may have taken the last records of a frame; it still covers their offsets. */
function endOfFrame({ batchContext: { firstOffset, lastOffsetDelta } }: RawMessage): Offset {
  return Number(firstOffset) + lastOffsetDelta + 1;
}

function recordOf(topic: TopicName, partition: number, offset: Offset, message: RawMessage): LogRecord {
  return {
    topic,
    partition,
    offset,
    timestamp: Number(message.timestamp),
    key: message.key === null ? '' : message.key.toString(),
    value: message.value,
    headers: headersOf(message),
  };
}

const NO_HEADERS: Headers = Object.freeze({});

function headersOf({ headers }: RawMessage): Headers {
  const names = Object.keys(headers);
  if (names.length === 0) return NO_HEADERS;
  return Object.fromEntries(names.map((name) => [name, `${[headers[name]].flat()[0] ?? ''}`]));
}
