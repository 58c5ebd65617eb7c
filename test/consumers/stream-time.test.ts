import { expect, it } from 'vitest';
import { StreamTime } from '../../src/consumers/stream-time.ts';

it('is the largest submission time seen, and never more than the clock', () => {
  let now = 100;
  const time = new StreamTime(() => now);
  expect([5, 3, 9, 150].map((at) => time.observe(at))).toEqual([5, 5, 9, 100]);
  now = 50;
  expect(time.observe(120)).toBe(100);
  now = 200;
  expect(time.observe(120)).toBe(120);
  expect(time.now).toBe(120);
});
