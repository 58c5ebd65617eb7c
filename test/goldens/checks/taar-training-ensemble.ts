import type { ClientFeatures } from '../../../src/domain/client-features.ts';
import { cllr, type ScoredAddon } from '../../../src/trainers/addons/cllr.ts';
import {
  acceptWeights,
  costsOf,
  type EnsembleMember,
  ensembleOf,
  TAAR_NET,
  trainEnsemble,
} from '../../../src/trainers/addons/ensemble.ts';
import { type HeldOutClient, withNewestHidden } from '../../../src/trainers/addons/ensemble-rows.ts';
import {
  fitLogisticRegression,
  type LogisticRegression,
} from '../../../src/trainers/numerics/logistic-regression.ts';
import { addonModels } from '../../serving/addon-models.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';
import { checkNumbers, checkPairs, type Pair, pairsOf, SUMMED, type Tolerance } from '../near.ts';
import { featuresOf, type TaarProfile } from '../taar-profile.ts';
import { addonRecord, type ProfileRow, type ProfilesGolden } from '../training-rows.ts';

interface EnsembleGolden {
  readonly meta: {
    readonly order: readonly string[];
    readonly recommendation_limit: number;
    readonly dataset_copies: number;
  };
  readonly models: {
    readonly item_matrix: unknown;
    readonly addon_mapping: unknown;
    readonly donors: unknown;
    readonly lr_curves: unknown;
    readonly top10_dict: unknown;
  };
  readonly cases: readonly {
    readonly profile: TaarProfile;
    readonly expected_addon: string;
    readonly recs: readonly (readonly Pair[])[];
    readonly features: readonly number[];
    readonly label: number;
  }[];
  readonly cllr_unit_cases: readonly {
    readonly recs: readonly ScoredAddon[];
    readonly expected: string;
    readonly cllr: number;
  }[];
  readonly expected: {
    readonly coefficients: readonly number[];
    readonly intercept: number;
    readonly objective: number;
    readonly feature_std: readonly number[];
    readonly valid: boolean;
  };
  readonly regression_only: {
    readonly X: readonly (readonly number[])[];
    readonly y: readonly number[];
    readonly expected_coefficients: readonly number[];
    readonly expected_intercept: number;
    readonly expected_objective: number;
    readonly valid: boolean;
  };
}

/** The numbers of a row that the ensemble uses beside those of every trainer. */
interface UsageRow extends ProfileRow {
  readonly subsession_hours_sum: number | null;
  readonly places_bookmarks_count_mean: number | null;
  readonly scalar_parent_browser_engagement_tab_open_event_count_sum: number | null;
  readonly scalar_parent_browser_engagement_total_uri_count_sum: number | null;
  readonly scalar_parent_browser_engagement_unique_domains_count_max: number | null;
}

const COST_TOLERANCE: Tolerance = { relative: 0, absolute: 1e-9 };
const UNIT_TOLERANCE: Tolerance = { relative: 0, absolute: 1e-12 };
const COEFFICIENT_TOLERANCE: Tolerance = { relative: 0, absolute: 1e-6 };
const OBJECTIVE_TOLERANCE: Tolerance = { relative: 0, absolute: 1e-9 };

/** Hidden add-ons, what the lists for them cost, and the weights (spec/taar-training.md section 11). */
export const check: GoldenCheck = {
  file: 'taar-training/ensemble',
  async run(data, report, files) {
    const golden = data as EnsembleGolden;
    const { rows } = (await files.load('taar-training/profiles')) as ProfilesGolden & {
      rows: readonly UsageRow[];
    };
    for (const [i, { recs, expected, cllr: cost }] of golden.cllr_unit_cases.entries()) {
      checkNumbers(report, `cost ${i}`, [cllr(recs, expected)], [cost], UNIT_TOLERANCE);
    }
    const clients = rows
      .filter(isAsked)
      .map(heldOut)
      .filter((client) => client !== undefined);
    report.equal('clients', clients, golden.cases.map(clientOf));
    const members = membersOf(golden);
    reportLists(report, golden, members);
    reportWeights(report, golden, trainEnsemble(clients, members));
    reportRegression(report, golden);
  },
};

/** The original asks for the raw channel, not for the normalised one. */
function isAsked({ client_id, channel, app_name }: UsageRow): boolean {
  return client_id !== null && channel === 'release' && app_name === 'Firefox';
}

