import { CONTINUOUS_FIELDS, donorsOf } from '../../../src/models/similarity.ts';
import {
  clientVectors,
  clusterClients,
  pairDistances,
  SIMILARITY_TRAINING,
  trainSimilarity,
} from '../../../src/trainers/addons/similarity.ts';
import { similarityCurves } from '../../../src/trainers/addons/similarity-curves.ts';
import {
  clusterShares,
  type DonorPair,
  donorPairs,
  sampleDonors,
} from '../../../src/trainers/addons/similarity-donors.ts';
import {
  type DonorFeatures,
  type SimilarityRows,
  SimilarityRowsBuilder,
} from '../../../src/trainers/addons/similarity-rows.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';
import { checkNumbers } from '../near.ts';
import { addonRecord, type ProfileRow, type ProfilesGolden } from '../training-rows.ts';

interface LegacyDonor {
  readonly city: string | null;
  readonly subsession_hours_sum: number | null;
  readonly locale: string | null;
  readonly os: string | null;
  readonly bookmark_count: number | null;
  readonly tab_open_count: number | null;
  readonly total_uri: number | null;
  readonly unique_tlds: number | null;
  readonly active_addons: readonly string[];
}

interface SimilarityGolden {
  readonly meta: {
    readonly num_donors: number;
    readonly bandwidth: number;
    readonly k: number;
    readonly reference_sse: number;
  };
  readonly expected_client_addons: Readonly<Record<string, readonly string[]>>;
  readonly expected_idf: Readonly<Record<string, number>>;
  readonly client_order: readonly string[];
  readonly planted_topic: readonly number[];
  readonly given_cluster: readonly number[];
  readonly expected_cluster_fraction: Readonly<Record<string, number>>;
  readonly injected_u_stratified: readonly number[];
  readonly injected_u_second: readonly number[];
  readonly expected_stratified_client_index: readonly number[];
  readonly expected_second_fraction: number;
  readonly expected_donor_client_index: readonly number[];
  readonly expected_donors: readonly LegacyDonor[];
  readonly donor_cluster: readonly number[];
  readonly given_same_pairs: readonly DonorPair[];
  readonly given_diff_pairs: readonly DonorPair[];
  readonly expected_same_scores: readonly number[];
  readonly expected_diff_scores: readonly number[];
  readonly expected_lr_curves: readonly (readonly [number, readonly [number, number]])[];
}

type CountersRow = ProfileRow & {
  readonly subsession_hours_sum: number | null;
  readonly places_bookmarks_count_mean: number | null;
  readonly scalar_parent_browser_engagement_tab_open_event_count_sum: number | null;
  readonly scalar_parent_browser_engagement_total_uri_count_sum: number | null;
  readonly scalar_parent_browser_engagement_unique_domains_count_mean: number | null;
};

const EXACT = { relative: 1e-12, absolute: 0 };
const CURVES = { relative: 1e-9, absolute: 0 };
const MAX_ERROR_RATIO = 1.05;
const MIN_TOPIC_INFORMATION = 0.35;
const SECONDS_PER_HOUR = 3600;

/** Our donors say nothing where TAAR's said null. */
const UNKNOWN_IS_EMPTY = 'what a donor does not say is empty or 0 (section 10.6)';

/** Rows, weights, donors, distances and curves; clusters by their properties (spec/taar-training.md section 10). */
export const check: GoldenCheck = {
  file: 'taar-training/similarity',
  async run(data, report, files) {
    const golden = data as SimilarityGolden;
    const input = (await files.load('taar-training/profiles')) as ProfilesGolden;
    const { rows, clients } = rowsOf(input, 1);
    reportRows(report, golden, rows, clients);
    reportDonors(report, golden, rows);
    reportCurves(report, golden);
    reportClusters(report, golden, rows);
    reportModel(report, golden, rowsOf(input, SECONDS_PER_HOUR).rows);
  },
};

