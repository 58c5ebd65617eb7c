import { javaHash, positiveJavaHash } from '../../../src/domain/addon-hash.ts';
import { type CatalogueAddon, legacyMapping } from '../../../src/trainers/addons/collaborative-mapping.ts';
import { countsForFactors } from '../../../src/trainers/addons/collaborative-rows.ts';
import { fitPlainAls, objective } from '../../../src/trainers/numerics/als.ts';
import { foldErrors } from '../../../src/trainers/numerics/als-cross-validation.ts';
import { fitAls } from '../../../src/trainers/numerics/als-fit.ts';
import { bestOf, TAAR_GRID } from '../../../src/trainers/numerics/als-grid.ts';
import { type AlsOptions, PER_COUNT } from '../../../src/trainers/numerics/als-options.ts';
import { startingUsers } from '../../../src/trainers/numerics/als-start.ts';
import type { Interactions } from '../../../src/trainers/numerics/interactions.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';
import { addonRecord, type ProfilesGolden } from '../training-rows.ts';

interface AlsGolden {
  readonly meta: {
    readonly rank: number;
    readonly regParam: number;
    readonly alpha: number;
    readonly iters: number;
    readonly init_seed: number;
  };
  readonly client_items: readonly (readonly [string, readonly number[]])[];
  readonly items: readonly string[];
  readonly hash: Readonly<Record<string, number>>;
  readonly java_hash: Readonly<Record<string, number>>;
  readonly expected_first_init_row: readonly number[];
  readonly expected_item_factors_after_2_iters: readonly (readonly number[])[];
  readonly expected_item_factors_final: readonly (readonly number[])[];
  readonly expected_objective_per_iteration: readonly number[];
  readonly expected_addon_mapping: unknown;
  readonly cv: CrossValidationGolden;
}

interface CrossValidationGolden {
  readonly init_seed: number;
  readonly clients: number;
  readonly items: readonly string[];
  readonly ratings: readonly (readonly [number, number])[];
  readonly fold_of_rating: readonly number[];
  readonly expected: readonly {
    readonly rank: number;
    readonly regParam: number;
    readonly alpha: number;
    readonly avg_rmse: number;
    readonly fold_rmse: readonly number[];
  }[];
  readonly expected_best: { readonly rank: number; readonly regParam: number; readonly alpha: number };
}

interface AmoGolden {
  readonly search_records: Readonly<Record<string, AmoRecord>>;
}

interface AmoRecord {
  readonly default_locale: string;
  readonly name: Readonly<Record<string, string>> | null;
  readonly current_version: {
    readonly files: readonly { readonly status: string; readonly is_webextension: boolean | null }[];
  } | null;
}

const EARLY_TOLERANCE = 1e-9;
const FINAL_TOLERANCE = 1e-6;
const OBJECTIVE_TOLERANCE = 1e-9;
const FREE_START_TOLERANCE = 0.02;
const ERROR_TOLERANCE = 1e-6;
const SINGLE_PRECISION = { factors: 1e-3, objective: 1e-4 };
const ITERATIONS = 20;

/** The factors, their objective, and the choice of options (spec/taar-training.md section 9). */
export const check: GoldenCheck = {
  file: 'taar-training/als',
  async run(data, report, files) {
    const golden = data as AlsGolden;
    const { search_records: records } = (await files.load('taar-training/amo')) as AmoGolden;
    for (const [text, hash] of Object.entries(golden.hash)) {
      report.equal(`hash of ${text}`, positiveJavaHash(text), hash);
    }
    for (const [text, hash] of Object.entries(golden.java_hash)) {
      report.equal(`Java's hash of ${text}`, javaHash(text), hash);
    }
    reportClients(report, golden, (await files.load('taar-training/profiles')) as ProfilesGolden, records);
    reportFit(report, golden);
    reportFastFit(report, golden);
    reportFreeStart(report, golden);
    reportCrossValidation(report, golden.cv);
    const addons = golden.items.map((guid) => catalogueAddon(guid, records[guid]));
    report.equal('add-on mapping', legacyMapping(addons), golden.expected_addon_mapping);
  },
};

function optionsOf({ meta }: AlsGolden): AlsOptions {
  return {
    factors: meta.rank,
    lambda: meta.regParam,
    alpha: meta.alpha,
    iterations: meta.iters,
    seed: meta.init_seed,
    countExponent: PER_COUNT,
  };
}

function reportFit(report: GoldenReport, golden: AlsGolden): void {
  const options = optionsOf(golden);
  const clients = clientsOf(golden);
  const start = goldenStart(golden.client_items.length, options.factors, options.seed);
  report.check(
    'the first row',
    farthest(start.subarray(0, options.factors), golden.expected_first_init_row) === 0,
  );
  let before = Number.POSITIVE_INFINITY;
  const { items } = fitPlainAls(clients, options, start, (fitted, iteration) => {
    if (iteration === 1) {
      const off = farthest(fitted.items, golden.expected_item_factors_after_2_iters.flat());
      report.check('factors after 2 iterations', off <= EARLY_TOLERANCE, `off by ${off}`);
    }
    const value = objective(clients, fitted, options);
    const expected = golden.expected_objective_per_iteration[iteration] ?? Number.NaN;
    const isNear = Math.abs(value - expected) <= OBJECTIVE_TOLERANCE * expected;
    report.check(`objective ${iteration + 1}`, isNear && value <= before, `${value} instead of ${expected}`);
    before = value;
  });
  const off = farthest(items, golden.expected_item_factors_final.flat());
  report.check('factors at the end', off <= FINAL_TOLERANCE, `off by ${off}`);
}

