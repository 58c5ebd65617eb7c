import { describe, expect, it } from 'vitest';
import { similarityToArtifacts } from '../../../src/models/artifacts/similarity.ts';
import { encodeSnapshot } from '../../../src/models/encode-snapshot.ts';
import { SIMILARITY } from '../../../src/models/similarity.ts';
import { SIMILARITY_TRAINING, trainSimilarity } from '../../../src/trainers/addons/similarity.ts';
import { similarityCurves } from '../../../src/trainers/addons/similarity-curves.ts';
import { donorPairs, sampleDonors } from '../../../src/trainers/addons/similarity-donors.ts';
import { type SimilarityRows, SimilarityRowsBuilder } from '../../../src/trainers/addons/similarity-rows.ts';
import { A, addon, B, C } from './people.ts';

const TASTES = [
  [A, B, C],
  ['d', 'e', 'f'],
];
const CURATED = new Set(TASTES.flat());
const FEATURES = {
  geoCity: 'Berlin',
  locale: 'de',
  os: 'Linux',
  subsessionLength: 100,
  bookmarkCount: 1,
  tabOpenCount: 2,
  totalUri: 3,
  uniqueTlds: 1.5,
};
const DEGENERATE = expect.objectContaining({ code: 'training-degenerate', disposition: 'halt' });

/** Clients of two tastes and two locales; every fifth lives where nobody else does. */
function population(clients: number, seed = 1): SimilarityRows {
  const builder = new SimilarityRowsBuilder(CURATED, seed);
  for (let i = 0; i < clients; i++) {
    const features = {
      ...FEATURES,
      geoCity: i % 5 === 0 ? `home of ${i}` : 'Berlin',
      locale: i % 3 === 0 ? 'de' : 'fr',
      subsessionLength: 100 + i,
      totalUri: i % 7 === 0 ? null : i,
    };
    builder.add(
      `client ${i}`,
      features,
      (TASTES[i % 2] ?? []).map((guid) => addon(guid)),
    );
  }
  return builder.build();
}

describe('clients that may be donors', () => {
  const takes = (...addons: ReturnType<typeof addon>[]): boolean =>
    new SimilarityRowsBuilder(CURATED, 1).add('c', FEATURES, addons);
  const three = [A, B, C].map((guid) => addon(guid));

  it('have at least three valid curated add-ons, and fewer than a hundred in all', () => {
    expect(takes(...three)).toBe(true);
    expect(takes(addon(A), addon(B), addon('private'))).toBe(false);
    expect(takes(addon(A), addon(B), addon(C, { foreignInstall: true }))).toBe(false);
    expect(takes(addon(A), addon(B), addon(C, { type: 'theme' }))).toBe(false);
    const system = (count: number) =>
      Array.from({ length: count }, (_, i) => addon(`s${i}`, { isSystem: true }));
    expect(takes(...three, ...system(96))).toBe(true);
    expect(takes(...three, ...system(97))).toBe(false);
  });

  it('say nothing where their profile does not, and keep what others say too', () => {
    const builder = new SimilarityRowsBuilder(CURATED, 1);
    builder.add('c', { ...FEATURES, geoCity: null, totalUri: null }, three);
    builder.add('d', FEATURES, three);
    builder.add('e', { ...FEATURES, geoCity: 'Berlin', os: 'Plan 9' }, three);
    const rows = builder.build();
    expect(rows.featuresOf(0)).toEqual({ ...FEATURES, geoCity: '', totalUri: 0 });
    expect(rows.featuresOf(2).os).toBe('Plan 9');
    expect([0, 1, 2].map((row) => rows.coarseFeaturesOf(row, 2).geoCity)).toEqual(['', 'Berlin', 'Berlin']);
    expect([0, 1, 2].map((row) => rows.coarseFeaturesOf(row, 2).os)).toEqual(['Linux', 'Linux', '']);
  });
});