/** @param perHour the unit of the golden's session lengths: 1 keeps its hours */
function rowsOf({ rows, curated_whitelist }: ProfilesGolden, perHour: number) {
  const builder = new SimilarityRowsBuilder(new Set(curated_whitelist), 1);
  const clients: string[] = [];
  for (const row of rows as readonly CountersRow[]) {
    const { client_id, app_name, channel, active_addons } = row;
    if (client_id === null || app_name !== 'Firefox' || channel !== 'release') continue;
    const addons = (active_addons ?? []).map(addonRecord).filter((addon) => addon !== undefined);
    const features = {
      geoCity: row.city,
      locale: row.locale,
      os: row.os,
      subsessionLength: row.subsession_hours_sum === null ? null : row.subsession_hours_sum * perHour,
      bookmarkCount: row.places_bookmarks_count_mean,
      tabOpenCount: row.scalar_parent_browser_engagement_tab_open_event_count_sum,
      totalUri: row.scalar_parent_browser_engagement_total_uri_count_sum,
      uniqueTlds: row.scalar_parent_browser_engagement_unique_domains_count_mean,
    };
    if (builder.add(client_id, features, addons)) clients.push(client_id);
  }
  return { rows: builder.build(), clients };
}

function reportRows(
  report: GoldenReport,
  golden: SimilarityGolden,
  rows: SimilarityRows,
  clients: readonly string[],
): void {
  report.equal('clients', clients, golden.client_order);
  const addons = Object.fromEntries(clients.map((client, row) => [client, addonsOf(rows, row)]));
  report.equal('their add-ons', addons, golden.expected_client_addons);
  const { vocabulary, weights } = clientVectors(rows);
  const expected = Object.keys(golden.expected_idf).sort();
  report.equal('vocabulary', vocabulary, expected);
  const idf = expected.map((guid) => golden.expected_idf[guid] ?? Number.NaN);
  checkNumbers(report, 'weights of add-ons', Array.from(weights), idf, EXACT);
}

function reportDonors(report: GoldenReport, golden: SimilarityGolden, rows: SimilarityRows): void {
  const shares = Object.values(golden.expected_cluster_fraction);
  const clusterOf = Uint32Array.from(golden.given_cluster);
  checkNumbers(report, 'fractions of clusters', clusterShares(clusterOf), shares, EXACT);
  const sample = sampleDonors(
    clusterOf,
    { wanted: golden.meta.num_donors, law: 'squared' },
    {
      stratified: (row) => golden.injected_u_stratified[row] ?? 1,
      second: (row) => golden.injected_u_second[row] ?? 1,
    },
  );
  report.equal('stratified', sample.stratified, golden.expected_stratified_client_index);
  checkNumbers(report, 'second fraction', [sample.secondFraction], [golden.expected_second_fraction], EXACT);
  report.equal('donors', sample.donors, golden.expected_donor_client_index);
  for (const [d, expected] of golden.expected_donors.entries()) {
    const row = sample.donors[d] ?? -1;
    const actual = { ...rows.featuresOf(row), addons: addonsOf(rows, row) };
    if (Object.values(expected).includes(null)) report.rule(UNKNOWN_IS_EMPTY);
    report.equal(`donor ${d}`, actual, { ...featuresOf(expected), addons: expected.active_addons });
  }
}

