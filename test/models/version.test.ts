import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkKey, modelKey, modelOfChunk, nextVersion, timeOfVersion } from '../../src/models/version.ts';

const DIGEST = 'ab12cd34'.repeat(8);
const AT = Date.UTC(2026, 5, 20, 1, 2, 3, 4);

describe('a version', () => {
  it('is its moment and the beginning of its digest', () => {
    expect(nextVersion(AT, undefined, DIGEST)).toBe('20260620T010203004Z-ab12cd34');
    expect(timeOfVersion('20260620T010203004Z-ab12cd34')).toBe(AT);
    expect(timeOfVersion('yesterday')).toBeUndefined();
  });

  it('sorts behind the last one even when the clock stands still or goes back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 10_000 }), fc.stringMatching(/^[0-9a-f]{8}$/)), { minLength: 2 }),
        (publications) => {
          let last: string | undefined;
          for (const [later, digest] of publications) {
            const version = nextVersion(AT + later, last, digest);
            if (last !== undefined) expect(version > last).toBe(true);
            last = version;
          }
        },
      ),
    );
  });
});

describe('keys', () => {
  it('name the chunk, and the chunk its model', () => {
    const key = modelKey({ model: 'coinstall', version: nextVersion(AT, undefined, DIGEST) });
    expect(chunkKey(key, 0)).toBe('coinstall@20260620T010203004Z-ab12cd34#0001');
    expect(chunkKey(key, 12_344)).toBe('coinstall@20260620T010203004Z-ab12cd34#12345');
    expect(modelOfChunk(chunkKey(key, 7))).toBe(key);
  });
});
