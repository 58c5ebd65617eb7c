import { parseClientKey } from '../domain/client-key.ts';
import type { EpochMs } from '../domain/clock.ts';
import { TaarError } from '../domain/errors.ts';
import type { Headers, LogRecord, Offset, OutgoingRecord } from '../log/event-log.ts';
import { DEAD_LETTER_SOURCES, type TopicName } from '../log/topics.ts';
import {
  CODE_HEADER,
  SOURCE_KEY_HEADER,
  SOURCE_OFFSET_HEADER,
  SOURCE_PARTITION_HEADER,
  SOURCE_TOPIC_HEADER,
  VALUE_BYTES_HEADER,
  VALUE_SHA256_HEADER,
} from './dead-letter.ts';

/** On a record that was appended again: the position of the dead letter that it came from. */
export const REPLAYED_FROM_HEADER = 'replayed-from';
/** A record of the dead-letter topic of `source`. */
export interface Letter {
  readonly source: TopicName;
  readonly record: LogRecord;
}

/** What can be told of a dead letter to anybody. */
export interface ListedLetter {
  /** `topic.dlq/partition/offset`. */
  readonly position: string;
  readonly at: EpochMs;
  readonly code: string;
  /** `topic/partition/offset` of the record that was set aside; null where the headers do not say it. */
  readonly source: string | null;
  /** Of the record's value; null where it had none. */
  readonly valueBytes: number | null;
  /** True when the value was kept; else only its digest was. */
  readonly kept: boolean;
  readonly replayable: boolean;
}

export function listedOf(letter: Letter): ListedLetter {
  const { topic, partition, offset, timestamp, headers, value } = letter.record;
  return {
    position: `${topic}/${partition}/${offset}`,
    at: timestamp,
    code: codeOf(letter.record),
    source: sourceOf(letter),
    valueBytes: value?.length ?? numberIn(headers[VALUE_BYTES_HEADER]),
    kept: value !== null,
    replayable: typeof replayOf(letter) !== 'string',
  };
}

/** The record to append again, or why it cannot be: `value-not-kept` or `key-not-kept`. */
export function replayOf({ source, record }: Letter): OutgoingRecord | string {
  const { topic, partition, offset, headers, value } = record;
  if (value === null) return 'value-not-kept';
  const key = parseClientKey(headers[SOURCE_KEY_HEADER] ?? '');
  if (key === undefined) return 'key-not-kept';
  return {
    topic: source,
    key,
    value,
    headers: { [REPLAYED_FROM_HEADER]: `${topic}/${partition}/${offset}` },
  };
}

/** Codes are words; what else somebody has put there is not repeated. */
export function codeOf({ headers }: LogRecord): string {
  const code = headers[CODE_HEADER] ?? '';
  return CODE.test(code) ? code : 'unknown';
}

function sourceOf({ source, record: { headers } }: Letter): string | null {
  const partition = numberIn(headers[SOURCE_PARTITION_HEADER]);
  const offset = numberIn(headers[SOURCE_OFFSET_HEADER]);
  return partition === null || offset === null ? null : `${source}/${partition}/${offset}`;
}

function numberIn(text: string | undefined): number | null {
  return text !== undefined && NUMBER.test(text) ? Number(text) : null;
}

const CODE = /^[a-z][a-z-]{0,59}$/;
const NUMBER = /^\d{1,15}$/;
/** What consumers write; anything else that is found was put there by somebody else, and may be anything. */
const SHOWN_HEADERS = new Map([
  [CODE_HEADER, CODE],
  [SOURCE_TOPIC_HEADER, /^[a-z.]{1,80}\.v\d+$/],
  [SOURCE_PARTITION_HEADER, NUMBER],
  [SOURCE_OFFSET_HEADER, NUMBER],
  [VALUE_BYTES_HEADER, NUMBER],
  [VALUE_SHA256_HEADER, /^[0-9a-f]{64}$/],
]);

/** The headers of a dead letter as they are, but not the client key; of others only how many there are. */
export function shownHeaders(headers: Headers): Headers {
  const shown: Record<string, string> = {};
  let others = 0;
  for (const [name, text] of Object.entries(headers)) {
    if (name === SOURCE_KEY_HEADER) shown[name] = 'kept, not shown';
    else if (SHOWN_HEADERS.get(name)?.test(text)) shown[name] = text;
    else others += 1;
  }
  return others === 0 ? shown : { ...shown, others: `${others}` };
}

/** Reads `topic.dlq/partition/offset`. @throws TaarError `dead-letter-unknown` (halt) */
export function placeIn(position: string): { source: TopicName; partition: number; offset: Offset } {
  const [, name, partition, offset] = /^([a-z0-9.]+)\.dlq\/(\d{1,6})\/(\d{1,15})$/.exec(position) ?? [];
  const source = DEAD_LETTER_SOURCES.find((topic) => topic === name);
  if (source !== undefined) return { source, partition: Number(partition), offset: Number(offset) };
  throw letterUnknown('a dead letter is named by topic, partition and offset, as taar dlq list prints it');
}

export function letterUnknown(message: string): TaarError {
  return new TaarError('dead-letter-unknown', 'halt', message);
}
