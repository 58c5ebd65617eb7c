import { describe, expect, it, vi } from 'vitest';
import { Backoff, RETRY_FIRST_WAIT_MS, RETRY_LONGEST_WAIT_MS } from '../../src/consumers/backoff.ts';
import { PartitionFailures } from '../../src/consumers/partition-failures.ts';
import { TaarError } from '../../src/domain/errors.ts';
import { RecordingLogger } from '../ops/recording-logger.ts';

const AWAY = new TaarError('store-away', 'retry', 'the store is away');
const FOR_GOOD = new TaarError('state-not-readable', 'halt', 'no');

interface Bench {
  readonly failures: PartitionFailures;
  readonly logger: RecordingLogger;
  readonly time: { now: number };
  readonly owning: AbortController;
}

function bench(): Bench {
  const logger = new RecordingLogger();
  const time = { now: 0 };
  const failures = new PartitionFailures('addon-client', () => time.now, logger.logger);
  return { failures, logger, time, owning: new AbortController() };
}

/** The wait that a failure is told to take, without taking it. */
async function waitOf({ failures, logger }: Bench, partition: number): Promise<number> {
  const cut = new AbortController();
  const failed = failures.failed(partition, AWAY, cut.signal);
  cut.abort();
  await failed;
  return Number(/"waitMs":(\d+)/.exec(logger.lines.at(-1) ?? '')?.[1]);
}

describe('the waits between attempts', () => {
  it('double up to the longest', () => {
    const backoff = new Backoff();
    const waits = Array.from({ length: 8 }, () => backoff.next());
    expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
    expect([waits[0], waits[7]]).toEqual([RETRY_FIRST_WAIT_MS, RETRY_LONGEST_WAIT_MS]);
  });

  it('grow for each partition on its own, and begin anew after a success', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      const { failures, logger, owning } = bench();
      const again = async (partition: number): Promise<boolean> => {
        const failed = failures.failed(partition, AWAY, owning.signal);
        await vi.advanceTimersByTimeAsync(RETRY_LONGEST_WAIT_MS);
        return failed;
      };
      expect([await again(1), await again(1), await again(2)]).toEqual([true, true, true]);
      failures.succeeded(1);
      await again(1);
      await again(2);
      const waits = logger.lines.map((line) => /"partition":(\d),.*"waitMs":(\d+)/.exec(line)?.slice(1));
      expect(waits).toEqual([
        ['1', '200'],
        ['1', '400'],
        ['2', '200'],
        ['1', '200'],
        ['2', '400'],
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('begin anew when the partition comes back from another owner', async () => {
    const b = bench();
    expect([await waitOf(b, 1), await waitOf(b, 1)]).toEqual([RETRY_FIRST_WAIT_MS, RETRY_FIRST_WAIT_MS]);
  });
});

describe('what is told of failures', () => {
  it('names every partition that stands still, before those that are tried again', async () => {
    const { failures, owning } = bench();
    expect(failures.result()).toEqual({ status: 'ok' });
    const waiting = failures.failed(5, AWAY, owning.signal);
    expect(failures.result()).toEqual({
      status: 'warning',
      details: { code: 'store-away', partitions: '5' },
    });
    expect(await failures.failed(3, FOR_GOOD, owning.signal)).toBe(false);
    expect(await failures.failed(1, new Error('oh'), owning.signal)).toBe(false);
    expect(failures.result()).toEqual({
      status: 'error',
      details: { code: 'unexpected,state-not-readable', partitions: '1,3' },
    });
    owning.abort();
    expect(await waiting).toBe(false);
  });

  it('is nothing any more of a partition that is given up', async () => {
    const { failures, owning } = bench();
    await failures.failed(3, FOR_GOOD, owning.signal);
    owning.abort();
    expect(failures.result()).toEqual({ status: 'ok' });
  });

  it('is in the log, but no alarm, when it happens while the partition is given up', async () => {
    const { failures, logger, owning } = bench();
    owning.abort();
    expect(await failures.failed(3, FOR_GOOD, owning.signal)).toBe(false);
    expect(failures.result()).toEqual({ status: 'ok' });
    expect(logger.lines).toEqual([
      expect.stringMatching(/^warn .*"partition":3,"code":"state-not-readable"/),
    ]);
  });
});