function heldOut(row: UsageRow): HeldOutClient | undefined {
  const addons = (row.active_addons ?? []).map(addonRecord).filter((addon) => addon !== undefined);
  const hours = row.subsession_hours_sum;
  return withNewestHidden(addons, {
    locale: row.locale,
    os: row.os,
    geoCity: row.city,
    subsessionLength: hours === null ? null : hours * 3600,
    bookmarkCount: row.places_bookmarks_count_mean,
    tabOpenCount: row.scalar_parent_browser_engagement_tab_open_event_count_sum,
    totalUri: row.scalar_parent_browser_engagement_total_uri_count_sum,
    uniqueTlds: row.scalar_parent_browser_engagement_unique_domains_count_max,
  });
}

function clientOf({ profile, expected_addon }: EnsembleGolden['cases'][number]): HeldOutClient {
  return { features: featuresOf(profile), hidden: expected_addon };
}

/** The recommenders that serve, over the golden's models. */
function membersOf({ models, meta }: EnsembleGolden): EnsembleMember[] {
  const { items, collaborative, similarity, locale } = addonModels({ ...models, locale: models.top10_dict });
  if (collaborative === undefined || similarity === undefined || locale === undefined) {
    throw new Error('the golden lacks a model');
  }
  const ask: Readonly<Record<string, EnsembleMember['recommend']>> = {
    collaborative: ({ installed }, limit) => pairsOf(items, collaborative.recommend(installed, limit)),
    similarity: (client, limit) => pairsOf(items, similarity.recommend(client, limit)),
    locale: (client: ClientFeatures, limit) => pairsOf(items, locale.recommend(client.locale, limit)),
  };
  return meta.order.map((name) => {
    const recommend = ask[name];
    if (recommend === undefined) throw new Error(`there is no recommender ${name}`);
    return { name, parent: `${name}/golden`, recommend };
  });
}

function reportLists(report: GoldenReport, golden: EnsembleGolden, members: readonly EnsembleMember[]): void {
  const { recommendation_limit: limit } = golden.meta;
  for (const [i, one] of golden.cases.entries()) {
    const client = clientOf(one);
    for (const [at, { name, recommend }] of members.entries()) {
      checkPairs(report, `${name} ${i}`, recommend(client.features, limit), one.recs[at] ?? [], SUMMED);
    }
    const costs = costsOf(client, members);
    checkNumbers(report, `costs ${i}`, costs, one.features, COST_TOLERANCE);
    report.check(`label ${i}`, costs.some((cost) => cost > 0) === (one.label === 1));
  }
}

function reportWeights(
  report: GoldenReport,
  { expected, cases, meta }: EnsembleGolden,
  trained: ReturnType<typeof trainEnsemble>,
): void {
  if (trained === undefined) {
    report.check('weights', false, 'nothing was trained');
    return;
  }
  const { model, regression, clients, found, parents } = trained;
  report.equal('rows', [clients, found], [cases.length, cases.filter(({ label }) => label === 1).length]);
  report.equal('recommenders', model.recommenders.toArray(), meta.order);
  report.equal(
    'parents',
    parents,
    meta.order.map((name) => `${name}/golden`),
  );
  checkNumbers(report, 'deviations', [...regression.deviations], expected.feature_std, COST_TOLERANCE);
  reportFit(report, 'ensemble', regression, expected);
  report.equal('accepted', acceptWeights(model).accepted, expected.valid);
}

function reportRegression(report: GoldenReport, { regression_only: only, meta }: EnsembleGolden): void {
  const features = only.X[0]?.length ?? 0;
  const fitted = fitLogisticRegression(
    {
      features,
      values: Float64Array.from(only.X.flat()),
      labels: Uint8Array.from(only.y),
      multiplicity: new Float64Array(only.y.length).fill(meta.dataset_copies),
    },
    TAAR_NET,
  );
  reportFit(report, 'regression', fitted, {
    coefficients: only.expected_coefficients,
    intercept: only.expected_intercept,
    objective: only.expected_objective,
  });
  const members = meta.order.map((name) => ({ name, parent: name, recommend: () => [] }));
  report.equal(
    'regression accepted',
    acceptWeights(ensembleOf(members, fitted.coefficients)).accepted,
    only.valid,
  );
  for (const wrong of [0, -0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    const verdict = acceptWeights(ensembleOf(members, fitted.coefficients.with(1, wrong)));
    report.check(`a weight of ${wrong} is refused`, !verdict.accepted);
  }
}

function reportFit(
  report: GoldenReport,
  id: string,
  fitted: LogisticRegression,
  expected: {
    readonly coefficients: readonly number[];
    readonly intercept: number;
    readonly objective: number;
  },
): void {
  const numbers = [...fitted.coefficients, fitted.intercept];
  const wanted = [...expected.coefficients, expected.intercept];
  checkNumbers(report, `${id} coefficients`, numbers, wanted, COEFFICIENT_TOLERANCE);
  checkNumbers(report, `${id} objective`, [fitted.objective], [expected.objective], OBJECTIVE_TOLERANCE);
}