describe('drawing donors', () => {
  const clusterOf = Uint32Array.of(...Array<number>(30).fill(0), ...Array<number>(10).fill(1));
  const even = (row: number): number => ((row * 7) % 10) / 10;

  it('takes clusters by the square of their clients, or alike', () => {
    const draws = { stratified: even, second: () => 0 };
    const squared = sampleDonors(clusterOf, { wanted: 100, law: 'squared' }, draws);
    const of = (cluster: number) => squared.donors.filter((row) => clusterOf[row] === cluster).length;
    expect([of(0), of(1)]).toEqual([24, 3]);
    expect(sampleDonors(clusterOf, { wanted: 100, law: 'proportional' }, draws).donors).toHaveLength(40);
  });

  it('takes all where there are fewer than wanted, and about those wanted where there are more', () => {
    const draws = { stratified: () => 0, second: (row: number) => (row % 1000) / 1000 };
    const few = sampleDonors(clusterOf, { wanted: 1, law: 'squared' }, draws);
    expect([few.secondFraction, few.donors.length]).toEqual([1, 40]);
    const many = sampleDonors(new Uint32Array(1000), { wanted: 250, law: 'squared' }, draws);
    expect(many.donors).toHaveLength(250);
    expect(sampleDonors(new Uint32Array(0), { wanted: 250, law: 'squared' }, draws).donors).toEqual([]);
  });

  it('pairs donors of one cluster by a coin, and those of different ones by their place', () => {
    const { same, different } = donorPairs([0, 1, 0, 0, 0], (donor) => (donor < 3 ? 0 : 0.5));
    expect(same).toEqual([
      [0, 3],
      [2, 4],
    ]);
    expect(different).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });
});

describe('curves', () => {
  const far = Float64Array.of(0, 2);

  it('have exactly 1,000 points, the largest distance left out', () => {
    const { distances } = similarityCurves(far, Float64Array.of(0.1, 3), 0.35);
    expect([distances.length, distances[0], distances[999]]).toEqual([1000, 0, 2.997]);
  });

  it('are refused where distances of a kind are missing, all are equal, or one has no height', () => {
    const none = new Float64Array(0);
    for (const [same, different, bandwidth] of [
      [none, far, 0.35],
      [far, none, 0.35],
      [Float64Array.of(1), Float64Array.of(1, 1), 0.35],
      [Float64Array.of(1, Number.NaN), far, 0.35],
      [Float64Array.of(0), Float64Array.of(5), 0.01],
    ] as const) {
      expect(() => similarityCurves(same, different, bandwidth)).toThrow(DEGENERATE);
    }
  });
});

describe('the similarity model', () => {
  const training = { ...SIMILARITY_TRAINING, clusters: 2, donors: 100 };

  it('is the same for the same clients, and has no text that few clients have', () => {
    const [one, again] = [population(300), population(300)].map((rows) => trainSimilarity(rows, training));
    if (one === undefined || again === undefined) throw new Error('there is no model');
    const bytes = [one, again].map(({ model }) => encodeSnapshot(SIMILARITY.encode(model)));
    expect(bytes[1]).toEqual(bytes[0]);
    const { donors, lrCurves } = similarityToArtifacts(one.model);
    expect(donors.length).toBeGreaterThan(60);
    expect(lrCurves).toHaveLength(1000);
    expect(new Set(donors.map(({ geo_city: city }) => city))).toEqual(new Set(['Berlin', '']));
    expect(JSON.stringify(donors)).not.toMatch(/home of|client/);
    const [donor] = donors;
    expect(Object.keys(donor ?? {}).sort()).toEqual(
      [
        'active_addons',
        'bookmark_count',
        'geo_city',
        'locale',
        'os',
        'subsession_length',
        'tab_open_count',
        'total_uri',
        'unique_tlds',
      ].sort(),
    );
    expect(donor?.subsession_length).toBe(100 + (one.donorRows[0] ?? 0));
  });

  it('draws others for another seed', () => {
    const [one, other] = [1, 2].map((seed) => trainSimilarity(population(300, seed), training).donorRows);
    expect(other).not.toEqual(one);
  });

  it('is refused for nobody, and for clients of one taste', () => {
    expect(() => trainSimilarity(population(0), training)).toThrow(DEGENERATE);
    expect(() => trainSimilarity(population(300), { ...training, clusters: 1 })).toThrow(DEGENERATE);
  });
});
