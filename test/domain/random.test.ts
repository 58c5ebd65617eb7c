import { describe, expect, it } from 'vitest';
import { uniformsOf } from '../../src/domain/random.ts';

const DRAWS = 20_000;

describe('uniforms', () => {
  it('depend on seed, purpose, entity and counter, and on nothing else', () => {
    const draw = (seed: number, purpose: string, entity: string | number, counter: number): number =>
      uniformsOf(seed, purpose, entity)(counter);
    expect(draw(1, 'p', 'e', 0)).toBe(draw(1, 'p', 'e', 0));
    const others = [draw(1, 'p', 'e', 0), draw(2, 'p', 'e', 0), draw(1, 'q', 'e', 0), draw(1, 'p', 'f', 0)];
    expect(new Set([...others, draw(1, 'p', 'e', 1), draw(1, 'pe', '', 0)]).size).toBe(6);
  });

  it.each([
    ['of one entity', (i: number) => uniformsOf(7, 'test', 'one')(i)],
    ['of many entities', (i: number) => uniformsOf(7, 'test', i)(0)],
  ])('%s are spread evenly over [0, 1)', (_, draw) => {
    const values = Array.from({ length: DRAWS }, (_, i) => draw(i));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const tenths = new Array<number>(10).fill(0);
    for (const value of values) {
      const tenth = Math.floor(value * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // Six standard deviations of a tenth's count.
    for (const count of tenths)
      expect(Math.abs(count - DRAWS / 10)).toBeLessThan(6 * Math.sqrt(DRAWS * 0.09));
  });

  it('that follow each other are not alike', () => {
    const draw = uniformsOf(3, 'test', 'serial');
    let sum = 0;
    for (let i = 0; i < DRAWS; i++) sum += (draw(i) - 0.5) * (draw(i + 1) - 0.5);
    expect(Math.abs((12 * sum) / DRAWS)).toBeLessThan(6 / Math.sqrt(DRAWS));
  });
});
