import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../../src/log/event-log.ts';
import { CHANGED_AT_HEADER } from '../../src/log/headers.ts';
import { changeOf } from '../../src/views/changes.ts';

const RECORD: LogRecord = {
  topic: 'addons.profile.changed.v1',
  partition: 3,
  offset: 12,
  timestamp: 1_000,
  key: 'a',
  value: Uint8Array.from([1, 2]),
  headers: {},
};

describe('changeOf', () => {
  it('takes key and value as they are, and the time of the record', () => {
    expect(changeOf(RECORD)).toEqual({ key: 'a', value: RECORD.value, changedAt: 1_000 });
  });

  it('prefers the time in the header, which a tombstone has nowhere else', () => {
    const record = { ...RECORD, value: null, headers: { [CHANGED_AT_HEADER]: '17' } };
    expect(changeOf(record)).toEqual({ key: 'a', value: null, changedAt: 17 });
  });

  it.each(['', 'soon', '1.5', '1e30', 'NaN'])('does not take %j for a time', (text) => {
    expect(changeOf({ ...RECORD, headers: { [CHANGED_AT_HEADER]: text } }).changedAt).toBe(1_000);
  });
});
