import { createHash } from 'node:crypto';
import type { Headers, LogRecord, OutgoingRecord } from '../log/event-log.ts';
import { deadLettersOf } from '../log/topics.ts';

/** Why a record was set aside: the code of a TaarError, or one of these. */
export type DeadLetterCode = string;

/**
 * The record that stands for one that could not be processed. A value that decoded with a known schema holds only
 * what the schema allows and is kept as it came; of any other only length and digest are, since nobody knows what
 * is in it. The key is the position: the record's own may be anything, too.
 */
export function deadLetter(record: LogRecord, code: DeadLetterCode, decoded: boolean): OutgoingRecord {
  const { topic, partition, offset, value } = record;
  const source = { 'source-topic': topic, 'source-partition': `${partition}`, 'source-offset': `${offset}` };
  return {
    topic: deadLettersOf(topic),
    key: `${topic}/${partition}/${offset}`,
    value: decoded ? value : null,
    headers: { code, ...source, ...(decoded ? {} : digestOf(value)) },
  };
}

function digestOf(value: Uint8Array | null): Headers {
  if (value === null) return {};
  return {
    'value-bytes': `${value.length}`,
    'value-sha256': createHash('sha256').update(value).digest('hex'),
  };
}
