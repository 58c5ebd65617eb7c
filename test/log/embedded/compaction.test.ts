import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../src/domain/clock.ts';
import type { EmbeddedLog } from '../../../src/log/embedded/embedded-log.ts';
import { hasCaughtUp, type OutgoingRecord } from '../../../src/log/event-log.ts';
import type { TopicName } from '../../../src/log/topics.ts';
import { recordsOf, TemporaryLog, textOf } from './temporary-log.ts';

/** A compact topic of one partition: lag of a day, tombstones for seven. */
const TOPIC: TopicName = 'addons.catalogue.changed.v1';
const START = Date.parse('2026-11-01T00:00:00Z');

describe('compaction', () => {
  let temporary: TemporaryLog;
  let log: EmbeddedLog;
  beforeEach(async () => {
    temporary = await TemporaryLog.make(START);
    log = await temporary.open();
  });
  afterEach(() => temporary.remove());

  const kept = async (): Promise<[string, string | null][]> =>
    (await recordsOf(log, TOPIC, 0)).map((record) => [record.key, textOf(record)]);

  it('removes what is superseded within the allowed lag, and nothing else', async () => {
    await log.append([put('a', '1'), put('b', '1'), put('a', '2'), put('c', '1'), put('a', '3')]);
    await log.maintain();
    expect(await kept()).toHaveLength(5);
    temporary.now += DAY_MS;
    await log.maintain();
    expect(await kept()).toEqual([
      ['b', '1'],
      ['c', '1'],
      ['a', '3'],
    ]);
  });

  it('keeps a tombstone for seven days, and then not', async () => {
    await log.append([put('a', '1'), put('b', '1'), put('a', null)]);
    temporary.now += DAY_MS;
    await log.maintain();
    expect(await kept()).toEqual([
      ['b', '1'],
      ['a', null],
    ]);
    temporary.now += 6 * DAY_MS - HOUR_MS;
    await log.maintain();
    expect(await kept()).toContainEqual(['a', null]);
    temporary.now += DAY_MS;
    await log.maintain();
    expect(await kept()).toEqual([['b', '1']]);
  });

  it('does not wait when more than half is superseded', async () => {
    const keys = Array.from({ length: 2_000 }, (_, i) => `key ${i % 500}`);
    await log.append(keys.map((key, i) => put(key, `${i}`)));
    await log.maintain();
    expect(await kept()).toEqual(keys.map((key, i) => [key, `${i}`]).slice(1_500));
  });

  it('works again on what it left', async () => {
    await log.append([put('a', '1'), put('b', '1')]);
    temporary.now += DAY_MS;
    await log.maintain();
    await log.append([put('a', '2')]);
    temporary.now += DAY_MS;
    await log.maintain();
    expect(await kept()).toEqual([
      ['b', '1'],
      ['a', '2'],
    ]);
  });

  it('leaves offsets as they are, and gives none a second time', async () => {
    await log.append([put('a', '1'), put('a', '2'), put('a', null)]);
    temporary.now += 8 * DAY_MS;
    await log.maintain();
    expect(await kept()).toEqual([]);
    log = await temporary.open();
    expect(await log.bounds(TOPIC)).toEqual([{ earliest: 0, end: 3 }]);
    const [position] = await log.append([put('a', '4')]);
    expect(position?.offset).toBe(3);
  });

  it('lets followers and processors pass over the holes', async () => {
    await log.append([put('a', '1'), put('b', '1'), put('a', '2'), put('b', null)]);
    temporary.now += 8 * DAY_MS;
    await log.maintain();
    const stop = new AbortController();
    for await (const batch of log.follow(TOPIC, new Map([[0, 1]]), stop.signal)) {
      expect(batch.records.map(({ offset }) => offset)).toEqual([2]);
      expect(batch.next).toBe(4);
      expect(hasCaughtUp(batch)).toBe(true);
      break;
    }
    const batches: number[][] = [];
    await log.process(
      'group',
      TOPIC,
      {
        assigned: async () => {},
        batch: async ({ records }) => {
          batches.push(records.map(({ offset }) => offset));
          return [];
        },
        committed: async () => stop.abort(),
        revoked: async () => {},
        lost: async () => {},
        failed: async () => false,
      },
      stop.signal,
    );
    expect(batches).toEqual([[2]]);
    expect(await log.committedOffsets('group', TOPIC)).toEqual([4]);
  });

  it('keeps the latest of every key, whatever comes in whatever order', async () => {
    const operation = fc.record({
      key: fc.integer({ min: 0, max: 9 }),
      value: fc.option(fc.integer({ min: 0, max: 99 }), { freq: 3 }),
      hours: fc.integer({ min: 0, max: 40 }),
      maintain: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 40 }), async (operations) => {
        const fresh = await TemporaryLog.make(START);
        try {
          await expectLatestKept(fresh, operations);
        } finally {
          await fresh.remove();
        }
      }),
      { numRuns: 15 },
    );
  });

  it('lets appends through while it works', async () => {
    const keys = Array.from({ length: 30_000 }, (_, i) => `key ${i % 9_000}`);
    await log.append(keys.map((key) => put(key, 'x'.repeat(200))));
    let isDone = false;
    const maintaining = log.maintain().then(() => {
      isDone = true;
    });
    let appends = 0;
    while (!isDone) {
      await log.append([put(`while ${appends}`, 'y')]);
      appends += 1;
    }
    await maintaining;
    expect(appends).toBeGreaterThan(10);
    expect(await kept()).toHaveLength(9_000 + appends);
  });
});

function put(key: string, value: string | null): OutgoingRecord {
  return { topic: TOPIC, key, value: value === null ? null : Buffer.from(value) };
}

interface Operation {
  readonly key: number;
  readonly value: number | null;
  readonly hours: number;
  readonly maintain: boolean;
}

async function expectLatestKept(temporary: TemporaryLog, operations: readonly Operation[]): Promise<void> {
  const log = await temporary.open();
  const latest = new Map<string, { text: string | null; at: number }>();
  for (const { key, value, hours, maintain } of operations) {
    temporary.now += hours * HOUR_MS;
    const text = value === null ? null : `${value}`;
    await log.append([put(`${key}`, text)]);
    latest.set(`${key}`, { text, at: temporary.now });
    if (maintain) await log.maintain();
  }
  temporary.now += DAY_MS;
  await log.maintain();
  const expected = [...latest].filter(([, { text, at }]) => text !== null || temporary.now - at < 7 * DAY_MS);
  const found = await recordsOf(log, TOPIC, 0);
  expect(new Map(found.map((record) => [record.key, textOf(record)]))).toEqual(
    new Map(expected.map(([key, { text }]) => [key, text])),
  );
  expect(found).toHaveLength(expected.length);
}
