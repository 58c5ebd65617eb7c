import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ViewFollower } from '../../src/views/follower.ts';
import type { View } from '../../src/views/view.ts';
import { contentsOf } from '../conformance/view-entries.ts';
import { RecordingLogger } from '../ops/recording-logger.ts';
import { ChangelogBench, WIDE_TOPIC } from './changelog-bench.ts';
import { InterruptedView, lastingFailure, passingFailure } from './interrupted-view.ts';

describe('ViewFollower', () => {
  it('brings the view to the end of every partition, and then says so', async () => {
    const bench = await ChangelogBench.open(WIDE_TOPIC);
    await bench.putAll(numbered(2_000));
    const follower = following(bench);
    await follower.start();
    await follower.caughtUp;
    expect(await contentsOf(bench.view)).toHaveLength(2_000);
    const ends = (await bench.log.bounds(WIDE_TOPIC)).map(({ end }) => end);
    expect(await positionsOf(bench.view)).toEqual(ends);
    expect(follower.lagRecords()).toBe(0);
    expect(follower.lagSeconds(bench.clock())).toBe(0);
  });

  it('has caught up with a changelog that is empty', async () => {
    const follower = following(await ChangelogBench.open(WIDE_TOPIC));
    await follower.start();
    await follower.caughtUp;
  });

  it('applies what is appended later, changes and removals', async () => {
    const bench = await ChangelogBench.open();
    await bench.put('a', '1');
    const follower = following(bench);
    await follower.start();
    await follower.caughtUp;
    await bench.putAll([
      ['b', '1'],
      ['a', null],
    ]);
    await vi.waitFor(async () => expect(await bench.view.position(0)).toBe(3));
    expect(await contentsOf(bench.view)).toEqual([['b', '1']]);
  });

  it('goes on from the position of the view when it is started again', async () => {
    const bench = await ChangelogBench.open();
    await bench.putAll(numbered(10));
    const first = following(bench);
    await first.start();
    await first.caughtUp;
    await first.stop();
    await expect(first.ended).resolves.toBeUndefined();
    await bench.put('late', '1');
    const view = new InterruptedView(bench.view);
    const second = following(bench, view);
    await second.start();
    await second.caughtUp;
    expect(view.writes).toEqual([11]);
    expect(await contentsOf(bench.view)).toHaveLength(11);
  });

  it('tries again while the view cannot be written, tells how far it is behind, and skips nothing', async () => {
    const bench = await ChangelogBench.open();
    const view = new InterruptedView(bench.view);
    const logger = new RecordingLogger();
    const follower = following(bench, view, logger);
    await follower.start();
    await follower.caughtUp;
    view.failure = passingFailure();
    await bench.putAll(numbered(700));
    await vi.waitFor(() => expect(view.failures).toBeGreaterThan(1), { timeout: 5_000 });
    expect(follower.lagSeconds(bench.clock() + 30_000)).toBe(30);
    await bench.put('one more', '1');
    view.failure = undefined;
    await vi.waitFor(async () => expect(await bench.view.position(0)).toBe(701), { timeout: 5_000 });
    expect(await contentsOf(bench.view)).toHaveLength(701);
    await vi.waitFor(() => expect(follower.lagSeconds(bench.clock() + 30_000)).toBe(0));
    expect(logger.lines.join('\n')).toContain('view-write-failed');
  });

  it('ends for good, and says so, when the view is lost', async () => {
    const bench = await ChangelogBench.open();
    await bench.put('a', '1');
    const view = new InterruptedView(bench.view);
    view.failure = lastingFailure();
    const logger = new RecordingLogger();
    const follower = following(bench, view, logger);
    await follower.start();
    await expect(follower.caughtUp).rejects.toBe(view.failure);
    await expect(follower.ended).rejects.toBe(view.failure);
    expect(view.failures).toBe(1);
    expect(logger.lines.join('\n')).toContain('view-damaged');
    expect(follower.lagSeconds(bench.clock() + 5_000)).toBe(5);
    await follower.stop();
  });

  it('does not start on a view that is ahead of the log', async () => {
    const bench = await ChangelogBench.open();
    await bench.view.apply(0, [], 5);
    await expect(following(bench).start()).rejects.toMatchObject({ code: 'view-ahead-of-log' });
  });

  it('tells whoever waits when it is stopped before it has caught up', async () => {
    const bench = await ChangelogBench.open();
    await bench.put('a', '1');
    const view = new InterruptedView(bench.view);
    view.failure = passingFailure();
    const follower = following(bench, view);
    await follower.start();
    await vi.waitFor(() => expect(view.failures).toBeGreaterThan(0));
    await follower.stop();
    await expect(follower.caughtUp).rejects.toMatchObject({ code: 'feed-stopped' });
    await expect(follower.ended).resolves.toBeUndefined();
  });

  it('writes nothing after it was stopped', async () => {
    const bench = await ChangelogBench.open();
    const follower = following(bench);
    await follower.start();
    await follower.caughtUp;
    await follower.stop();
    await bench.put('a', '1');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await bench.view.position(0)).toBe(0);
  });
});

/** A follower of the bench's topic, stopped with the test. */
function following(
  bench: ChangelogBench,
  view: View = bench.view,
  { logger }: RecordingLogger = new RecordingLogger(),
): ViewFollower {
  const follower = new ViewFollower({ log: bench.log, topic: bench.topic, clock: bench.clock, logger, view });
  onTestFinished(() => follower.stop());
  return follower;
}

function numbered(count: number): [string, string][] {
  return Array.from({ length: count }, (_, i) => [`key ${i}`, `${i}`]);
}

function positionsOf(view: View): Promise<number[]> {
  return Promise.all(Array.from({ length: 8 }, (_, partition) => view.position(partition)));
}
