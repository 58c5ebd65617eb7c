import type { LocaleModel } from '../../../src/models/locale.ts';
import { localeModel } from '../../../src/trainers/addons/locale.ts';
import { type AddonChoice, keyedChoice, LocaleCounts } from '../../../src/trainers/addons/locale-counts.ts';
import {
  LOCALE_PRIVACY,
  type LocaleNoise,
  laplaceNoise,
  secretSource,
} from '../../../src/trainers/addons/locale-noise.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';
import { checkNumbers, checkPairs, type Pair } from '../near.ts';
import { addonRecord, type ProfileRow, type ProfilesGolden } from '../training-rows.ts';

type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

interface LocaleGolden {
  readonly expected_locales: readonly string[];
  readonly eligible_addons_by_client: Readonly<Record<string, readonly string[]>>;
  readonly injected_choice_by_client: Readonly<Record<string, string>>;
  readonly expected_raw_counts_nonzero: Counts;
  readonly expected_clients_per_locale: Readonly<Record<string, number>>;
  readonly injected_noise_by_locale_in_whitelist_order: Readonly<Record<string, readonly number[]>>;
  readonly expected_top10_dict_with_injected_noise: Readonly<Record<string, readonly Pair[]>>;
  readonly expected_weights_without_noise: Readonly<Record<string, readonly number[]>>;
}

const WEIGHTS = { relative: 1e-9, absolute: 0 };
const SILENCE: LocaleNoise = { addon: () => 0, clients: () => 0 };
/** Draws of noise; what the tolerances below are more than five standard deviations for. */
const DRAWS = 20_000;

/** Counts with the golden's choice, lists with the golden's noise (spec/taar-training.md section 6). */
export const check: GoldenCheck = {
  file: 'taar-training/locale',
  async run(data, report, files) {
    const golden = data as LocaleGolden;
    const { rows, curated_whitelist: curated } = (await files.load(
      'taar-training/profiles',
    )) as ProfilesGolden;
    const asked: Record<string, readonly string[]> = {};
    const counts = counted(rows, curated, (client, guids) => {
      asked[client] = guids;
      return golden.injected_choice_by_client[client];
    });
    reportCounts(report, golden, counts, asked);
    reportLists(report, golden, counts);
    reportOwnChoice(report, golden, rows, curated);
    reportOwnNoise(report);
  },
};

/** The golden's rows that the original looked at. */
function counted(rows: readonly ProfileRow[], curated: readonly string[], choose: AddonChoice): LocaleCounts {
  const counts = new LocaleCounts(curated, choose);
  for (const { client_id, app_name, channel, locale, active_addons } of rows) {
    if (client_id === null || app_name !== 'Firefox' || channel !== 'release') continue;
    const addons = (active_addons ?? []).map(addonRecord).filter((addon) => addon !== undefined);
    counts.add(client_id, locale, addons);
  }
  return counts;
}

function reportCounts(
  report: GoldenReport,
  golden: LocaleGolden,
  counts: LocaleCounts,
  asked: Readonly<Record<string, readonly string[]>>,
): void {
  const eligible = Object.entries(golden.eligible_addons_by_client).map(([client, guids]) => [
    client,
    [...guids].sort(),
  ]);
  report.equal('eligible add-ons', asked, Object.fromEntries(eligible));
  const locales = [...counts.locales()];
  report.equal(
    'locales',
    locales.map(({ locale }) => locale),
    golden.expected_locales,
  );
  report.equal('counts', nonZero(counts), golden.expected_raw_counts_nonzero);
  const clients = Object.fromEntries(locales.map(({ locale, clients }) => [locale, clients]));
  report.equal('clients', clients, golden.expected_clients_per_locale);
}

