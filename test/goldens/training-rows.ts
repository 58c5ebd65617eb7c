import type { AddonRecord } from '../../src/domain/add-on.ts';
import {
  type TrainingProfiles,
  TrainingProfilesBuilder,
} from '../../src/trainers/addons/training-profiles.ts';

/** One row of `taar-training/profiles`, as far as the trainers look at it. */
export interface ProfileRow {
  readonly client_id: string | null;
  readonly submission_date: string;
  readonly app_name: string;
  readonly channel: string;
  readonly normalized_channel: string;
  readonly city: string | null;
  readonly locale: string | null;
  readonly os: string | null;
  readonly active_addons: readonly AddonRow[] | null;
}

/** The 16 fields of an add-on (spec/taar-training.md section 2.2). */
export interface AddonRow {
  readonly addon_id: string | null;
  readonly blocklisted: boolean | null;
  readonly name: string | null;
  readonly user_disabled: boolean | null;
  readonly app_disabled: boolean | null;
  readonly version: string | null;
  readonly scope: number | null;
  readonly type: string | null;
  readonly foreign_install: boolean | null;
  readonly has_binary_components: boolean | null;
  readonly install_day: number | null;
  readonly update_day: number | null;
  readonly signed_state: number | null;
  readonly is_system: boolean | null;
  readonly is_web_extension: boolean | null;
  readonly multiprocess_compatible: boolean | null;
}

export interface ProfilesGolden {
  readonly rows: readonly ProfileRow[];
  readonly curated_whitelist: readonly string[];
  readonly addons_database_webext: readonly string[];
}

/**
 * The channel that our profile would hold. The original asks for Firefox and, in co-installation, for the raw and the
 * normalised channel: a name of its own for whatever differs keeps such rows out.
 */
export function channelOf({ app_name, channel, normalized_channel }: ProfileRow): string {
  if (app_name !== 'Firefox') return `${app_name}/${channel}`;
  return channel === normalized_channel ? channel : `${channel}/${normalized_channel}`;
}

/** The rows in training columns. Rows without a client id make no pair, and count 0 in the ranking. */
export function trainingProfiles(rows: readonly ProfileRow[]): TrainingProfiles {
  const builder = new TrainingProfilesBuilder();
  for (const row of rows) {
    const addons = (row.active_addons ?? []).map(addonRecord).filter((addon) => addon !== undefined);
    const known = row.client_id !== null;
    builder.add(addons, known && channelOf(row) === 'release', known);
  }
  return builder.build();
}

/** The record of a row's add-on; undefined where it has no id. */
export function addonRecord(row: AddonRow): AddonRecord | undefined {
  if (row.addon_id === null) return undefined;
  return {
    id: row.addon_id,
    blocklisted: row.blocklisted,
    name: row.name,
    userDisabled: row.user_disabled,
    appDisabled: row.app_disabled,
    version: row.version,
    scope: row.scope,
    type: row.type,
    foreignInstall: row.foreign_install,
    hasBinaryComponents: row.has_binary_components,
    installDay: row.install_day,
    updateDay: row.update_day,
    signedState: row.signed_state,
    isSystem: row.is_system,
    isWebExtension: row.is_web_extension,
    multiprocessCompatible: row.multiprocess_compatible,
  };
}
