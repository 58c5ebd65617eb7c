import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSnapshot } from '../../src/models/encode-snapshot.ts';
import { openSnapshot } from '../../src/models/open-snapshot.ts';
import type { Section, Sections } from '../../src/models/snapshot.ts';
import { buildStringIndex, StringIndex } from '../../src/models/string-index.ts';
import { encodeStrings, StringTable } from '../../src/models/string-table.ts';

const TEXTS = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 60 });

function opened(sections: readonly Section[]): Sections {
  return openSnapshot(
    encodeSnapshot(sections, (bytes) => new SharedArrayBuffer(bytes)),
    { verify: true },
  );
}

function indexOf(strings: readonly string[]): StringIndex {
  const table = StringTable.of(strings);
  const sections = opened([...table.encode('guids'), ...buildStringIndex('guids', table)]);
  return new StringIndex('guids', sections, StringTable.decode('guids', sections));
}

describe('a string table', () => {
  it('gives back any strings, one at a time', () => {
    fc.assert(
      fc.property(TEXTS, (strings) => {
        const table = StringTable.decode('guids', opened(encodeStrings('guids', strings)));
        expect(table.size).toBe(strings.length);
        expect(table.toArray()).toEqual(strings);
      }),
    );
  });

  it('refuses half a surrogate pair, which UTF-8 cannot hold', () => {
    expect(() => StringTable.of(['fine', 'x\ud83d'])).toThrow(/half a surrogate/);
  });

  it.each([
    ['descending', [2, 1, 4]],
    ['beyond the text', [1, 2, 5]],
    ['short of the text', [1, 2, 3]],
    ['inside a character', [3, 4, 4]],
  ])('refuses ends that are %s', (_what, ends) => {
    const utf8 = Buffer.from('a€');
    const sections = opened([
      { name: 'guids.utf8', type: 'utf8', shape: [utf8.length], data: utf8 },
      { name: 'guids.ends', type: 'u32', shape: [ends.length], data: Uint32Array.from(ends) },
    ]);
    expect(() => StringTable.decode('guids', sections)).toThrow(/do not cut it|belongs to no string/);
  });

  it('refuses text that is not UTF-8', () => {
    const sections = opened([
      { name: 'guids.utf8', type: 'utf8', shape: [1], data: Uint8Array.of(0xff) },
      { name: 'guids.ends', type: 'u32', shape: [1], data: Uint32Array.of(1) },
    ]);
    expect(() => StringTable.decode('guids', sections)).toThrow(/not UTF-8/);
  });
});

describe('a string index', () => {
  it('finds every string and no other', () => {
    fc.assert(
      fc.property(TEXTS, fc.string({ unit: 'binary', maxLength: 12 }), (strings, other) => {
        const index = indexOf(strings);
        expect(strings.map((text) => index.find(text))).toEqual(strings.map((_, i) => i));
        expect(index.find(other)).toBe(strings.indexOf(other));
      }),
    );
  });

  it('does not take half a surrogate pair for the replacement character', () => {
    const index = indexOf(['\ufffd', 'abc']);
    expect(index.find('\ufffd')).toBe(0);
    expect(index.find('\ud83d')).toBe(-1);
  });

  it('answers at once for a text of any length', () => {
    expect(indexOf(['a']).find('a'.repeat(1_000_000))).toBe(-1);
    expect(indexOf([]).find('a')).toBe(-1);
    expect(indexOf(['']).find('')).toBe(0);
  });

  it('refuses strings that stand twice', () => {
    expect(() => buildStringIndex('guids', StringTable.of(['a', 'b', 'a']))).toThrow(/0 and 2 are equal/);
  });
});
