import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SLICE_MS, TimeSlices } from '../../src/consumers/time-slices.ts';

function busy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

it('is over after its time, and lets others run before the next begins', async () => {
  const slices = new TimeSlices();
  await slices.next();
  let others = 0;
  setImmediate().then(() => others++);
  expect(slices.isOver()).toBe(false);
  busy(SLICE_MS);
  expect(slices.isOver()).toBe(true);
  await slices.next();
  expect(others).toBe(1);
  expect(slices.isOver()).toBe(false);
});

it('gives those who wait one slice a turn of the event loop, in the order in which they came', async () => {
  const slices = new TimeSlices();
  const order: number[] = [];
  const pieces = [0, 1, 2, 3].map(async (worker) => {
    for (let piece = 0; piece < 3; piece++) {
      await slices.next();
      order.push(worker);
      busy(SLICE_MS);
    }
  });
  let longest = 0;
  let last = performance.now();
  const watch = (async () => {
    while (order.length < 12) {
      await setImmediate();
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
  })();
  await Promise.all([...pieces, watch]);
  expect(order).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
  expect(longest).toBeLessThan(2 * SLICE_MS);
});
