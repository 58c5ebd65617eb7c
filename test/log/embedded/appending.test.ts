import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TopicName } from '../../../src/log/topics.ts';
import { recordsOf, TemporaryLog } from './temporary-log.ts';

const TOPIC: TopicName = 'intake.ping.rejected.v1';
const MIB = 2 ** 20;
const FULL_DISK_WRITER = fileURLToPath(new URL('full-disk-writer.ts', import.meta.url));
/** Where a file may grow no further, in KiB. */
const FILE_LIMIT_KIB = 4_000;

describe('appending to the embedded log', () => {
  let temporary: TemporaryLog;
  beforeEach(async () => {
    temporary = await TemporaryLog.make();
  });
  afterEach(() => temporary.remove());

  it('refuses more than may wait, and takes appends again afterwards', async () => {
    const log = await temporary.open();
    const large = { topic: TOPIC, key: 'large', value: Buffer.alloc(40 * MIB) };
    const first = log.append([large]);
    await expect(log.append([large])).rejects.toMatchObject({
      code: 'log-overloaded',
      disposition: 'retry',
    });
    await expect(first).resolves.toHaveLength(1);
    await expect(log.append([{ ...large, value: null }])).resolves.toEqual([
      { topic: TOPIC, partition: 0, offset: 1 },
    ]);
  });

  it('refuses records of a topic that is not in the table, and keeps none of that call', async () => {
    const log = await temporary.open();
    const unknown = 'no.such.topic' as TopicName;
    const call = log.append([
      { topic: TOPIC, key: 'a', value: null },
      { topic: unknown, key: 'a', value: null },
    ]);
    await expect(call).rejects.toMatchObject({ code: 'topic-unknown', disposition: 'halt' });
    expect(await log.bounds(TOPIC)).toEqual([{ earliest: 0, end: 0 }]);
  });

  it('does not fail other callers for the fault of one', async () => {
    const log = await temporary.open();
    const good = [{ topic: TOPIC, key: 'a', value: null }];
    const bad = [{ topic: 'no.such.topic' as TopicName, key: 'a', value: null }];
    const results = await Promise.allSettled([log.append(good), log.append(bad), log.append(good)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('takes the bytes as they are when it is called, whatever the caller does to them later', async () => {
    const log = await temporary.open();
    const value = Buffer.from('before');
    const appending = log.append([{ topic: TOPIC, key: 'a', value }]);
    value.write('after!');
    await appending;
    const [record] = await recordsOf(log, TOPIC, 0);
    expect(Buffer.from(record?.value ?? []).toString()).toBe('before');
  });

  it('never lets time go back, even when the clock does', async () => {
    const log = await temporary.open();
    const { now } = temporary;
    for (const back of [0, 5_000, 1_000]) {
      temporary.now = now - back;
      await log.append([{ topic: TOPIC, key: 'a', value: null }]);
    }
    const again = await temporary.open();
    await again.append([{ topic: TOPIC, key: 'a', value: null }]);
    const times = (await recordsOf(again, TOPIC, 0)).map(({ timestamp }) => timestamp);
    expect(times).toEqual([now, now, now, now]);
  });

  it('says that the log is unavailable when the disk is full, and keeps what was acknowledged', async () => {
    const limited = `ulimit -f ${FILE_LIMIT_KIB} && exec "$0" "$@"`;
    const run = promisify(execFile);
    const { stdout } = await run('bash', ['-c', limited, process.execPath, FULL_DISK_WRITER, temporary.file]);
    const { acknowledged, ...said } = JSON.parse(stdout) as Record<string, unknown>;
    expect(said).toEqual({ code: 'log-unavailable', disposition: 'retry', end: acknowledged });
    expect(acknowledged).toBeGreaterThan(10);
    const log = await temporary.open();
    const keys = (await recordsOf(log, TOPIC, 0)).map(({ key }) => key);
    expect(keys).toEqual(Array.from({ length: Number(acknowledged) }, (_, i) => `${i}`));
    await expect(log.append([{ topic: TOPIC, key: 'more', value: null }])).resolves.toHaveLength(1);
  });
});
