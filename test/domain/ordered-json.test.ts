import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type OrderedJson,
  orderedJsonText,
  parseOrderedJson,
  plainJson,
} from '../../src/domain/ordered-json.ts';

describe('JSON that keeps its order', () => {
  it('leaves keys that look like whole numbers where they stand', () => {
    const read = parseOrderedJson('{"b@x": 1, "7": {"2": 1, "1": 2}, "a@x": 3, "0": 4}');
    expect([...(read as ReadonlyMap<string, OrderedJson>).keys()]).toEqual(['b@x', '7', 'a@x', '0']);
    expect([...((read as ReadonlyMap<string, OrderedJson>).get('7') as Map<string, number>).keys()]).toEqual([
      '2',
      '1',
    ]);
    expect([...orderedJsonText(read)].join('')).toBe('{"b@x": 1, "7": {"2": 1, "1": 2}, "a@x": 3, "0": 4}');
  });

  it('keeps a negative zero wherever it stands, so that Python reads one too', () => {
    const value = { features: [-0, { weight: -0 }], list: new Map([['a', -0]]), none: 0 };
    expect([...orderedJsonText(value)].join('')).toBe(
      '{"features": [-0.0, {"weight": -0.0}], "list": {"a": -0.0}, "none": 0}',
    );
    expect([...orderedJsonText(-0)].join('')).toBe('-0.0');
  });

  it('means what JSON.parse means', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const parsed: unknown = JSON.parse(text);
        expect(plainJson(parseOrderedJson(text))).toEqual(parsed);
        expect(plainJson(parseOrderedJson([...orderedJsonText(parseOrderedJson(text))].join('')))).toEqual(
          parsed,
        );
      }),
    );
  });

  it('accepts and refuses the same texts as JSON.parse', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '"a"',
      '1',
      '-',
      '0',
      '.5',
      'e1',
      'null',
      ' ',
      '\n',
      'u0041',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        expect(accepts(parseOrderedJson, text)).toBe(accepts(JSON.parse, text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps the first place and the last value of a key that comes twice', () => {
    expect([...(parseOrderedJson('{"a": 1, "b": 2, "a": 3}') as Map<string, number>)]).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
  });

  it('says where a text is broken, and not what stands there', () => {
    expect(() => parseOrderedJson('{"secret": 1,\n "x" 2}')).toThrow('line 2, column 6: a colon is missing');
    expect(() => parseOrderedJson('[NaN]')).toThrow('line 1, column 2: a value is missing');
    expect(() => parseOrderedJson('['.repeat(100))).toThrow('it nests deeper than 64');
  });
});

function accepts(parse: (text: string) => unknown, text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}
