import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODES } from '../../../../src/serving/addons/taarlite/mode.ts';
import { recommend } from '../../../../src/serving/addons/taarlite/recommend.ts';
import { viewTaarliteIndex } from '../../../../src/serving/addons/taarlite/taarlite-index.ts';
import { type LiteArtifacts, litePrepared } from '../../taarlite-models.ts';
import { oracle } from './oracle.ts';

const GUIDS = ['a', 'b', 'c', 'd', 'e@x', '{f}', 'ü', '😀', 'i', 'j', 'k', 'l'];

/** Few guids and small counts, so that ties of every kind happen; a few large ones. */
const COUNT = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3_000_000_000 }));
const ARTIFACTS: fc.Arbitrary<LiteArtifacts> = fc.record({
  coinstall: fc
    .dictionary(fc.constantFrom(...GUIDS), fc.dictionary(fc.constantFrom(...GUIDS), COUNT, { maxKeys: 12 }))
    .map(withoutSelf),
  ranking: fc.dictionary(fc.constantFrom(...GUIDS), fc.integer({ min: 0, max: 60 })),
});

function withoutSelf(rows: Record<string, Record<string, number>>): LiteArtifacts['coinstall'] {
  return Object.fromEntries(
    Object.entries(rows).map(([guid, row]) => [
      guid,
      Object.fromEntries(Object.entries(row).filter(([partner]) => partner !== guid)),
    ]),
  );
}

function recommended(artifacts: LiteArtifacts, guid: string, mode: (typeof MODES)[number]): string[] {
  const index = viewTaarliteIndex(litePrepared(artifacts));
  return recommend(index, guid, mode, { maxResults: 4, truncate: 20 }).map((one) => one.guid);
}

describe('recommendations for an add-on', () => {
  it('are those of the specification, for any models, mode, limit and cut', () => {
    let found = 0;
    fc.assert(
      fc.property(
        ARTIFACTS,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 12 }),
        (artifacts, maxResults, truncate) => {
          const index = viewTaarliteIndex(litePrepared(artifacts));
          for (const guid of [...GUIDS, 'nobody']) {
            for (const mode of MODES) {
              const actual = recommend(index, guid, mode, { maxResults, truncate });
              const expected = oracle(artifacts, guid, mode, maxResults, truncate);
              expect(actual.map((one) => [one.guid, one.key])).toEqual(expected);
              found += actual.length;
            }
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(found).toBeGreaterThan(1_000);
  });

  it('are in the order of counts, then installs, then the file', () => {
    const row = { a: 9, b: 5, c: 5, d: 5, e: 7 };
    const ranking = { a: 1, b: 2, c: 3, d: 2, e: 1 };
    expect(recommended({ coinstall: { x: row }, ranking }, 'x', 'none')).toEqual(['a', 'e', 'c', 'b']);
  });

  it('leave out pairs below 5 % of the mean installs', () => {
    const artifacts = { coinstall: { x: { a: 10, b: 9 } }, ranking: { a: 300, b: 100 } };
    expect(recommended(artifacts, 'x', 'none')).toEqual(['a']);
  });

  it('cut the candidates by score before the text decides', () => {
    const artifacts = { coinstall: { x: { a: 3, b: 2, c: 1 } }, ranking: { c: 60 } };
    const index = viewTaarliteIndex(litePrepared(artifacts));
    const one = recommend(index, 'x', 'none', { maxResults: 1, truncate: 2 });
    expect(one.map(({ guid }) => guid)).toEqual(['a']);
  });

  it('take a row of thousands without the cube of its length', () => {
    const row = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`p${i}`, 3_000 - i]));
    const artifacts = { coinstall: { x: row, p0: { x: 1 } }, ranking: {} };
    const index = viewTaarliteIndex(litePrepared(artifacts));
    const begun = performance.now();
    const found = recommend(index, 'x', 'guidception', { maxResults: 4, truncate: 3_000 });
    expect(found.map(({ guid }) => guid)).toEqual(['p0', 'p1', 'p2', 'p3']);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
