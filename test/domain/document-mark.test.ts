import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { documentMark } from '../../src/domain/document-mark.ts';

it('is the same for the same id, and a whole number that a double holds', () => {
  expect(documentMark('a')).toBe(documentMark('a'));
  for (let i = 0; i < 1_000; i++) {
    const mark = documentMark(randomUUID());
    expect(Number.isSafeInteger(mark) && mark >= 0).toBe(true);
  }
});

it('tells ids apart, also those that differ in one digit', () => {
  const ids = Array.from(
    { length: 100_000 },
    (_, i) => `00000000-0000-4000-8000-${`${i}`.padStart(12, '0')}`,
  );
  expect(new Set(ids.map(documentMark)).size).toBe(ids.length);
});
