import { expect, it } from 'vitest';
import { SLICE_MS, TimeSlice } from '../../src/consumers/time-slice.ts';

function busy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

it('is over after its time, and lets others run before the next begins', async () => {
  const slice = new TimeSlice();
  let others = 0;
  setImmediate(() => others++);
  busy(SLICE_MS);
  expect(slice.isOver()).toBe(true);
  await slice.yield();
  expect(others).toBe(1);
  expect(slice.isOver()).toBe(false);
});
