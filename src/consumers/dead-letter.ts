import { createHash } from 'node:crypto';
import { parseClientKey } from '../domain/client-key.ts';
import type { Headers, LogRecord, OutgoingRecord } from '../log/event-log.ts';
import { deadLettersOf } from '../log/topics.ts';

/** Why a record was set aside: the code of a TaarError, or one of these. */
export type DeadLetterCode = string;

/** Headers of a dead letter. */
export const CODE_HEADER = 'code';
export const SOURCE_TOPIC_HEADER = 'source-topic';
export const SOURCE_PARTITION_HEADER = 'source-partition';
export const SOURCE_OFFSET_HEADER = 'source-offset';
export const SOURCE_KEY_HEADER = 'source-key';
export const VALUE_BYTES_HEADER = 'value-bytes';
export const VALUE_SHA256_HEADER = 'value-sha256';

/**
 * The record that stands for one that could not be processed. A value that decoded with a known schema holds only
 * what the schema allows and is kept as it came; of any other only length and digest are, since nobody knows what
 * is in it. The key is the position: the record's own may be anything, too. Only where the value is kept and the
 * record's key is a client key does a header hold it, so that the record can be replayed.
 */
export function deadLetter(record: LogRecord, code: DeadLetterCode, decoded: boolean): OutgoingRecord {
  const { topic, partition, offset, key, value } = record;
  const source = {
    [SOURCE_TOPIC_HEADER]: topic,
    [SOURCE_PARTITION_HEADER]: `${partition}`,
    [SOURCE_OFFSET_HEADER]: `${offset}`,
  };
  return {
    topic: deadLettersOf(topic),
    key: `${topic}/${partition}/${offset}`,
    value: decoded ? value : null,
    headers: { [CODE_HEADER]: code, ...source, ...(decoded ? keyHeader(key) : digestOf(value)) },
  };
}

function keyHeader(key: string): Headers {
  const clientKey = parseClientKey(key);
  return clientKey === undefined ? {} : { [SOURCE_KEY_HEADER]: clientKey };
}

function digestOf(value: Uint8Array | null): Headers {
  if (value === null) return {};
  return {
    [VALUE_BYTES_HEADER]: `${value.length}`,
    [VALUE_SHA256_HEADER]: createHash('sha256').update(value).digest('hex'),
  };
}
