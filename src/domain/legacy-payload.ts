import type { AddonRecord } from './add-on.ts';
import type { ClientKey } from './client-key.ts';
import type { CounterPart, OpenProfile, PingCounters } from './profile.ts';

/** What the `main` pings of one day come to (spec/taar-training.md section 2.3); null where no ping says. */
export interface DailyCounters {
  readonly subsessionSeconds: number | null;
  readonly bookmarksMean: number | null;
  readonly tabOpens: number | null;
  readonly uris: number | null;
  readonly domainsMean: number | null;
  readonly domainsMax: number | null;
}

/** The sums, means and maxima of a day's pings; pings that do not say do not count. */
export function dailyCounters(part: CounterPart | null): DailyCounters {
  const pings = part?.pings ?? [];
  return {
    subsessionSeconds: sum(pings, 'subsessionSeconds'),
    bookmarksMean: mean(pings, 'bookmarks'),
    tabOpens: sum(pings, 'tabOpens'),
    uris: sum(pings, 'uris'),
    domainsMean: mean(pings, 'domains'),
    domainsMax: largest(pings, 'domains'),
  };
}

/** One add-on as TAAR's profile rows hold it (spec/taar-training.md section 2.2). */
export interface LegacyAddon {
  readonly addon_id: string;
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

/** The JSON that a row of TAAR's Bigtable holds (spec/taar-training.md section 5). */
export interface LegacyPayload {
  readonly client_id: ClientKey;
  readonly geo_city: string | null;
  readonly subsession_length: number;
  readonly locale: string | null;
  readonly os: string | null;
  readonly active_addons: readonly LegacyAddon[];
  readonly bookmark_count: number;
  readonly tab_open_count: number;
  readonly total_uri: number;
  readonly unique_tlds: number;
}

/** A profile as TAAR's Bigtable row held it: numbers truncated, unknown ones 0, all add-ons. */
export function legacyPayload(key: ClientKey, profile: OpenProfile): LegacyPayload {
  const { facts, addons } = profile;
  const counters = legacyCounters(profile.counters);
  return {
    client_id: key,
    geo_city: facts?.city?.value ?? null,
    subsession_length: counters.subsession_length,
    locale: facts?.locale?.value ?? null,
    os: facts?.os?.value ?? null,
    active_addons: (addons?.addons ?? []).map(legacyAddon),
    bookmark_count: counters.bookmark_count,
    tab_open_count: counters.tab_open_count,
    total_uri: counters.total_uri,
    unique_tlds: counters.unique_tlds,
  };
}

type LegacyCounters = Pick<
  LegacyPayload,
  'subsession_length' | 'bookmark_count' | 'tab_open_count' | 'total_uri' | 'unique_tlds'
>;

/** A day's numbers as TAAR's rows held them: truncated, unknown ones 0. */
export function legacyCounters(part: CounterPart | null): LegacyCounters {
  const counters = dailyCounters(part);
  return {
    subsession_length: truncated(counters.subsessionSeconds),
    bookmark_count: truncated(counters.bookmarksMean),
    tab_open_count: truncated(counters.tabOpens),
    total_uri: truncated(counters.uris),
    unique_tlds: truncated(counters.domainsMean),
  };
}

/** An add-on as TAAR's rows name its fields. */
export function legacyAddon(addon: AddonRecord): LegacyAddon {
  return {
    addon_id: addon.id,
    blocklisted: addon.blocklisted,
    name: addon.name,
    user_disabled: addon.userDisabled,
    app_disabled: addon.appDisabled,
    version: addon.version,
    scope: addon.scope,
    type: addon.type,
    foreign_install: addon.foreignInstall,
    has_binary_components: addon.hasBinaryComponents,
    install_day: addon.installDay,
    update_day: addon.updateDay,
    signed_state: addon.signedState,
    is_system: addon.isSystem,
    is_web_extension: addon.isWebExtension,
    multiprocess_compatible: addon.multiprocessCompatible,
  };
}

function truncated(value: number | null): number {
  return value === null ? 0 : Math.trunc(value);
}

type CounterName = Exclude<keyof PingCounters, 'documentId'>;

// In loops, with nothing in between: this is done for every answer.

function sum(pings: readonly PingCounters[], name: CounterName): number | null {
  let total: number | null = null;
  for (const { [name]: value } of pings) if (value !== null) total = (total ?? 0) + value;
  return total;
}

function mean(pings: readonly PingCounters[], name: CounterName): number | null {
  const total = sum(pings, name);
  if (total === null) return null;
  let count = 0;
  for (const { [name]: value } of pings) if (value !== null) count += 1;
  return total / count;
}

function largest(pings: readonly PingCounters[], name: CounterName): number | null {
  let most: number | null = null;
  for (const { [name]: value } of pings) if (value !== null) most = Math.max(most ?? value, value);
  return most;
}

/** The names of a field in TAAR's rows: those of the job that wrote them before those that its service read. */
export const PAYLOAD_NAMES = {
  locale: ['locale'],
  os: ['os'],
  geoCity: ['geo_city', 'city'],
  subsessionLength: ['subsession_length'],
  bookmarkCount: ['bookmark_count', 'places_bookmarks_count'],
  tabOpenCount: ['tab_open_count', 'scalar_parent_browser_engagement_tab_open_event_count'],
  totalUri: ['total_uri', 'scalar_parent_browser_engagement_total_uri_count'],
  uniqueTlds: ['unique_tlds', 'scalar_parent_browser_engagement_unique_domains_count'],
} as const;
export type PayloadField = keyof typeof PAYLOAD_NAMES;

/** What a row says in a field under any of its names; `absent` where under none. Null is something that it says. */
export function payloadField(
  row: Readonly<Record<string, unknown>>,
  field: PayloadField,
  absent: unknown,
): unknown {
  const name = PAYLOAD_NAMES[field].find((candidate) => row[candidate] !== undefined);
  return name === undefined ? absent : row[name];
}
