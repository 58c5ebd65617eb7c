import { expect, it } from 'vitest';
import { doctorLines } from '../../src/cli/doctor-lines.ts';

it('shows each check with its figures, and only the partitions that are behind', () => {
  const text = doctorLines({
    pid: 1,
    url: 'http://127.0.0.1:8000',
    status: 'error',
    checks: { log: 'ok', 'consumer.addon-client': 'error' },
    details: { log: { events: 12 }, 'consumer.addon-client': { code: 'view-read-failed', partitions: '3' } },
    lags: [
      { aggregate: 'deletion-fan-out', partitions: [{ partition: 0, records: 0, seconds: 0 }] },
      {
        aggregate: 'addon-client',
        partitions: [
          { partition: 0, records: 0, seconds: 0 },
          { partition: 1, records: 7, seconds: 90 },
        ],
      },
    ],
  });
  expect(text).toBe(`error (http://127.0.0.1:8000)
  ok       log: events 12
  error    consumer.addon-client: code view-read-failed, partitions 3
  lag of deletion-fan-out: none in 1 partitions
  lag of addon-client:
    partition 1: 7 records, 90 s
`);
});
