import { clientDistance } from '../../domain/client-distance.ts';
import { compareCodePoints } from '../../domain/text-order.ts';
import { FIELD_STATES, type SimilarityModel } from '../../models/similarity.ts';
import { StringNumbers } from '../../models/string-numbers.ts';
import { StringTable } from '../../models/string-table.ts';
import { bisectingKMeans, type Clustering } from '../numerics/bisecting-k-means.ts';
import { DistinctRows } from '../numerics/distinct-rows.ts';
import type { Interactions } from '../numerics/interactions.ts';
import { inverseFrequencies } from '../numerics/tf-idf.ts';
import { trainingDegenerate } from '../training-degenerate.ts';
import { similarityCurves } from './similarity-curves.ts';
import { type DonorLaw, type DonorPair, donorPairs, sampleDonors } from './similarity-donors.ts';
import type { DonorFeatures, SimilarityRows } from './similarity-rows.ts';

/** TAAR's (spec/taar-training.md section 10). */
const BANDWIDTH = 0.35;
const ITERATIONS = 20;

/** How donors are chosen. */
export interface SimilarityTraining {
  readonly clusters: number;
  /** About so many are drawn. */
  readonly donors: number;
  readonly law: DonorLaw;
  /** A donor shows a city, locale or system that at least so many clients have. */
  readonly minSharing: number;
  readonly seed: number;
}

export const SIMILARITY_TRAINING: SimilarityTraining = {
  clusters: 20,
  donors: 1000,
  law: 'squared',
  minSharing: 20,
  seed: 42,
};

/** A model and how it came about. */
export interface TrainedSimilarity {
  readonly model: SimilarityModel;
  readonly clusters: number;
  /** Which of the rows each donor is. */
  readonly donorRows: readonly number[];
}

/**
 * Donors and curves of the clients (section 10). Pure: rows in the same order give the same model.
 * @throws TaarError `training-degenerate` (halt) where the clients are too few or too equal
 */
export function trainSimilarity(rows: SimilarityRows, training: SimilarityTraining): TrainedSimilarity {
  const { clusters, clusterOf } = clusterClients(rows, training);
  const { donors } = sampleDonors(
    clusterOf,
    { wanted: training.donors, law: training.law },
    {
      stratified: (row) => rows.drawOf(row, 'stratified'),
      second: (row) => rows.drawOf(row, 'second'),
    },
  );
  if (donors.length === 0) throw trainingDegenerate('there are no donors');
  const shown = donors.map((row) => rows.coarseFeaturesOf(row, training.minSharing));
  const pairs = donorPairs(
    donors.map((row) => clusterOf[row] ?? 0),
    (donor) => rows.drawOf(donors[donor] ?? 0, 'coin'),
  );
  // One side as it is, the other as it is shown: so serving compares a client and a donor.
  const own = donors.map((row) => rows.featuresOf(row));
  const curves = similarityCurves(
    pairDistances(pairs.same, own, shown),
    pairDistances(pairs.different, own, shown),
    BANDWIDTH,
  );
  const addons = donors.map((row) => Array.from(rows.addonsOf(row), (addon) => rows.guids[addon] ?? ''));
  return { model: { ...donorColumns(shown, addons), ...curves }, clusters, donorRows: donors };
}

/** The distance of each pair, of the first one's own features and what the second one shows. */
export function pairDistances(
  pairs: readonly DonorPair[],
  own: readonly DonorFeatures[],
  shown: readonly DonorFeatures[],
): Float64Array {
  return Float64Array.from(pairs, ([one, other]) => {
    const [x, y] = [own[one], shown[other]];
    return x === undefined || y === undefined ? Number.NaN : clientDistance(x, y);
  });
}

/** Clients as sets over a vocabulary of add-ons, equal ones put together. */
export interface ClientVectors {
  /** Guids, ascending by code point. */
  readonly vocabulary: readonly string[];
  readonly distinct: Interactions;
  /** What each add-on weighs (section 10.3). */
  readonly weights: Float64Array;
  /** Which of the distinct sets each client has. */
  readonly setOf: Uint32Array;
}

export function clientVectors(rows: SimilarityRows): ClientVectors {
  const vocabulary = [...rows.guids].sort(compareCodePoints);
  const rankOf = new Map(vocabulary.map((guid, rank) => [guid, rank]));
  const rankOfAddon = Uint32Array.from(rows.guids, (guid) => rankOf.get(guid) ?? 0);
  const setOfClient = (client: number): number[] =>
    [...new Set(rows.addonsOf(client))].map((addon) => rankOfAddon[addon] ?? 0).sort((a, b) => a - b);
  const sets = new DistinctRows(vocabulary.length);
  for (let client = 0; client < rows.clients; client++) sets.add(setOfClient(client));
  const distinct = sets.build();
  const find = sets.rowFinder();
  const setOf = Uint32Array.from({ length: rows.clients }, (_, client) => find(setOfClient(client)));
  return { vocabulary, distinct, weights: inverseFrequencies(distinct), setOf };
}

/** Clusters of clients by their add-ons: the cluster of each. */
export function clusterClients(
  rows: SimilarityRows,
  { clusters, seed }: Pick<SimilarityTraining, 'clusters' | 'seed'>,
): Clustering {
  const { distinct, weights, setOf } = clientVectors(rows);
  const found = bisectingKMeans(distinct, weights, {
    clusters,
    iterations: ITERATIONS,
    seed,
  });
  return { ...found, clusterOf: setOf.map((set) => found.clusterOf[set] ?? 0) };
}

/** The donors' part of a model: every field is there, and nothing else of a client. */
function donorColumns(shown: readonly DonorFeatures[], addons: readonly (readonly string[])[]) {
  const [guids, categories] = [new StringNumbers(), new StringNumbers()];
  const addonStarts = new Uint32Array(addons.length + 1);
  for (const [d, own] of addons.entries()) addonStarts[d + 1] = (addonStarts[d] ?? 0) + own.length;
  const addonNumbers = Uint32Array.from(addons.flat(), (guid) => guids.numberOf(guid));
  const categorical = Uint32Array.from(
    shown.flatMap(({ geoCity, locale, os }) => [geoCity, locale, os]),
    (text) => categories.numberOf(text),
  );
  const continuous = Float64Array.from(
    shown.flatMap((one) => [
      one.subsessionLength,
      one.bookmarkCount,
      one.tabOpenCount,
      one.totalUri,
      one.uniqueTlds,
    ]),
  );
  return {
    continuous,
    continuousStates: new Uint8Array(continuous.length).fill(FIELD_STATES.present),
    categorical,
    categoricalStates: new Uint8Array(categorical.length).fill(FIELD_STATES.present),
    categories: StringTable.of(categories.strings()),
    guids: StringTable.of(guids.strings()),
    addonStarts,
    addons: addonNumbers,
  };
}
