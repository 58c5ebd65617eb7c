import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedLog } from '../../../src/log/embedded/embedded-log.ts';
import { openEmbeddedLog } from '../../../src/log/embedded/embedded-log.ts';
import type { OutgoingRecord } from '../../../src/log/event-log.ts';
import type { TopicName } from '../../../src/log/topics.ts';
import { Recorder } from '../../conformance/recording-handler.ts';
import { recordsOf, SILENT, TemporaryLog } from './temporary-log.ts';

const INPUT: TopicName = 'intake.ping.rejected.v1';
const OUTPUT: TopicName = 'addons.catalogue.changed.v1';

function numbered(count: number): OutgoingRecord[] {
  return Array.from({ length: count }, (_, i) => ({ topic: INPUT, key: `${i}`, value: Buffer.from(`${i}`) }));
}

describe('processing in the embedded log', () => {
  let temporary: TemporaryLog;
  let log: EmbeddedLog;
  beforeEach(async () => {
    temporary = await TemporaryLog.make();
    log = await temporary.open();
  });
  afterEach(() => temporary.remove());

  const recorder = (stop: AbortController, stopAfter = Number.POSITIVE_INFINITY): Recorder =>
    new Recorder({ mark: '', stop, stopAfter, outputTo: OUTPUT });

  it('fences off a processor whose group another one has taken', async () => {
    const stop = new AbortController();
    const first = recorder(stop);
    const fenced = log.process('group', INPUT, first, stop.signal);
    await setTimeout(50);
    const second = recorder(stop, 10);
    const processing = log.process('group', INPUT, second, stop.signal);
    await setTimeout(50);
    await log.append(numbered(10));
    await Promise.all([processing, fenced]);
    expect(first.stepsOf(0)).toBe('assigned batch lost failed');
    expect(first.failures).toMatchObject([{ error: { code: 'writer-fenced', disposition: 'halt' } }]);
    expect(first.committedRecords).toBe(0);
    expect(second.steps.at(-1)).toEqual({ what: 'revoked', partition: 0 });
    expect(await recordsOf(log, OUTPUT, 0)).toHaveLength(10);
  });

  it('leaves other groups and topics alone', async () => {
    const stop = new AbortController();
    const stops = [new AbortController(), new AbortController()] as const;
    await log.append(numbered(10));
    await Promise.all([
      log.process('one', INPUT, recorder(stops[0], 10), stops[0].signal),
      log.process('two', INPUT, recorder(stops[1], 10), stops[1].signal),
    ]);
    stop.abort();
    expect(await recordsOf(log, OUTPUT, 0)).toHaveLength(20);
  });

  it('ends all partitions in order when the handler cannot say what is to become of one', async () => {
    const topic: TopicName = 'addons.client.event.v1';
    const handler = new Recorder({
      mark: '',
      stop: new AbortController(),
      stopAfter: 1,
      at: ({ what }) => {
        if (what === 'batch') throw new Error('broken');
      },
      takeUpAgain: () => {
        throw new Error('broken, too');
      },
    });
    await log.append([{ topic, key: 'one', value: Buffer.from('x') }]);
    const processing = log.process('group', topic, handler, new AbortController().signal);
    await expect(processing).rejects.toThrow('broken, too');
    const steps = Array.from({ length: 8 }, (_, partition) => handler.stepsOf(partition));
    expect(steps.filter((each) => each === 'assigned batch lost failed')).toHaveLength(1);
    expect(steps.filter((each) => each === 'assigned revoked')).toHaveLength(7);
  });

  it('does not begin in a log that is closed', async () => {
    await log.close();
    const stop = new AbortController();
    await expect(log.process('group', INPUT, recorder(stop), stop.signal)).rejects.toMatchObject({
      code: 'log-unavailable',
    });
  });

  it('cuts batches at the limits of records and bytes, but never below one record', async () => {
    await log.close();
    const options = { file: temporary.file, clock: Date.now, logger: SILENT, maintainEveryMs: 0 };
    const small = await openEmbeddedLog({ ...options, maxBatchRecords: 4, maxBatchBytes: 100 });
    const sizes = [10, 10, 10, 10, 10, 60, 60, 300, 1];
    await small.append(sizes.map((size) => ({ topic: INPUT, key: '', value: Buffer.alloc(size, 'x') })));
    const found: number[][] = [];
    for await (const { records } of small.follow(INPUT, 'earliest', new AbortController().signal)) {
      found.push(records.map(({ value }) => value?.length ?? 0));
      if (found.flat().length === sizes.length) break;
    }
    await small.close();
    expect(found).toEqual([[10, 10, 10, 10], [10, 60, 60], [300], [1]]);
  });

  it('finishes the batch in flight before the log closes', async () => {
    const stop = new AbortController();
    const inner = recorder(stop);
    const started = Promise.withResolvers<void>();
    const processing = log.process(
      'group',
      INPUT,
      {
        assigned: (partition, signal) => inner.assigned(partition, signal),
        batch: async (batch) => {
          started.resolve();
          await setTimeout(100);
          return inner.batch(batch);
        },
        committed: (partition, positions) => inner.committed(partition, positions),
        revoked: (partition) => inner.revoked(partition),
        lost: (partition) => inner.lost(partition),
        failed: (partition, error, signal) => inner.failed(partition, error, signal),
      },
      stop.signal,
    );
    await log.append(numbered(10));
    await started.promise;
    await log.close();
    await processing;
    expect(inner.steps.map(({ what }) => what)).toEqual(['assigned', 'batch', 'committed', 'revoked']);
    expect(await recordsOf(await temporary.open(), OUTPUT, 0)).toHaveLength(10);
  });

  it('does not follow from beyond the end, which would pass over what comes next', async () => {
    const following = log.follow(INPUT, new Map([[0, 5]]), new AbortController().signal);
    await expect(following[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'offset-out-of-range',
      disposition: 'halt',
    });
  });
});
