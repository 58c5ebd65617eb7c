import { type AddonRecord, isShownAsInstalled } from '../../../src/domain/add-on.ts';
import { ClientKeys, sha256Hex } from '../../../src/domain/client-key.ts';
import { DAY_MS, dayOf } from '../../../src/domain/clock.ts';
import { legacyPayload } from '../../../src/domain/legacy-payload.ts';
import type { CounterPart, Fact, OpenProfile, PingCounters } from '../../../src/domain/profile.ts';
import type { GoldenCheck } from '../golden.ts';

interface GoldenAddon {
  readonly addon_id: string;
  readonly is_system: boolean | null;
}

interface GoldenProfile {
  readonly client_id: string | null;
  readonly submission_date: string;
  readonly channel: string | null;
  readonly city: string | null;
  readonly locale: string | null;
  readonly os: string | null;
  readonly subsession_hours_sum: number | null;
  readonly places_bookmarks_count_mean: number | null;
  readonly scalar_parent_browser_engagement_tab_open_event_count_sum: number | null;
  readonly scalar_parent_browser_engagement_total_uri_count_sum: number | null;
  readonly scalar_parent_browser_engagement_unique_domains_count_mean: number | null;
  readonly active_addons: readonly GoldenAddon[] | null;
}

interface GoldenRow {
  readonly client_id: string;
  readonly row_key: string;
  readonly payload_without_addons: { readonly subsession_length: number };
  readonly n_addons: number;
  readonly installed_addons_served: readonly string[];
}

/** The golden's seconds come from hours that were rounded to six digits. */
const SECONDS_TOLERANCE = 1;
/** The means of the golden are means of at most this many pings. */
const PINGS = 4;

/** Rows of TAAR's profile table from profiles as the aggregate would hold them (spec sections 2.5 and 5). */
export const check: GoldenCheck = {
  file: 'taar-training/profile_rows',
  async run(data, report, files) {
    const { rows } = data as { readonly rows: readonly GoldenRow[] };
    const { rows: all } = (await files.load('taar-training/profiles')) as {
      readonly rows: readonly GoldenProfile[];
    };
    const profiles = new Map(all.map((row) => [row.client_id, row]));
    const keys = new ClientKeys(undefined);
    for (const expected of rows) {
      const golden = profiles.get(expected.client_id);
      if (golden === undefined) {
        report.check(expected.row_key, false, 'the profile is not in taar-training/profiles');
        continue;
      }
      const profile = openProfile(golden);
      const { active_addons, ...payload } = legacyPayload(keys.of(sha256Hex(expected.client_id)), profile);
      const seconds = expected.payload_without_addons.subsession_length;
      const near = Math.abs(payload.subsession_length - seconds) <= SECONDS_TOLERANCE;
      report.equal(
        expected.row_key,
        {
          row_key: payload.client_id,
          payload_without_addons: near ? { ...payload, subsession_length: seconds } : payload,
          n_addons: active_addons.length,
          installed_addons_served: installed(profile).sort(),
        },
        {
          row_key: expected.row_key,
          payload_without_addons: expected.payload_without_addons,
          n_addons: expected.n_addons,
          installed_addons_served: [...expected.installed_addons_served].sort(),
        },
      );
    }
  },
};

function installed(profile: OpenProfile): string[] {
  return (profile.addons?.addons ?? []).filter(isShownAsInstalled).map((addon) => addon.id);
}

function openProfile(row: GoldenProfile): OpenProfile {
  const lastSeen = Date.parse(`${row.submission_date}T12:00:00Z`);
  const day = dayOf(lastSeen);
  const fact = (value: string | null): Fact | null => (value === null ? null : { value, at: lastSeen });
  return {
    kind: 'open',
    addons: {
      day,
      documents: [1],
      addons: (row.active_addons ?? []).map((addon) => ({ ...addonRecord(addon), seenAt: day * DAY_MS })),
    },
    counters: counterPart(row, day),
    facts: {
      day,
      documents: [1],
      locale: fact(row.locale),
      os: fact(row.os),
      city: fact(row.city),
      country: null,
      channel: fact(row.channel),
    },
    aliases: [],
    fence: null,
    lastSeen,
    changedAt: lastSeen,
  };
}

/** Pings that have the row's sums and means. */
function counterPart(row: GoldenProfile, day: number): CounterPart {
  const hours = row.subsession_hours_sum;
  const first: PingCounters = {
    documentId: 'ping-0',
    subsessionSeconds: hours === null ? null : Math.round(hours * 3600),
    bookmarks: null,
    tabOpens: row.scalar_parent_browser_engagement_tab_open_event_count_sum,
    uris: row.scalar_parent_browser_engagement_total_uri_count_sum,
    domains: null,
  };
  const nothing = { subsessionSeconds: null, tabOpens: null, uris: null };
  const bookmarks = spread(row.places_bookmarks_count_mean);
  const domains = spread(row.scalar_parent_browser_engagement_unique_domains_count_mean);
  const means = bookmarks.map((count, i) => ({
    documentId: `ping-${i + 1}`,
    ...nothing,
    bookmarks: count,
    domains: domains[i] ?? null,
  }));
  return { day, pings: [first, ...means] };
}

/** Whole numbers with this mean. */
function spread(mean: number | null): (number | null)[] {
  if (mean === null) return new Array<null>(PINGS).fill(null);
  const total = Math.round(mean * PINGS);
  return Array.from({ length: PINGS }, (_, i) => Math.floor((total + i) / PINGS));
}

/** The check compares ids and the system flag; the other fields are shown by the check of `events`. */
function addonRecord(addon: GoldenAddon): AddonRecord {
  return {
    id: addon.addon_id,
    blocklisted: null,
    name: null,
    userDisabled: null,
    appDisabled: null,
    version: null,
    scope: null,
    type: null,
    foreignInstall: null,
    hasBinaryComponents: null,
    installDay: null,
    updateDay: null,
    signedState: null,
    isSystem: addon.is_system,
    isWebExtension: null,
    multiprocessCompatible: null,
  };
}
