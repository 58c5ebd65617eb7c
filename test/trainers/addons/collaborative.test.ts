import { describe, expect, it } from 'vitest';
import { javaHash, positiveHash, positiveJavaHash } from '../../../src/domain/addon-hash.ts';
import { COLLABORATIVE } from '../../../src/models/collaborative.ts';
import { encodeSnapshot } from '../../../src/models/encode-snapshot.ts';
import {
  type CollaborativeInput,
  RANKING_TRAINING,
  trainCollaborative,
} from '../../../src/trainers/addons/collaborative.ts';
import { legacyItemMatrix, legacyMapping } from '../../../src/trainers/addons/collaborative-mapping.ts';
import { countsForFactors, type FactorAddon } from '../../../src/trainers/addons/collaborative-rows.ts';
import { gridOf } from '../../../src/trainers/numerics/als-grid.ts';

const GOOD: FactorAddon = {
  id: 'a@x',
  name: 'A',
  blocklisted: false,
  signedState: 2,
  userDisabled: false,
  appDisabled: false,
  type: 'extension',
  isSystem: false,
};

describe('an add-on', () => {
  it('counts for factors where it is signed and in use', () => {
    expect(countsForFactors(GOOD)).toBe(true);
    for (const flag of ['blocklisted', 'userDisabled', 'appDisabled', 'isSystem'] as const) {
      expect(countsForFactors({ ...GOOD, [flag]: true })).toBe(false);
    }
    expect(countsForFactors({ ...GOOD, signedState: 1 })).toBe(false);
  });

  it('counts without that signature where it is no extension', () => {
    expect(countsForFactors({ ...GOOD, type: 'theme', signedState: 0 })).toBe(true);
  });

  it('does not count where anything that matters is unknown', () => {
    for (const key of Object.keys(GOOD).filter((key) => key !== 'id')) {
      expect(countsForFactors({ ...GOOD, [key]: null }), key).toBe(false);
      expect(countsForFactors({ ...GOOD, type: 'theme', [key]: null }), key).toBe(false);
    }
  });
});

/** Clients of two tastes, in the given order. */
function input(order: (a: number, b: number) => number = (a, b) => a - b): CollaborativeInput {
  const guids = ['d@x', 'c@x', 'b@x', 'a@x', 'unlisted@x', 'uncurated@x', 'unused@x'];
  const clients = Array.from({ length: 200 }, (_, i) => i)
    .sort(order)
    .map((i) => (i % 3 === 0 ? [2, 3, 5] : i % 3 === 1 ? [0, 1, 4] : [1]));
  const ends = new Uint32Array(clients.length);
  let end = 0;
  for (const [i, own] of clients.entries()) {
    end += own.length;
    ends[i] = end;
  }
  const listed = guids.filter((guid) => guid !== 'unlisted@x');
  return {
    rows: { guids, ends, addons: Uint32Array.from(clients.flat()) },
    curated: new Set(guids.filter((guid) => guid !== 'uncurated@x')),
    catalogue: new Map(
      listed.map((guid) => [
        guid,
        { guid, name: guid === 'a@x' ? undefined : guid, isWebExtension: guid !== 'b@x' },
      ]),
    ),
  };
}

const TRAINING = { ...RANKING_TRAINING, candidates: gridOf([2, 3], [0.1], [5, 10]), sampleClients: 100 };

function trained(given: CollaborativeInput = input()) {
  const result = trainCollaborative(given, TRAINING);
  if (result === undefined) throw new Error('nothing was trained');
  return result;
}

describe('collaborative training', () => {
  it('knows the curated add-ons of the catalogue that somebody has, those of most clients first', () => {
    const { model, clients, distinctSets, collisions } = trained();
    expect(model.mapping.guids.toArray()).toEqual(['c@x', 'a@x', 'b@x', 'd@x']);
    expect(model.mapping.names.toArray().map((name) => JSON.parse(name))).toEqual([
      'c@x',
      'Unknown',
      'b@x',
      'd@x',
    ]);
    expect(model.mapping.webExtensions.toArray()).toEqual(['true', 'true', 'false', 'true']);
    expect([clients, distinctSets, collisions]).toEqual([200, 3, []]);
  });

  it('holds the hashes by which serving finds the rows', () => {
    const { model } = trained();
    const guids = model.mapping.guids.toArray();
    expect([...model.ids]).toEqual(guids.map(positiveHash));
    expect(model.mapping.keys.toArray()).toEqual(guids.map((guid) => String(positiveHash(guid))));
  });

  it('places add-ons of one taste together', () => {
    const { model } = trained();
    const guids = model.mapping.guids.toArray();
    const row = (guid: string) => {
      const at = guids.indexOf(guid) * model.factors;
      return model.features.subarray(at, at + model.factors);
    };
    const likeness = (a: string, b: string) =>
      row(a).reduce((sum, value, i) => sum + value * (row(b)[i] ?? 0), 0);
    expect(likeness('a@x', 'b@x')).toBeGreaterThan(10 * Math.abs(likeness('a@x', 'd@x')));
  });

  it('gives the same bytes whatever the order of clients', () => {
    const [one, other] = [trained(), trained(input((a, b) => b - a))];
    const bytes = [one, other].map(({ model }) => Buffer.from(encodeSnapshot(COLLABORATIVE.encode(model))));
    expect(bytes[0]?.equals(bytes[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it('leaves out, and reports, the add-on that fewer clients have of two with one hash', () => {
    // "Aa" and "BB" have the same hash in Java.
    const ends = Uint32Array.of(2, 3, 5);
    const rows = { guids: ['Aa@x', 'BB@x', 'c@x'], ends, addons: Uint32Array.of(0, 1, 1, 1, 2) };
    const catalogue = new Map(
      rows.guids.map((guid) => [guid, { guid, name: guid, isWebExtension: true }] as const),
    );
    const { model, collisions } = trained({ rows, curated: new Set(rows.guids), catalogue });
    expect(positiveHash('Aa@x')).toBe(positiveHash('BB@x'));
    expect(model.mapping.guids.toArray()).toEqual(['BB@x', 'c@x']);
    expect(collisions).toEqual([{ lost: 'Aa@x', kept: 'BB@x' }]);
  });

  it('makes no model where nobody has a known add-on', () => {
    expect(trainCollaborative({ ...input(), curated: new Set() }, TRAINING)).toBeUndefined();
  });
});

describe("TAAR's own files", () => {
  it('name add-ons by hashes over UTF-16 units, as the original trainer did', () => {
    const guid = '😀@emoji.example';
    expect(javaHash('test-string')).toBe(-1666277972);
    expect(positiveJavaHash(guid)).not.toBe(positiveHash(guid));
    expect(Object.keys(legacyMapping([{ guid, name: 'E', isWebExtension: true }]))).toEqual([
      String(positiveJavaHash(guid)),
    ]);
    expect(legacyItemMatrix([guid], 2, [1, 2])).toEqual([{ id: positiveJavaHash(guid), features: [1, 2] }]);
  });
});
