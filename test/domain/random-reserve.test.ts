import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { randomReserve } from '../../src/domain/random-reserve.ts';

describe('randomReserve', () => {
  it('gives each byte of its source once, in order', () => {
    const drawn: Buffer[] = [];
    const random = randomReserve((count) => {
      const bytes = randomBytes(count);
      drawn.push(Buffer.from(bytes));
      return bytes;
    });
    const given = Array.from({ length: 1_024 }, () => random(8));
    expect(drawn).toHaveLength(2);
    expect(Buffer.concat(given)).toEqual(Buffer.concat(drawn));
  });

  it('leaves alone what it gave before when its reserve is used up', () => {
    const random = randomReserve();
    const first = random(10);
    const copy = Buffer.from(first);
    for (let i = 0; i < 1_000; i++) random(10);
    expect(first).toEqual(copy);
  });

  it('gives as much as is asked for, also where the reserve has no room for it', () => {
    const random = randomReserve();
    for (const count of [0, 1, 4_095, 4_096, 4_097, 10_000]) expect(random(count)).toHaveLength(count);
  });
});
