import type { LogRecord } from '../log/event-log.ts';
import { changedAtOf } from '../log/headers.ts';
import type { Change } from './view.ts';

/** What a changelog record does to a view. */
export function changeOf(record: LogRecord): Change {
  return { key: record.key, value: record.value, changedAt: changedAtOf(record) };
}
