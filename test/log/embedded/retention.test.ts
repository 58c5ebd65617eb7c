import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/clock.ts';
import { openDatabase } from '../../../src/log/embedded/database.ts';
import { retain } from '../../../src/log/embedded/retention.ts';
import type { TopicName } from '../../../src/log/topics.ts';
import { recordsOf, TemporaryLog, textOf } from './temporary-log.ts';

/** A delete topic of one partition that keeps seven days. */
const TOPIC: TopicName = 'intake.ping.rejected.v1';
const START = Date.parse('2026-11-01T00:00:00Z');
const KEY = 'key';

describe('retention', () => {
  let temporary: TemporaryLog;
  beforeEach(async () => {
    temporary = await TemporaryLog.make(START);
  });
  afterEach(() => temporary.remove());

  const values = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, i) => `${from + i}`);
  const recordsFor = (texts: readonly string[]): { topic: TopicName; key: string; value: Buffer }[] =>
    texts.map((text) => ({ topic: TOPIC, key: KEY, value: Buffer.from(text) }));

  it('drops what is older than the topic keeps, and no more', async () => {
    const log = await temporary.open();
    await log.append(recordsFor(values(0, 1_200)));
    temporary.now += DAY_MS;
    await log.append(recordsFor(values(1_200, 1_300)));
    temporary.now += 6 * DAY_MS;
    await log.maintain();
    expect(await log.bounds(TOPIC)).toEqual([{ earliest: 0, end: 1_300 }]);
    temporary.now += 1;
    await log.maintain();
    expect(await log.bounds(TOPIC)).toEqual([{ earliest: 1_200, end: 1_300 }]);
    expect((await recordsOf(log, TOPIC, 0)).map(textOf)).toEqual(values(1_200, 1_300));
  });

  it('keeps the end when everything is gone', async () => {
    const log = await temporary.open();
    await log.append(recordsFor(values(0, 10)));
    temporary.now += 8 * DAY_MS;
    await log.maintain();
    const again = await temporary.open();
    expect(await again.bounds(TOPIC)).toEqual([{ earliest: 10, end: 10 }]);
    const [position] = await again.append(recordsFor(['next']));
    expect(position?.offset).toBe(10);
  });

  it('lets a follower that stands before the earliest record go on with that one', async () => {
    const log = await temporary.open();
    await log.append(recordsFor(values(0, 10)));
    temporary.now += 8 * DAY_MS;
    await log.append(recordsFor(['next']));
    await log.maintain();
    for await (const { records } of log.follow(TOPIC, new Map([[0, 3]]), new AbortController().signal)) {
      expect(records.map(textOf)).toEqual(['next']);
      break;
    }
  });

  it('drops the oldest records of a partition that holds too many bytes', async () => {
    const log = await temporary.open();
    await log.append(recordsFor(values(1_000, 2_000)));
    await log.close();
    const { database } = openDatabase(temporary.file);
    const bytes = KEY.length + 4;
    const settings = { policy: 'delete', partitions: 1, retentionMs: DAY_MS, records: [] } as const;
    const limit = { ...settings, retentionBytes: 300 * bytes };
    for (const _ of retain(database, partitionId(database), limit, START));
    database.close();
    const again = await temporary.open();
    expect(await again.bounds(TOPIC)).toEqual([{ earliest: 700, end: 1_000 }]);
    expect((await recordsOf(again, TOPIC, 0)).map(textOf)).toEqual(values(1_700, 2_000));
  });

  it('gives space back to the file system', async () => {
    const log = await temporary.open();
    const value = Buffer.alloc(100_000);
    for (let i = 0; i < 8; i++) {
      await log.append(Array.from({ length: 100 }, () => ({ topic: TOPIC, key: KEY, value })));
    }
    const pagesBefore = await pagesOf(temporary);
    temporary.now += 8 * DAY_MS;
    const again = await temporary.open();
    await again.maintain();
    expect(await pagesOf(temporary)).toBeLessThan(pagesBefore / 2);
  });
});

function partitionId(database: DatabaseSync): number {
  return Number(database.prepare('SELECT id FROM partitions WHERE topic = ?').get(TOPIC)?.id);
}

/** Closes the log and counts the pages of its file. */
async function pagesOf(temporary: TemporaryLog): Promise<number> {
  await (await temporary.open()).close();
  const database = new DatabaseSync(temporary.file, { readOnly: true });
  const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count);
  database.close();
  return pages;
}
