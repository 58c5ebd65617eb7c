import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/domain/clock.ts';
import { requestIdAt } from '../../src/domain/request-id.ts';
import { type EmbeddedLog, openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import type { EventLog, OffsetRange } from '../../src/log/event-log.ts';
import { RecordCodec } from '../../src/log/record-codec.ts';
import { ReceiptSearch, SEARCH_LIMITS } from '../../src/producers/receipt-search.ts';
import { RecordingLogger } from '../ops/recording-logger.ts';

const TOPIC = 'privacy.erasure.completed.v1';
const START = Date.parse('2026-11-01T00:00:00Z');
/** One receipt a minute. */
const RECEIPTS = 20_000;

let folder: string;
let log: EmbeddedLog;
let codec: RecordCodec;
let now = START;
const ids: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'receipts-'));
  const { logger } = new RecordingLogger();
  log = await openEmbeddedLog({ file: join(folder, 'log.sqlite'), clock: () => now, logger });
  codec = await RecordCodec.open(log.schemaIds);
  for (let hour = 0; hour * 60 < RECEIPTS; hour++) {
    now = START + hour * HOUR_MS;
    // Asked for half a day before it was carried out.
    const asked = Array.from({ length: 60 }, () => requestIdAt(now - 12 * HOUR_MS));
    await log.append(asked.map(receiptOf));
    ids.push(...asked);
  }
});
afterAll(async () => {
  await log.close();
  await rm(folder, { recursive: true });
});

function receiptOf(requestId: string) {
  const value = codec.encode('privacy.ErasureReceipt', {
    requestId,
    product: 'addons',
    completedAt: now,
    closedRows: ['addons.profile.changed.v1/3/17'],
    erasedVersions: ['ranking@1'],
    activeVersions: ['ranking@2'],
    unprovenVersions: [],
  });
  return { topic: TOPIC, key: requestId, value } as const;
}

describe('ReceiptSearch', () => {
  it('finds the receipt of any request', async () => {
    const search = new ReceiptSearch(log, codec);
    for (const index of [0, 1, 59, 60, 777, 10_000, RECEIPTS - 1]) {
      const requestId = ids[index] ?? '';
      const completedAt = new Date(START + Math.floor(index / 60) * HOUR_MS).toISOString();
      expect(await search.find(requestId)).toEqual({
        requestId,
        receipts: [
          {
            requestId,
            product: 'addons',
            completedAt,
            closedRows: ['addons.profile.changed.v1/3/17'],
            erasedVersions: ['ranking@1'],
            activeVersions: ['ranking@2'],
            unprovenVersions: [],
          },
        ],
        complete: true,
        searched: 'all',
      });
    }
  });

  it('says that there is none', async () => {
    for (const requestId of [requestIdAt(now), requestIdAt(START), randomUUID()]) {
      const none = { requestId, receipts: [], complete: false, searched: 'all' };
      expect(await new ReceiptSearch(log, codec).find(requestId)).toEqual(none);
    }
  });

  it('shows further receipts of a request, and finds one whose id tells no time', async () => {
    const requestId = randomUUID();
    await log.append([receiptOf(requestId)]);
    await log.append([receiptOf(requestId)]);
    const { receipts } = await new ReceiptSearch(log, codec).find(requestId);
    expect(receipts).toHaveLength(2);
  });

  it('reads little more than what was written since the request', async () => {
    let read = 0;
    const counting: Pick<EventLog, 'bounds' | 'read'> = {
      bounds: (topic) => log.bounds(topic),
      async *read(range: OffsetRange) {
        for await (const record of log.read(range)) {
          read += 1;
          yield record;
        }
      },
    };
    await new ReceiptSearch(counting, codec).find(requestIdAt(now - 12 * HOUR_MS));
    expect(read).toBeLessThan(12 * 60 + 2_000);
  });

  it('looks through so many receipts only, and says so', async () => {
    const search = new ReceiptSearch(log, codec, { ...SEARCH_LIMITS, receipts: 500 });
    expect(await search.find(ids.at(-1) ?? '')).toMatchObject({ complete: false, searched: 'part' });
    expect(await search.find(ids[0] ?? '')).toMatchObject({ complete: true, searched: 'part' });
  });

  it('takes on so many questions only', async () => {
    const search = new ReceiptSearch(log, codec, { ...SEARCH_LIMITS, searches: 1 });
    const first = search.find(ids[0] ?? '');
    await expect(search.find(ids[1] ?? '')).rejects.toMatchObject({
      code: 'receipts-overloaded',
      disposition: 'retry',
    });
    await first;
    expect((await search.find(ids[1] ?? '')).complete).toBe(true);
  });
});
