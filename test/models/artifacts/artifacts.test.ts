import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TaarError } from '../../../src/domain/errors.ts';
import { ALLOWLIST } from '../../../src/models/allowlist.ts';
import { allowlistFromArtifact, allowlistToArtifact } from '../../../src/models/artifacts/allowlist.ts';
import { coinstallFromArtifact, coinstallToArtifact } from '../../../src/models/artifacts/coinstall.ts';
import {
  collaborativeFromArtifacts,
  collaborativeToArtifacts,
} from '../../../src/models/artifacts/collaborative.ts';
import { ensembleFromArtifact, ensembleToArtifact } from '../../../src/models/artifacts/ensemble.ts';
import { localeFromArtifact, localeToArtifact } from '../../../src/models/artifacts/locale.ts';
import { rankingFromArtifact, rankingToArtifact } from '../../../src/models/artifacts/ranking.ts';
import { similarityFromArtifacts, similarityToArtifacts } from '../../../src/models/artifacts/similarity.ts';
import { COINSTALL } from '../../../src/models/coinstall.ts';
import { COLLABORATIVE } from '../../../src/models/collaborative.ts';
import { encodeSnapshot } from '../../../src/models/encode-snapshot.ts';
import { ENSEMBLE } from '../../../src/models/ensemble.ts';
import { LOCALE } from '../../../src/models/locale.ts';
import type { ModelKind } from '../../../src/models/model-kind.ts';
import { openSnapshot } from '../../../src/models/open-snapshot.ts';
import { RANKING } from '../../../src/models/ranking.ts';
import { SIMILARITY } from '../../../src/models/similarity.ts';

const GUID = fc.string({ unit: 'binary', maxLength: 6 });
const NUMBER = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);
const ODDITY = fc.oneof(
  fc.constantFrom(null, true, false, 0, '', '0', undefined),
  fc.string({ unit: 'binary', maxLength: 4 }),
);

/** A model after it has travelled as a snapshot. */
function received<M>(kind: ModelKind<M>, model: M): M {
  return kind.decode(openSnapshot(encodeSnapshot(kind.encode(model)), { verify: true }));
}

/** As the JSON of an artifact holds it: no undefined, -0 as 0. */
function asJson<V>(value: V): V {
  return JSON.parse(JSON.stringify(value)) as V;
}

describe('artifacts come back equal from models that went through a snapshot', () => {
  it('the item matrix with its mapping', () => {
    const matrix = fc.integer({ min: 0, max: 4 }).chain((factors) =>
      fc.array(
        fc.record({
          id: fc.integer({ min: -5, max: 2 ** 40 }),
          features: fc.array(NUMBER, { minLength: factors, maxLength: factors }),
        }),
        { maxLength: 6 },
      ),
    );
    const entry = fc.record({ id: GUID, name: ODDITY, isWebextension: ODDITY });
    const mapping = fc.dictionary(fc.oneof(fc.nat().map(String), GUID), entry, { noNullPrototype: true });
    fc.assert(
      fc.property(matrix.map(asJson), mapping.map(asJson), (itemMatrix, map) => {
        const model = received(COLLABORATIVE, collaborativeFromArtifacts(itemMatrix, map));
        expect(collaborativeToArtifacts(model)).toEqual({ itemMatrix, mapping: map });
      }),
    );
  });

  it('donors with the likelihood curve, null told from absent', () => {
    const numbers = fc.option(NUMBER);
    const texts = fc.option(GUID);
    const donor = fc
      .record(
        {
          active_addons: fc.array(GUID, { maxLength: 5 }),
          geo_city: texts,
          locale: texts,
          os: texts,
          subsession_length: numbers,
          bookmark_count: numbers,
          tab_open_count: numbers,
          total_uri: numbers,
          unique_tlds: numbers,
        },
        { requiredKeys: ['active_addons'], noNullPrototype: true },
      )
      .map(asJson);
    const curve = fc.array(fc.tuple(NUMBER, fc.tuple(NUMBER, NUMBER)), { maxLength: 6 }).map(asJson);
    fc.assert(
      fc.property(fc.array(donor, { maxLength: 6 }), curve, (donors, lrCurves) => {
        const model = received(SIMILARITY, similarityFromArtifacts(donors, lrCurves));
        expect(similarityToArtifacts(model)).toEqual({ donors, lrCurves });
      }),
    );
  });

  it('the lists of locales, unsorted and with repeated add-ons', () => {
    const lists = fc
      .dictionary(GUID, fc.array(fc.tuple(GUID, NUMBER), { maxLength: 5 }), { noNullPrototype: true })
      .map(asJson);
    fc.assert(
      fc.property(lists, (artifact) => {
        const back = localeToArtifact(received(LOCALE, localeFromArtifact(artifact)));
        expect(Object.entries(back)).toEqual(Object.entries(artifact));
      }),
    );
  });

  it('the weights of the ensemble, and the allow-list', () => {
    const weights = fc.dictionary(GUID, NUMBER, { noNullPrototype: true }).map(asJson);
    fc.assert(
      fc.property(weights, fc.array(GUID), (ensemble_weights, guids) => {
        const model = received(ENSEMBLE, ensembleFromArtifact({ ensemble_weights }));
        expect(ensembleToArtifact(model)).toEqual({ ensemble_weights });
        const list = received(ALLOWLIST, allowlistFromArtifact(guids));
        expect(allowlistToArtifact(list)).toEqual(guids);
      }),
    );
  });

  it('co-installation and ranking', () => {
    const counts = fc.dictionary(GUID, fc.integer({ min: 1 }), { noNullPrototype: true });
    fc.assert(
      fc.property(fc.dictionary(GUID, counts, { noNullPrototype: true }), counts, (coinstall, ranking) => {
        expect(coinstallToArtifact(received(COINSTALL, coinstallFromArtifact(coinstall)))).toEqual(coinstall);
        expect(rankingToArtifact(received(RANKING, rankingFromArtifact(ranking)))).toEqual(ranking);
      }),
    );
  });
});