/** Section 9.2 and 9.3: whose add-ons count, and which. */
function reportClients(
  report: GoldenReport,
  golden: AlsGolden,
  { rows, curated_whitelist }: ProfilesGolden,
  records: AmoGolden['search_records'],
): void {
  const items = new Set(curated_whitelist.filter((guid) => guid in records));
  const counted = rows.flatMap(({ client_id, app_name, channel, active_addons }) => {
    if (client_id === null || app_name !== 'Firefox' || channel !== 'release') return [];
    const addons = (active_addons ?? []).map(addonRecord).filter((addon) => addon !== undefined);
    const guids = addons
      .filter((addon) => countsForFactors(addon) && items.has(addon.id))
      .map(({ id }) => id);
    return guids.length === 0 ? [] : [[client_id, [...new Set(guids)].sort()] as const];
  });
  const expected = golden.client_items.map(
    ([client, own]) => [client, own.map((item) => golden.items[item] ?? '').sort()] as const,
  );
  report.equal('clients and their add-ons', Object.fromEntries(counted), Object.fromEntries(expected));
}

function reportFastFit(report: GoldenReport, golden: AlsGolden): void {
  const options = optionsOf(golden);
  const clients = clientsOf(golden);
  const start = goldenStart(golden.client_items.length, options.factors, options.seed);
  const fitted = fitAls(clients, { ...options, solver: 'cholesky' }, { start });
  const off = farthest(fitted.items, golden.expected_item_factors_final.flat());
  report.check('factors in single precision', off <= SINGLE_PRECISION.factors, `off by ${off}`);
  const expected = golden.expected_objective_per_iteration.at(-1) ?? Number.NaN;
  const far = Math.abs(objective(clients, fitted, options) / expected - 1);
  report.check('objective in single precision', far <= SINGLE_PRECISION.objective, `off by ${far}`);
}

function reportFreeStart(report: GoldenReport, golden: AlsGolden): void {
  const options = optionsOf(golden);
  const clients = clientsOf(golden);
  const values: number[] = [];
  fitPlainAls(clients, options, startingUsers(clients, options.factors, 1, golden.items), (fitted) =>
    values.push(objective(clients, fitted, options)),
  );
  const expected = golden.expected_objective_per_iteration.at(-1) ?? Number.NaN;
  const off = Math.abs((values.at(-1) ?? Number.NaN) / expected - 1);
  report.check('objective from our own start', off <= FREE_START_TOLERANCE, `off by ${off}`);
  const falls = values.every((value, i) => i === 0 || value <= (values[i - 1] ?? 0));
  report.check('objective from our own start falls', falls, values.join(' '));
}

function reportCrossValidation(report: GoldenReport, golden: CrossValidationGolden): void {
  const { ratings, expected } = golden;
  const rows = Array.from({ length: golden.clients }, (_, client) =>
    ratings.flatMap(([owner, item], at) => (owner === client ? [{ item, at }] : [])),
  );
  const clients = interactionsOf(
    rows.map((row) => row.map(({ item }) => item)),
    golden.items.length,
  );
  const foldOf = Uint8Array.from(rows.flat(), ({ at }) => golden.fold_of_rating[at] ?? 0);
  const folds = Math.max(...foldOf) + 1;
  const means = TAAR_GRID.map((candidate, i) => {
    const options = { ...candidate, iterations: ITERATIONS, seed: 0, countExponent: PER_COUNT };
    const start = goldenStart(golden.clients, candidate.factors, golden.init_seed);
    const errors = foldErrors(clients, foldOf, folds, (training) => fitPlainAls(training, options, start));
    const off = farthest(errors, expected[i]?.fold_rmse ?? []);
    report.check(`errors of candidate ${i + 1}`, off <= ERROR_TOLERANCE, `off by ${off}`);
    return errors.reduce((sum, error) => sum + error, 0) / folds;
  });
  const off = farthest(
    means,
    expected.map(({ avg_rmse }) => avg_rmse),
  );
  report.check('mean errors', off <= ERROR_TOLERANCE, `off by ${off}`);
  const best = bestOf(
    TAAR_GRID,
    means.map((error) => -error),
  );
  const { rank: factors, regParam: lambda, alpha } = golden.expected_best;
  report.equal('best candidate', best, { factors, lambda, alpha });
}

/** One row of uniform numbers for each client, brought to length 1, from the golden's generator. */
function goldenStart(clients: number, factors: number, seed: number): Float64Array {
  const draw = mulberry32(seed);
  const start = new Float64Array(clients * factors);
  for (let client = 0; client < clients; client++) {
    const row = Float64Array.from({ length: factors }, () => draw() - 0.5);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    start.set(
      row.map((value) => value / length),
      client * factors,
    );
  }
  return start;
}

function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function clientsOf({ client_items, items }: AlsGolden): Interactions {
  return interactionsOf(
    client_items.map(([, own]) => own),
    items.length,
  );
}

function interactionsOf(rows: readonly (readonly number[])[], items: number): Interactions {
  const starts = new Uint32Array(rows.length + 1);
  for (const [user, row] of rows.entries()) starts[user + 1] = (starts[user] ?? 0) + row.length;
  return { users: rows.length, items, starts, itemOf: Uint32Array.from(rows.flat()) };
}

function catalogueAddon(guid: string, record: AmoRecord | undefined): CatalogueAddon {
  return {
    guid,
    name: record?.name?.[record.default_locale],
    isWebExtension: (record?.current_version?.files ?? []).some(
      ({ status, is_webextension }) => is_webextension === true && status.toLowerCase() === 'public',
    ),
  };
}

/** The largest absolute difference; infinite where one has more numbers. */
function farthest(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (actual[i] ?? Number.NaN))), 0);
}
