import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openBigtableView } from '../../../src/views/bigtable/open-bigtable-view.ts';
import type { TablePlace } from '../../../src/views/bigtable/table-place.ts';
import { ViewFollower } from '../../../src/views/follower.ts';
import type { View } from '../../../src/views/view.ts';
import { contentsOf, put, textOf } from '../../conformance/view-entries.ts';
import { ChangelogBench, SILENT, TOPIC } from '../changelog-bench.ts';
import { CutLine } from './cut-line.ts';
import { Emulator, NO_EMULATOR, newTable } from './emulator.ts';

const OUTAGE_MS = 3_000;
/** How soon after an outage all must be as before. */
const BACK_MS = 2_000;
const POLL = { timeout: BACK_MS, interval: 20 };
const UNAVAILABLE = { code: 'view-unavailable', disposition: 'retry' };
/** An emulator that was given cannot be suspended. */
const REASON = NO_EMULATOR ?? (process.env.BIGTABLE_EMULATOR_BINARY ? undefined : 'the emulator is not ours');

describe.skipIf(REASON)('a view in Bigtable', () => {
  let emulator: Emulator;
  let line: CutLine;
  let place: TablePlace;
  let view: View;
  beforeEach(async () => {
    emulator = await Emulator.start();
    line = await CutLine.to(emulator.host);
    place = { ...(await newTable(emulator.host)), emulatorHost: line.host };
    view = await opened('a log');
    await view.apply(0, [put('a', '1', 1)], 1);
  });
  afterEach(async () => {
    emulator.resume();
    await view.close();
    await line.cut();
    await emulator.stop();
  });

  function opened(logId: string, writeDeadlineMs = 10_000): Promise<View> {
    return openBigtableView({ place, role: 'writer', logId, name: TOPIC, writeDeadlineMs });
  }

  it('says within the deadline that it cannot be read, and reads again when the table is back', async () => {
    await emulator.pause();
    const began = performance.now();
    await expect(view.get(0, 'a')).rejects.toMatchObject(UNAVAILABLE);
    expect(performance.now() - began).toBeLessThan(1_500);
    await sleep(OUTAGE_MS);
    await expect(view.getMany(0, ['a', 'b'])).rejects.toMatchObject(UNAVAILABLE);
    emulator.resume();
    await expect.poll(async () => textOf(await view.get(0, 'a').catch(() => undefined)), POLL).toBe('1');
  });

  it('writes on after a pause shorter than the deadline as if nothing had been', async () => {
    await emulator.pause();
    const write = view.apply(0, [put('a', '2', 2)], 2);
    await sleep(OUTAGE_MS);
    emulator.resume();
    const resumed = performance.now();
    await write;
    expect(performance.now() - resumed).toBeLessThan(BACK_MS);
    expect(textOf(await view.get(0, 'a'))).toBe('2');
  });

  it('gives a write up at its deadline, does not move on, and takes the batch when it comes again', async () => {
    const hasty = await opened('a log', 500);
    await emulator.pause();
    const began = performance.now();
    await expect(hasty.apply(0, [put('b', '1', 2)], 2)).rejects.toMatchObject(UNAVAILABLE);
    expect(performance.now() - began).toBeLessThan(2_000);
    emulator.resume();
    await expect
      .poll(
        () =>
          hasty.apply(0, [put('b', '1', 2)], 2).then(
            () => 'done',
            () => 'failed',
          ),
        POLL,
      )
      .toBe('done');
    expect(await hasty.position(0)).toBe(2);
    expect(await contentsOf(hasty)).toEqual([
      ['a', '1'],
      ['b', '1'],
    ]);
    await hasty.close();
  });

  it('does not notice that its connection was reset between calls, nor in the middle of writes', async () => {
    line.drop();
    expect(textOf(await view.get(0, 'a'))).toBe('1');
    const large = Buffer.alloc(2 ** 20, 'x');
    const changes = Array.from({ length: 20 }, (_, i) => put(`large ${i}`, large, i + 2));
    const write = view.apply(0, changes, 22);
    await sleep(20);
    line.drop();
    await write;
    expect(await view.position(0)).toBe(22);
    expect((await view.range(0, 'large', 100)).length).toBe(20);
  });

  it('makes a connection anew that has died without a word', async () => {
    line.silence();
    await expect(view.get(0, 'a')).rejects.toMatchObject(UNAVAILABLE);
    const again = { timeout: 8_000, interval: 20 };
    await expect.poll(async () => textOf(await view.get(0, 'a').catch(() => undefined)), again).toBe('1');
  });

  it('is back soon after the line is mended', async () => {
    await line.cut();
    const end = performance.now() + OUTAGE_MS;
    while (performance.now() < end) await expect(view.get(0, 'a')).rejects.toMatchObject(UNAVAILABLE);
    await line.mend();
    await expect.poll(async () => textOf(await view.get(0, 'a').catch(() => undefined)), POLL).toBe('1');
  });

  it('needs somebody when its table is gone', async () => {
    const { host } = emulator;
    await emulator.stop();
    emulator = await Emulator.start(Number(host.split(':')[1]));
    const missing = { code: 'view-table-missing', disposition: 'halt' };
    const failure = () => view.get(0, 'a').catch((error: unknown) => error);
    await expect.poll(failure, POLL).toMatchObject(missing);
    await expect(view.apply(0, [put('a', '2', 2)], 2)).rejects.toMatchObject(missing);
  });

  it('closes though nothing answers, once the calls under way have ended by their deadlines', async () => {
    const hasty = await opened('a log', 500);
    await emulator.pause();
    const calls = Promise.allSettled([hasty.apply(0, [put('a', '2', 2)], 2), hasty.get(0, 'a')]);
    await hasty.close();
    expect((await calls).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(hasty.get(0, 'a')).rejects.toMatchObject({ code: 'view-closed', disposition: 'halt' });
  });

  it.each([
    ['suspended', () => emulator.pause(), async () => emulator.resume()],
    ['cut off', () => line.cut(), () => line.mend()],
  ])('is followed again by itself after it was %s', async (_, interrupt, restore) => {
    const bench = await ChangelogBench.open();
    // The table keeps states for 400 days.
    bench.pass(Date.now() - bench.clock());
    const mirror = await openBigtableView({
      place: { ...(await newTable(emulator.host)), emulatorHost: line.host },
      role: 'writer',
      logId: bench.log.id,
      name: TOPIC,
      writeDeadlineMs: 1_000,
    });
    const follower = new ViewFollower({
      view: mirror,
      log: bench.log,
      topic: TOPIC,
      logger: SILENT,
      clock: bench.clock,
    });
    onTestFinished(async () => {
      await follower.stop();
      await mirror.close();
    });
    await bench.put('a', '1', Date.now());
    await follower.start();
    await follower.caughtUp;
    await interrupt();
    await bench.putAll(Array.from({ length: 700 }, (_, i) => [`key ${i}`, `${i}`] as const));
    await bench.put('a', null, Date.now() + 1);
    await sleep(OUTAGE_MS);
    const lag = () => follower.lagSeconds(bench.clock() + 30_000);
    expect(lag()).toBe(30);
    await restore();
    await expect.poll(lag, { ...POLL, timeout: 2 * BACK_MS }).toBe(0);
    expect(await mirror.position(0)).toBe(702);
    expect(await contentsOf(mirror)).toHaveLength(700);
  });
});