describe('an artifact that is none', () => {
  const DONOR = { active_addons: [] };
  const broken: Record<string, [() => unknown, RegExp]> = {
    'a matrix that is an object': [
      () => collaborativeFromArtifacts({}, {}),
      /item_matrix is object, not a list/,
    ],
    'a row with fewer factors': [
      () =>
        collaborativeFromArtifacts(
          [
            { id: 1, features: [1] },
            { id: 2, features: [] },
          ],
          {},
        ),
      /item_matrix\[1\]\.features/,
    ],
    'an id that is a fraction': [
      () => collaborativeFromArtifacts([{ id: 1.5, features: [] }], {}),
      /item_matrix\[0\]\.id/,
    ],
    'a mapping without a guid': [() => collaborativeFromArtifacts([], { 7: {} }), /addon_mapping\.7\.id/],
    'a donor without add-ons': [() => similarityFromArtifacts([{}], []), /donors\[0\]\.active_addons/],
    'a donor whose number is text': [
      () => similarityFromArtifacts([{ ...DONOR, total_uri: '3' }], []),
      /donors\[0\]\.total_uri is string/,
    ],
    'a curve of single numbers': [() => similarityFromArtifacts([], [[1, 2]]), /lr_curves\[0\]\[1\]/],
    'a list of add-ons without weights': [() => localeFromArtifact({ de: ['a'] }), /locale\.de\[0\]/],
    'weights without their envelope': [() => ensembleFromArtifact({ locale: 1 }), /ensemble_weights/],
    'an allow-list with null': [() => allowlistFromArtifact(['a', null]), /whitelist\[1\] is null/],
    'a pair that was never seen': [() => coinstallFromArtifact({ a: { b: 0 } }), /coinstall\.a\.b/],
    'installs that are no number': [() => rankingFromArtifact({ a: '1' }), /ranking\.a/],
    'half a surrogate pair': [() => allowlistFromArtifact(['\ud800']), /whitelist\[0\]/],
  };

  it.each(Object.entries(broken))('%s', (_what, [read, message]) => {
    expect(read).toThrow(message);
    try {
      read();
    } catch (error) {
      expect(error instanceof TaarError && error.code).toBe('artifact-invalid');
    }
  });
});

describe('a snapshot that decodes to no model', () => {
  const matrix = collaborativeFromArtifacts([{ id: 1, features: [1, 2] }], { 1: { id: 'a' } });
  const donors = similarityFromArtifacts([{ active_addons: ['a'], os: 'x', total_uri: null }], [[0, [1, 1]]]);
  const lists = localeFromArtifact({ de: [['a', 1]] });
  const broken: Record<string, () => unknown> = {
    'a matrix with a feature too few': () =>
      received(COLLABORATIVE, {
        ...matrix,
        ids: Float64Array.of(1, 2),
        factors: 1,
        features: Float64Array.of(1, 2),
        mapping: { ...matrix.mapping, guids: ALL },
      }),
    'a row whose id is a fraction': () => received(COLLABORATIVE, { ...matrix, ids: Float64Array.of(0.5) }),
    'a donor with an unknown add-on': () => received(SIMILARITY, { ...donors, addons: Uint32Array.of(1) }),
    'a donor in an unknown state': () =>
      received(SIMILARITY, { ...donors, categoricalStates: Uint8Array.of(3, 3, 3) }),
    'a donor with a number that is not there': () =>
      received(SIMILARITY, { ...donors, continuous: Float64Array.of(1, 1, 1, 1, 1) }),
    'a curve with a numerator too few': () =>
      received(SIMILARITY, { ...donors, numerators: new Float64Array() }),
    'a list with a weight too few': () => received(LOCALE, { ...lists, weights: new Float64Array() }),
    'lists that end before they start': () => received(LOCALE, { ...lists, starts: Uint32Array.of(1, 1) }),
    'a weight too few': () =>
      received(ENSEMBLE, {
        ...ensembleFromArtifact({ ensemble_weights: { a: 1 } }),
        weights: new Float64Array(),
      }),
  };
  const ALL = allowlistFromArtifact(['a', 'b']).guids;

  it.each(Object.entries(broken))('%s', (_what, read) => {
    expect(read).toThrow(/is broken|beyond/);
  });
});
