import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { legacyJson } from '../../../src/serving/http/legacy-json.ts';

describe('JSON as the old service wrote it', () => {
  it('separates with a space and escapes all that is not printable ASCII', () => {
    expect(legacyJson({ results: ['{a}@b', 'ü', '翻', '😀', '"\\/', '\n\t\u0000\u007f'] })).toBe(
      String.raw`{"results": ["{a}@b", "\u00fc", "\u7ffb", "\ud83d\ude00", "\"\\/", "\n\t\u0000\u007f"]}`,
    );
    expect(legacyJson({ results: false, error: 'No client found' })).toBe(
      '{"results": false, "error": "No client found"}',
    );
    expect(legacyJson({ results: [] })).toBe('{"results": []}');
    expect(legacyJson(null)).toBe('null');
  });

  it('is read back as the same value, and is ASCII', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.dictionary(text, fc.oneof(text, fc.boolean(), fc.array(text))), (value) => {
        const json = legacyJson(value);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(json).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});