function reportLists(report: GoldenReport, golden: LocaleGolden, counts: LocaleCounts): void {
  const place = new Map(counts.curated.map((guid, i) => [guid, i]));
  const noised = localeModel(counts, {
    noise: {
      ...SILENCE,
      addon: (locale, guid) =>
        golden.injected_noise_by_locale_in_whitelist_order[locale]?.[place.get(guid) ?? -1] ?? Number.NaN,
    },
  });
  report.equal('noised locales', noised.locales.toArray(), golden.expected_locales);
  for (const [l, locale] of golden.expected_locales.entries()) {
    const expected = golden.expected_top10_dict_with_injected_noise[locale] ?? [];
    checkPairs(report, `list of ${locale}`, listOf(noised, l), expected, WEIGHTS);
  }
  const plain = localeModel(counts, { noise: SILENCE });
  for (const [l, locale] of golden.expected_locales.entries()) {
    const weights = listOf(plain, l).map(([, weight]) => weight);
    const expected = golden.expected_weights_without_noise[locale] ?? [];
    checkNumbers(report, `weights of ${locale} without noise`, weights, expected, WEIGHTS);
  }
}

/** Each client adds 1 to one add-on that it has, in its own locale; other seeds choose others. */
function reportOwnChoice(
  report: GoldenReport,
  golden: LocaleGolden,
  rows: readonly ProfileRow[],
  curated: readonly string[],
): void {
  const [one, other] = [1, 2].map((seed) => counted(rows, curated, keyedChoice(seed)));
  if (one === undefined || other === undefined) return;
  for (const { locale, clients, counts } of one.locales()) {
    const sum = counts.reduce((a, b) => a + b, 0);
    report.check(`own counts of ${locale}`, sum === clients, `${sum} instead of ${clients}`);
  }
  const foreign = Object.entries(golden.eligible_addons_by_client).filter(([client, guids]) => {
    const choice = keyedChoice(1)(client, [...guids].sort());
    return choice === undefined || !guids.includes(choice);
  });
  report.check('own choices', foreign.length === 0, `${foreign.length} clients lack what counts for them`);
  const same = JSON.stringify(nonZero(one)) === JSON.stringify(nonZero(other));
  report.check('another seed chooses others', !same);
}

function reportOwnNoise(report: GoldenReport): void {
  const [one, other] = ['one', 'other'].map((secret) =>
    laplaceNoise(secretSource(Buffer.from(secret), '2026-11-25'), LOCALE_PRIVACY),
  );
  const draws = Array.from({ length: DRAWS }, (_, i) => one?.addon(`l${i % 100}`, `g${i}`) ?? Number.NaN);
  const mean = meanOf(draws);
  report.check('mean of the noise', Math.abs(mean) <= 0.15, String(mean));
  const size = meanOf(draws.map(Math.abs));
  report.check('size of the noise', Math.abs(size / 2.5 - 1) <= 0.05, String(size));
  const variance = meanOf(draws.map((x) => (x - mean) ** 2));
  report.check('variance of the noise', Math.abs(variance / 12.5 - 1) <= 0.12, String(variance));
  // Neighbours: the same locale with another add-on, and their signs.
  const signs = meanOf(draws.slice(1).map((x, i) => Math.sign(x) * Math.sign(draws[i] ?? 0)));
  report.check('signs of neighbours', Math.abs(signs) <= 5 / Math.sqrt(DRAWS), String(signs));
  const others = draws.filter((x, i) => x === other?.addon(`l${i % 100}`, `g${i}`)).length;
  report.check('another secret, another noise', others < DRAWS / 1000, `${others} are equal`);
}

function nonZero(counts: LocaleCounts): Counts {
  return Object.fromEntries(
    [...counts.locales()].map(({ locale, counts: exact }) => [
      locale,
      Object.fromEntries(
        counts.curated.map((guid, i) => [guid, exact[i] ?? 0] as const).filter(([, count]) => count > 0),
      ),
    ]),
  );
}

function listOf({ guids, starts, addons, weights }: LocaleModel, locale: number): readonly Pair[] {
  return Array.from(addons.subarray(starts[locale], starts[locale + 1]), (addon, i) => [
    guids.at(addon),
    weights[(starts[locale] ?? 0) + i] ?? Number.NaN,
  ]);
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
}
