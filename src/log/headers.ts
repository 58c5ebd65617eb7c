import type { EpochMs } from '../domain/clock.ts';
import type { LogRecord } from './event-log.ts';

/**
 * The logical time of a state, in milliseconds, as decimal text. A tombstone has no value to carry it in, so it
 * travels in a header (DESIGN section 6).
 */
export const CHANGED_AT_HEADER = 'changed-at';

/** When a record's state changed: its header, or where it has none the time of the record. */
export function changedAtOf(record: Pick<LogRecord, 'headers' | 'timestamp'>): EpochMs {
  const text = record.headers[CHANGED_AT_HEADER];
  const time = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isSafeInteger(time) ? time : record.timestamp;
}
