import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParamDef } from '../../../src/serving/flow/param.ts';
import { ParamRegistry, type ParamSettings } from '../../../src/serving/flow/param-registry.ts';
import { stats } from './question.ts';

const SIZE: ParamDef<number> = {
  key: 'size',
  default: 10,
  min: 5,
  max: 20,
  integer: true,
  overridable: true,
};
const MODE: ParamDef<string> = { key: 'mode', default: 'plain' };
const KINDS: ParamDef<readonly string[]> = { key: 'kinds', default: [] };

function setUp(settings: ParamSettings = {}) {
  const counted = stats();
  const registry = new ParamRegistry([SIZE, MODE, KINDS], settings, counted);
  return { registry, count: (name: string) => counted.counts.get(`param/${name}`) ?? 0 };
}

describe('params', () => {
  it('are within bounds and of their type whatever a request asks', () => {
    fc.assert(
      fc.property(fc.anything(), (size) => {
        const value = setUp().registry.resolve({ context: {}, overrides: { size } }).get(SIZE);
        expect(Number.isInteger(value) && value >= 5 && value <= 20).toBe(true);
      }),
    );
  });

  it('take overrides only where they are allowed, and count what they refuse', () => {
    const { registry, count } = setUp();
    const params = registry.resolve({ context: {}, overrides: { mode: 'other', size: 99, 'not-ours': 1 } });
    expect([params.get(MODE), params.get(SIZE)]).toEqual(['plain', 20]);
    expect([count('mode/not-overridable'), count('size/clamped'), count('size/override')]).toEqual([1, 1, 1]);
    expect(count('unknown-override')).toBe(1);
  });

  it('prefer kill switch to override to first rule to default', () => {
    const rules = [
      { when: { place: 'x' }, set: { size: 6 } },
      { when: { place: 'x' }, set: { size: 7, kinds: ['a'] } },
    ];
    const ruled = setUp({ rules }).registry;
    expect(ruled.resolve({ context: {} }).get(SIZE)).toBe(10);
    const inPlace = ruled.resolve({ context: { place: 'x' } });
    expect([inPlace.get(SIZE), inPlace.get(KINDS)]).toEqual([6, ['a']]);
    expect(ruled.resolve({ context: { place: 'x' }, overrides: { size: 8 } }).get(SIZE)).toBe(8);
    const killed = setUp({ rules, killSwitches: { size: 9 } }).registry;
    expect(killed.resolve({ context: { place: 'x' }, overrides: { size: 8 } }).get(SIZE)).toBe(9);
  });

  it.each<[string, () => unknown]>([
    ['a rule of an unknown param', () => setUp({ rules: [{ when: {}, set: { siez: 1 } }] })],
    ['a kill switch of an unknown param', () => setUp({ killSwitches: { siez: 1 } })],
    ['two definitions of one key', () => new ParamRegistry([SIZE, { ...SIZE }], {}, stats())],
    ['a default out of bounds', () => new ParamRegistry([{ ...SIZE, default: 99 }], {}, stats())],
  ])('refuse %s at the start', (_what, make) => {
    expect(make).toThrow(RangeError);
  });
});
