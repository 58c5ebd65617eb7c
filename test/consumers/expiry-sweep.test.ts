import { expect, it } from 'vitest';
import { ExpirySweep } from '../../src/consumers/expiry-sweep.ts';

it('goes once through all rows on each day', () => {
  const sweep = new ExpirySweep();
  expect(sweep.from(1)).toBe('');
  sweep.passed('b');
  const next = sweep.from(1) ?? '';
  expect('b' < next && next < 'b0').toBe(true);
  sweep.passed(undefined);
  expect(sweep.from(1)).toBeUndefined();
  expect(sweep.from(2)).toBe('');
});

it('stays where it is as long as nothing was committed', () => {
  const sweep = new ExpirySweep();
  expect([sweep.from(1), sweep.from(1)]).toEqual(['', '']);
});
