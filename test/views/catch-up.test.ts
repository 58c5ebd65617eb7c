import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/domain/clock.ts';
import { catchUp } from '../../src/views/catch-up.ts';
import { contentsOf } from '../conformance/view-entries.ts';
import { ChangelogBench, TOPIC, WIDE_TOPIC } from './changelog-bench.ts';
import { InterruptedView, passingFailure } from './interrupted-view.ts';

let bench: ChangelogBench;
beforeEach(async () => {
  bench = await ChangelogBench.open();
});

describe('catching up', () => {
  it('brings a new view to the end of the changelog', async () => {
    await bench.putAll([
      ['a', '1'],
      ['b', '1'],
      ['a', '2'],
      ['b', null],
      ['c', '1'],
    ]);
    expect(await bench.catchUp()).toBe(5);
    expect(await contentsOf(bench.view)).toEqual([
      ['a', '2'],
      ['c', '1'],
    ]);
    expect(await bench.view.position(0)).toBe(5);
  });

  it('does nothing for a partition without records', async () => {
    expect(await bench.catchUp()).toBe(0);
    expect(await bench.view.position(0)).toBe(0);
  });

  it('goes on from where the view stands, and applies only what is new', async () => {
    await bench.putAll([
      ['a', '1'],
      ['b', '1'],
    ]);
    await bench.catchUp();
    await bench.put('b', '2');
    expect(await bench.catchUp()).toBe(1);
    expect(await bench.catchUp()).toBe(0);
    expect(await contentsOf(bench.view)).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  it('applies a long changelog in more than one write, each of them whole', async () => {
    await bench.putAll(Array.from({ length: 1_234 }, (_, i) => [`key ${i % 700}`, `${i}`]));
    const view = new InterruptedView(bench.view);
    expect(await catchUp(view, bench.log, TOPIC, 0, bench.clock)).toBe(1_234);
    expect(view.writes.length).toBeGreaterThan(2);
    expect(view.writes).toEqual([...view.writes].sort((a, b) => a - b));
    expect(await view.position(0)).toBe(1_234);
    expect(await contentsOf(view)).toHaveLength(700);
  });

  it('tells the failure of the view, and goes on from where that stopped it', async () => {
    await bench.putAll(Array.from({ length: 1_000 }, (_, i) => [`key ${i}`, `${i}`]));
    const view = new InterruptedView(bench.view);
    view.failure = passingFailure();
    await expect(catchUp(view, bench.log, TOPIC, 0, bench.clock)).rejects.toBe(view.failure);
    view.failure = undefined;
    expect(await catchUp(view, bench.log, TOPIC, 0, bench.clock)).toBe(1_000);
    expect(await contentsOf(view)).toHaveLength(1_000);
  });

  it('reaches the end though compaction left nothing before it', async () => {
    await bench.putAll([
      ['a', '1'],
      ['b', '1'],
      ['b', null],
    ]);
    bench.pass(8 * DAY_MS);
    await bench.compact();
    expect(await bench.catchUp()).toBe(1);
    expect(await contentsOf(bench.view)).toEqual([['a', '1']]);
    expect(await bench.view.position(0)).toBe(3);
  });

  it('keeps each partition of a topic apart', async () => {
    const wide = await ChangelogBench.open(WIDE_TOPIC);
    await wide.putAll(Array.from({ length: 100 }, (_, i) => [`key ${i}`, `${i}`]));
    const bounds = await wide.log.bounds(WIDE_TOPIC);
    expect(await wide.catchUp(3)).toBe(bounds[3]?.end);
    expect(await wide.view.position(3)).toBe(bounds[3]?.end);
    expect(await wide.view.position(4)).toBe(0);
  });
});

describe('a view that the changelog cannot bring forward', () => {
  it('is refused when it is ahead of the log, with what to do', async () => {
    await bench.put('a', '1');
    await bench.view.apply(0, [], 2);
    await expect(bench.catchUp()).rejects.toMatchObject({
      code: 'view-ahead-of-log',
      disposition: 'halt',
      message: expect.stringContaining('delete the folder, or the table, of this view'),
    });
  });

  it('is refused when the log has dropped records that it lacks', async () => {
    const events = await ChangelogBench.open('addons.client.event.v1');
    const partition = (await events.put('a', '1'))?.partition ?? -1;
    await events.catchUp(partition);
    await events.put('a', '2');
    events.pass(8 * DAY_MS);
    await events.put('a', '3');
    await events.log.maintain();
    expect((await events.log.bounds(events.topic))[partition]?.earliest).toBe(2);
    await expect(events.catchUp(partition)).rejects.toMatchObject({
      code: 'view-behind-log',
      disposition: 'halt',
    });
    await events.dropView();
    expect(await events.catchUp(partition)).toBe(1);
  });

  it('is refused when it lacks a record older than six days: a tombstone beside it may be gone', async () => {
    await bench.put('a', '1');
    await bench.catchUp();
    await bench.put('b', '1');
    bench.pass(5.9 * DAY_MS);
    await bench.put('c', '1');
    bench.pass(0.2 * DAY_MS);
    await expect(bench.catchUp()).rejects.toMatchObject({
      code: 'view-behind-log',
      message: expect.stringContaining('delete the folder, or the table, of this view'),
    });
  });

  it('is refused when it missed a tombstone that is gone, though all that is left is new', async () => {
    await bench.putAll([
      ['a', '1'],
      ['b', '1'],
    ]);
    await bench.catchUp();
    await bench.put('a', null);
    bench.pass(8 * DAY_MS);
    await bench.compact();
    await bench.put('c', '1');
    await expect(bench.catchUp()).rejects.toMatchObject({ code: 'view-behind-log' });
    await bench.dropView();
    await bench.catchUp();
    expect(await contentsOf(bench.view)).toEqual([
      ['b', '1'],
      ['c', '1'],
    ]);
  });
});

describe('a view that the changelog can bring forward', () => {
  it('may be new, however old the records are', async () => {
    await bench.put('a', '1');
    bench.pass(300 * DAY_MS);
    expect(await bench.catchUp()).toBe(1);
  });

  it('may stand at the end of a changelog that has been quiet for long', async () => {
    await bench.put('a', '1');
    await bench.catchUp();
    bench.pass(30 * DAY_MS);
    expect(await bench.catchUp()).toBe(0);
    await bench.put('a', '2');
    expect(await bench.catchUp()).toBe(1);
  });

  it('may lack up to six days', async () => {
    await bench.put('a', '1');
    await bench.catchUp();
    await bench.put('b', '1');
    bench.pass(5.9 * DAY_MS);
    expect(await bench.catchUp()).toBe(1);
  });

  it('may stand in a gap that compaction made, when a record before it is young', async () => {
    await bench.putAll([
      ['a', '1'],
      ['b', '1'],
    ]);
    await bench.catchUp();
    await bench.putAll([
      ['c', '1'],
      ['c', '2'],
    ]);
    await bench.compact();
    expect(await bench.catchUp()).toBe(1);
    expect(await contentsOf(bench.view)).toEqual([
      ['a', '1'],
      ['b', '1'],
      ['c', '2'],
    ]);
  });
});

describe('a view that is dropped and rebuilt', () => {
  it('holds the same keys and values, whatever was written, compacted and applied before', async () => {
    const record = fc.tuple(
      fc.integer({ min: 0, max: 30 }).map((n) => `key ${n}`),
      fc.option(fc.string({ maxLength: 12 }), { nil: null }),
    );
    const step = fc.record({
      records: fc.array(record, { maxLength: 40 }),
      catchUp: fc.boolean(),
      compact: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        // A young record before all others: else the days that pass between runs look like a lag.
        await bench.put('at the start', 'of a run');
        await bench.catchUp();
        for (const { records, catchUp, compact } of steps) {
          await bench.putAll(records);
          if (catchUp) await bench.catchUp();
          if (compact) await bench.compact();
        }
        await bench.catchUp();
        const kept = await contentsOf(bench.view);
        const position = await bench.view.position(0);
        await bench.dropView();
        await bench.catchUp();
        expect(await contentsOf(bench.view)).toEqual(kept);
        expect(await bench.view.position(0)).toBe(position);
      }),
      { numRuns: 25 },
    );
  });
});
