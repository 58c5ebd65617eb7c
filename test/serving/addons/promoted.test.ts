import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanPromoted, mergePromoted } from '../../../src/serving/addons/promoted.ts';

describe('promoted add-ons of a request', () => {
  it.each<[unknown, unknown]>([
    [[], []],
    [
      [
        ['a', 2],
        ['', -1.5],
      ],
      [
        { guid: 'a', weight: 2 },
        { guid: '', weight: -1.5 },
      ],
    ],
    [
      [
        ['a', true],
        ['b', false],
      ],
      [
        { guid: 'a', weight: 1 },
        { guid: 'b', weight: 0 },
      ],
    ],
    [
      [
        ['a', 5],
        ['b', null],
      ],
      [],
    ],
    [[['a', '1']], []],
    [[['a']], []],
    [[['a', 1, 2]], []],
    [[[]], []],
    [[[1, 2]], []],
    [['ab'], []],
    ['ab', []],
    [{ ab: 1 }, []],
    [[{ a: 1 }], []],
    [[['a'], 5], []],
  ])('%j are %j', (value, cleaned) => {
    expect(cleanPromoted(value)).toEqual(cleaned);
  });

  it.each([
    [null],
    [5],
    [true],
    [{}],
    [''],
    [undefined],
    [[5]],
    [[null]],
    [[true]],
    [[{ a: 1, b: 2 }]],
    [[['a', 1], 5]],
  ])('%j are refused', (value) => {
    expect(() => cleanPromoted(value)).toThrow(expect.objectContaining({ code: 'promoted-malformed' }));
  });
});

describe('promoted and recommended add-ons', () => {
  const row = fc.record({
    guid: fc.constantFrom('a', 'b', 'c', 'd'),
    weight: fc.constantFrom(-1, 0, 1, 2, Infinity),
  });

  it('are in one list by weight, promoted first of equals, each once at its heaviest', () => {
    const promoted = [
      { guid: 'p', weight: 1 },
      { guid: 'x', weight: 0.1 },
      { guid: 'q', weight: -5 },
    ];
    const recommended = [
      { guid: 'x', weight: 1 },
      { guid: 'y', weight: 0.5 },
      { guid: 'z', weight: 1 },
    ];
    expect(mergePromoted(promoted, recommended).map(({ guid }) => guid)).toEqual(['p', 'x', 'z', 'y', 'q']);
  });

  it('lose nobody and repeat nobody, and no lighter one goes before a heavier', () => {
    fc.assert(
      fc.property(fc.array(row), fc.array(row), (promoted, recommended) => {
        const merged = mergePromoted(promoted, recommended);
        const all = [...promoted, ...recommended];
        expect(new Set(merged.map(({ guid }) => guid)).size).toBe(merged.length);
        expect(merged.length).toBe(new Set(all.map(({ guid }) => guid)).size);
        for (const { guid, weight } of merged) {
          expect(weight).toBe(
            Math.max(...all.filter((each) => each.guid === guid).map((each) => each.weight)),
          );
        }
        expect(merged.every(({ weight }, i) => i === 0 || (merged[i - 1]?.weight ?? 0) >= weight)).toBe(true);
      }),
    );
  });
});
