import { sha256Hex } from '../../../src/domain/client-key.ts';
import type { OpenProfile, Profile } from '../../../src/domain/profile.ts';
import { coinstallModel } from '../../../src/trainers/addons/coinstall.ts';
import { LocaleCounts } from '../../../src/trainers/addons/locale-counts.ts';
import { rankingModel } from '../../../src/trainers/addons/ranking.ts';
import {
  type TrainingProfiles,
  TrainingProfilesBuilder,
} from '../../../src/trainers/addons/training-profiles.ts';
import { aggregatedStates } from '../aggregated-rows.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';
import { reportCoinstall, reportRanking } from '../training-artifacts.ts';
import { addonRecord, type ProfileRow, type ProfilesGolden } from '../training-rows.ts';

interface DeletionGolden {
  readonly deleted_client_ids: readonly string[];
  readonly deleted_row_keys: readonly string[];
  readonly expected_guid_coinstallation: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly expected_guid_install_ranking: Readonly<Record<string, number>>;
  readonly expected_clients_per_locale: Readonly<Record<string, number>>;
  readonly expected_locales: readonly string[];
}

/** Profiles through the real aggregate, then deletions, then training on what is left. */
export const check: GoldenCheck = {
  file: 'taar-training/deletion',
  async run(data, report, files) {
    const golden = data as DeletionGolden;
    const input = (await files.load('taar-training/profiles')) as ProfilesGolden;
    const states = aggregatedStates(input.rows, golden.deleted_client_ids);
    const open = [...states.values()].filter((state) => state.kind === 'open');
    const profiles = survivors(open, input.rows);
    const webExtensions = new Set(input.addons_database_webext);
    const coinstall = coinstallModel({ profiles, webExtensions, minPairCount: 1 });
    const ranking = rankingModel(profiles);
    reportCoinstall(report, coinstall, golden.expected_guid_coinstallation);
    reportRanking(report, ranking, golden.expected_guid_install_ranking);
    reportLocales(report, open, input.curated_whitelist, golden);
    reportGone(report, states, golden);
    const guids = [...coinstall.guids.toArray(), ...ranking.guids.toArray()].join('\n');
    const ids = [...golden.deleted_client_ids, ...golden.deleted_row_keys];
    report.check('models name no deleted client', !ids.some((id) => guids.includes(id)));
  },
};

/** Rows without a client id never become a profile; the original's ranking knows their add-ons, with 0. */
function survivors(open: readonly OpenProfile[], rows: readonly ProfileRow[]): TrainingProfiles {
  const builder = new TrainingProfilesBuilder();
  for (const { addons, facts } of open) {
    builder.add(addons?.addons ?? [], facts?.channel?.value === 'release');
  }
  for (const { client_id, active_addons } of rows) {
    if (client_id !== null) continue;
    builder.add(
      (active_addons ?? []).map(addonRecord).filter((addon) => addon !== undefined),
      false,
      false,
    );
  }
  return builder.build();
}

/** Every deleted client has a closed row without data, which is what keeps late pings out; its raw id is nowhere. */
function reportGone(
  report: GoldenReport,
  states: ReadonlyMap<string, Profile>,
  { deleted_client_ids, deleted_row_keys }: DeletionGolden,
): void {
  const text = JSON.stringify([...states]);
  report.equal('row keys', deleted_client_ids.map(sha256Hex).sort(), [...deleted_row_keys].sort());
  for (const id of deleted_client_ids) {
    const state = states.get(sha256Hex(id));
    const closed = state?.kind === 'closed' && state.final;
    report.check(`gone ${sha256Hex(id)}`, closed && !text.includes(id), `state ${state?.kind}`);
    if (closed) report.rule('a deleted key stays as a closed row without data, so that nothing comes back');
  }
}

/** The locale trainer's counts (spec/taar-training.md section 6.2 to 6.6); which add-on counts does not matter. */
function reportLocales(
  report: GoldenReport,
  open: readonly OpenProfile[],
  curated: readonly string[],
  golden: DeletionGolden,
): void {
  const counts = new LocaleCounts(curated, (_, [first]) => first);
  for (const { addons, facts } of open) {
    if (facts?.channel?.value.split('/')[0] !== 'release') continue;
    counts.add('somebody', facts.locale?.value ?? null, addons?.addons ?? []);
  }
  const locales = [...counts.locales()];
  const clients = locales.filter((count) => count.clients > 0);
  report.equal(
    'locales',
    locales.map(({ locale }) => locale),
    [...golden.expected_locales].sort(),
  );
  report.equal(
    'clients per locale',
    Object.fromEntries(clients.map(({ locale, clients }) => [locale, clients])),
    golden.expected_clients_per_locale,
  );
}
