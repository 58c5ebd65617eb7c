import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareCodePoints } from '../../src/domain/text-order.ts';

const text = fc.string({ unit: 'binary', maxLength: 8 });

it('orders texts as the bytes of their UTF-8 are ordered', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(compareCodePoints(a, b))).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});

it('puts what UTF-16 orders wrongly in its place', () => {
  expect(['\u{1f98a}', '\uffee', 'b', 'a', 'ab', ''].sort(compareCodePoints)).toEqual([
    '',
    'a',
    'ab',
    'b',
    '\uffee',
    '\u{1f98a}',
  ]);
});
