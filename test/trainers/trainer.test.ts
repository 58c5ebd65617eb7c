import { describe, expect, it } from 'vitest';
import { isLossOfTheDeleted } from '../../src/trainers/trainer.ts';

describe('clients that are missing', () => {
  it.each([
    ['all of a few were deleted', { before: 3, now: 0, deleted: 3 }, true],
    ['one of three was deleted', { before: 3, now: 2, deleted: 1 }, true],
    ['one of three was deleted and half of the others left', { before: 3, now: 1, deleted: 1 }, true],
    ['one was deleted and all others are missing', { before: 3, now: 0, deleted: 1 }, false],
    ['nobody was deleted', { before: 3, now: 3, deleted: 0 }, false],
    ['there never was anybody', { before: 0, now: 0, deleted: 0 }, false],
    ['few of many were deleted', { before: 1_000_000, now: 999_000, deleted: 1_000 }, false],
    ['more were deleted than there were', { before: 2, now: 0, deleted: 5 }, true],
  ])('were deleted, or not: %s', (_what, loss, explained) => {
    expect(isLossOfTheDeleted(loss)).toBe(explained);
  });
});