function reportCurves(report: GoldenReport, golden: SimilarityGolden): void {
  const { donor_cluster, given_same_pairs, given_diff_pairs, expected_lr_curves } = golden;
  const { same, different } = donorPairs(donor_cluster, (donor) => (donor % 2) / 2);
  const sorted = (pairs: readonly DonorPair[]): string[] => pairs.map(String).sort();
  report.equal('pairs of different clusters', sorted(different), sorted(given_diff_pairs));
  const paired = same.flat();
  const isProper = same.every(([one, other]) => donor_cluster[one] === donor_cluster[other]);
  report.check('pairs of one cluster', isProper && new Set(paired).size === paired.length && same.length > 0);
  const donors = golden.expected_donors.map(featuresOf);
  const alike = pairDistances(given_same_pairs, donors, donors);
  const unlike = pairDistances(given_diff_pairs, donors, donors);
  checkNumbers(report, 'distances in a cluster', [...alike], golden.expected_same_scores, EXACT);
  checkNumbers(report, 'distances between clusters', [...unlike], golden.expected_diff_scores, EXACT);
  const curves = similarityCurves(alike, unlike, golden.meta.bandwidth);
  const [xs, likes, unlikes] = [curves.distances, curves.numerators, curves.denominators].map((x) => [...x]);
  const expected = [0, 1, 2].map((part) =>
    expected_lr_curves.map(
      ([x, [numerator, denominator]]) => [x, numerator, denominator][part] ?? Number.NaN,
    ),
  );
  for (const [part, name] of ['points', 'curve of one cluster', 'curve between clusters'].entries()) {
    checkNumbers(report, name, [xs, likes, unlikes][part] ?? [], expected[part] ?? [], CURVES);
  }
}

function reportClusters(report: GoldenReport, golden: SimilarityGolden, rows: SimilarityRows): void {
  const { k, reference_sse } = golden.meta;
  for (const seed of [1, 2, 3]) {
    const { clusters, clusterOf, squaredError } = clusterClients(rows, { clusters: k, seed });
    const used = new Set(clusterOf);
    report.check(
      `clusters ${seed}`,
      clusters <= k && used.size === clusters && clusterOf.length === rows.clients,
    );
    const ratio = squaredError / reference_sse;
    report.check(`squared error ${seed}`, ratio <= MAX_ERROR_RATIO, `${ratio} of the reference`);
    const shared = sharedInformation([...clusterOf], golden.planted_topic);
    report.check(`planted topics ${seed}`, shared >= MIN_TOPIC_INFORMATION, `shares ${shared}`);
  }
}

/** The whole way with our own draws. */
function reportModel(report: GoldenReport, { meta }: SimilarityGolden, rows: SimilarityRows): void {
  const training = { ...SIMILARITY_TRAINING, donors: meta.num_donors };
  const { model, donorRows } = trainSimilarity(rows, training);
  const donors = donorsOf(model);
  report.check('own donors', donors > meta.num_donors / 2 && donors < meta.num_donors * 2, `${donors}`);
  const { distances, numerators, denominators } = model;
  report.check(
    'own points',
    distances.length === 1000 && distances.every((x, i) => i === 0 || x > (distances[i - 1] ?? x)),
  );
  const numbers = [...numerators, ...denominators, ...model.continuous];
  report.check('own numbers are finite', numbers.every(Number.isFinite));
  const seconds = donorRows.map((row) => rows.featuresOf(row).subsessionLength);
  report.equal(
    'seconds of our donors',
    donorRows.map((_, d) => model.continuous[d * CONTINUOUS_FIELDS.length]),
    seconds,
  );
}

function addonsOf(rows: SimilarityRows, row: number): string[] {
  return Array.from(rows.addonsOf(row), (addon) => rows.guids[addon] ?? '');
}

function featuresOf(donor: LegacyDonor): DonorFeatures {
  return {
    geoCity: donor.city ?? '',
    locale: donor.locale ?? '',
    os: donor.os ?? '',
    subsessionLength: donor.subsession_hours_sum ?? 0,
    bookmarkCount: donor.bookmark_count ?? 0,
    tabOpenCount: donor.tab_open_count ?? 0,
    totalUri: donor.total_uri ?? 0,
    uniqueTlds: donor.unique_tlds ?? 0,
  };
}

/** The mutual information of two labellings as a share of the mean of their entropies. */
function sharedInformation(ones: readonly number[], others: readonly number[]): number {
  const [one, other] = [entropy(ones.map(String)), entropy(others.map(String))];
  const both = entropy(ones.map((label, i) => `${label} ${others[i]}`));
  return (2 * (one + other - both)) / (one + other);
}

function entropy(labels: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts.values()].reduce(
    (sum, count) => sum - (count / labels.length) * Math.log(count / labels.length),
    0,
  );
}
