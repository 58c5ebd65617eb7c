import { openEmbeddedLog } from '../../../src/log/embedded/embedded-log.ts';
import type { OutgoingRecord } from '../../../src/log/event-log.ts';
import { CRASH_INPUT, CRASH_OUTPUT, type Report } from './crash-protocol.ts';
import { SILENT } from './temporary-log.ts';

/** A process that appends and processes as fast as it can until it is killed. Says what was acknowledged. */
const CALLERS = 8;
const KEYS = 20;

const log = await openEmbeddedLog({ file: process.argv[2] ?? '', clock: Date.now, logger: SILENT });

function report(message: Report): void {
  process.send?.(message);
}

async function append(caller: number): Promise<never> {
  for (let i = 0; ; i++) {
    const records: OutgoingRecord[] = Array.from({ length: 1 + (i % 5) }, (_, k) => ({
      topic: CRASH_INPUT,
      key: `key ${(i + k) % KEYS}`,
      value: Buffer.from(`${process.pid}/${caller}/${i}/${k}`),
    }));
    const positions = await log.append(records);
    report({
      acknowledged: positions.map(({ partition, offset }, k) => ({
        partition,
        offset,
        value: Buffer.from(records[k]?.value ?? []).toString(),
      })),
    });
  }
}

const processing = log.process(
  'crash',
  CRASH_INPUT,
  {
    assigned: async () => {},
    batch: async ({ records }) => records.map(({ key, value }) => ({ topic: CRASH_OUTPUT, key, value })),
    committed: async () => {},
    revoked: async () => {},
    lost: async () => {},
    failed: async () => false,
  },
  new AbortController().signal,
);
report({ acknowledged: [] });
await Promise.all([processing, ...Array.from({ length: CALLERS }, (_, caller) => append(caller))]);
