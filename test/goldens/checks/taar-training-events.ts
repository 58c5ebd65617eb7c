import { addonClient } from '../../../src/consumers/addon-client/addon-client.ts';
import type { ClientObserved } from '../../../src/domain/client-event.ts';
import { ClientKeys, type Sha256Hex, sha256Hex } from '../../../src/domain/client-key.ts';
import { DAY_MS, dayOf, isoDay } from '../../../src/domain/clock.ts';
import { dailyCounters, legacyAddon, legacyPayload } from '../../../src/domain/legacy-payload.ts';
import { isCurrent, type OpenProfile, type Profile } from '../../../src/domain/profile.ts';
import type { DecodedPing, Observation } from '../../../src/producers/decoded-ping.ts';
import { placeOf } from '../../../src/producers/geo.ts';
import { decodePing } from '../../../src/producers/ping-body.ts';
import { PingRejection } from '../../../src/producers/ping-rejection.ts';
import { parseSubmission } from '../../../src/producers/submission.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';

interface Ping {
  readonly type: string;
  readonly id: string;
  readonly clientId: string;
}

interface Message {
  readonly submission_timestamp: string;
  readonly metadata: {
    readonly geo: { readonly country?: string; readonly city?: string };
    readonly uri: Readonly<
      Record<'app_name' | 'app_version' | 'app_update_channel' | 'app_build_id', string>
    >;
  };
  readonly ping: Ping;
}

type Row = Readonly<Record<string, unknown>>;

interface Expected {
  readonly client_id: string;
  readonly per_ping: readonly Row[];
  readonly daily_latest_rule: Row;
  readonly profile_from_latest_rule: { readonly row_key: string; readonly payload: unknown };
}

interface Deletions {
  readonly requests: readonly { readonly submission_timestamp: string; readonly ping: Ping }[];
  readonly iso_date: string;
  readonly days: number;
  readonly expected_selected_client_ids: readonly string[];
  readonly expected_deleted_row_keys: readonly string[];
}

interface WindowCase {
  readonly client: string;
  readonly seen_days_ago: readonly number[];
  readonly in_window: boolean;
  readonly row_from_days_ago: number | null;
}

interface Events {
  readonly messages: readonly Message[];
  readonly expected: readonly Expected[];
  readonly invalid_main_pings: readonly { readonly name: string; readonly ping: Ping }[];
  readonly deletion: Deletions;
  readonly clients_last_seen_window: readonly WindowCase[];
  readonly real_samples: readonly unknown[];
}

/** Fields of the original's row that this system does not keep: the raw id, what follows from it, unused ones. */
const NOT_KEPT = ['client_id', 'app_name', 'normalized_channel', 'sample_id', 'profile_creation_date'];

/** The golden adds hours up, we seconds. */
const HOURS_TOLERANCE = 1e-9;

const KEYS = new ClientKeys(undefined);

export const check: GoldenCheck = {
  file: 'taar-training/events',
  run(data, report) {
    const events = data as Events;
    const byClient = messagesByClient(events.messages);
    for (const expected of events.expected) {
      const messages = byClient.get(expected.client_id) ?? [];
      checkPings(report, expected, messages);
      checkDay(report, expected, messages);
    }
    for (const { name, ping } of events.invalid_main_pings) checkRejected(report, name, ping);
    checkDeletion(report, events.deletion);
    for (const window of events.clients_last_seen_window) checkWindow(report, window);
    // They need files of another repository, which are not part of this one.
    for (const _sample of events.real_samples)
      report.rule('not run: needs a file that is not in the goldens');
  },
};

function checkPings(report: GoldenReport, expected: Expected, messages: readonly Message[]): void {
  report.equal(`${expected.client_id}: number of pings`, messages.length, expected.per_ping.length);
  messages.forEach((message, index) => {
    const ping = decode(message.ping, message.metadata.uri);
    const client = ping.kind === 'observation' ? ping.client : ping.kind;
    report.equal(`${message.ping.id}: client`, client, sha256Hex(expected.client_id));
    report.equal(`${message.ping.id}: row`, rowOf(ping, message), keptOf(expected.per_ping[index] ?? {}));
  });
}

/**
 * What the aggregate makes of a client's day, by the rule "latest submission wins". The other rule of the golden,
 * "first record seen", is the original's unspecified order, which this system does not have (section 2.3).
 */
function checkDay(report: GoldenReport, expected: Expected, messages: readonly Message[]): void {
  const key = KEYS.of(sha256Hex(expected.client_id));
  const profile = messages
    .map(observedIn)
    .reduce(
      (state: Profile | undefined, event) => addonClient.reduce(key, state, event, event.submittedAt).state,
      undefined,
    );
  if (profile?.kind !== 'open') throw new Error(`the pings of ${expected.client_id} made no profile`);
  const { subsession_hours_sum: hours, ...day } = keptOf(expected.daily_latest_rule);
  report.equal(`${expected.client_id}: day`, dayRowOf(profile), day);
  const hoursOff = Math.abs(hoursOf(profile) - Number(hours ?? Number.NaN));
  const isClose = hours === null ? Number.isNaN(hoursOf(profile)) : hoursOff <= HOURS_TOLERANCE;
  report.check(`${expected.client_id}: hours`, isClose, `off by ${hoursOff}`);
  const { row_key, payload } = expected.profile_from_latest_rule;
  report.equal(`${expected.client_id}: row key`, key, row_key);
  report.equal(`${expected.client_id}: payload`, legacyPayload(key, profile), payload);
}

function checkRejected(report: GoldenReport, name: string, ping: Ping): void {
  const uri = { app_name: 'Firefox', app_version: '101.0', app_update_channel: 'release', app_build_id: '1' };
  try {
    decode({ ...ping, type: 'main' }, uri, ping);
    report.check(`invalid: ${name}`, false, 'it was decoded');
  } catch (error) {
    report.check(`invalid: ${name}`, error instanceof PingRejection, String(error));
  }
}

function checkDeletion(report: GoldenReport, deletion: Deletions): void {
  const uri = { app_name: 'Firefox', app_version: '101.0', app_update_channel: 'release', app_build_id: '1' };
  const last = dayOf(Date.parse(deletion.iso_date));
  const shas = deletion.requests
    .filter(({ submission_timestamp: at }) => {
      const day = dayOf(Date.parse(at));
      return day >= last - deletion.days && day <= last;
    })
    .flatMap(({ ping }) => deletedBy(decode(ping, uri)));
  const selected = [...new Set(shas)].sort();
  const wanted = deletion.expected_selected_client_ids.map((id) => sha256Hex(id)).sort();
  report.equal('deletion: selected clients', selected, wanted);
  const rowKeys = selected.map((sha) => KEYS.of(sha));
  report.equal('deletion: row keys', rowKeys, [...deletion.expected_deleted_row_keys].sort());
}

function checkWindow(
  report: GoldenReport,
  { client, seen_days_ago, in_window, row_from_days_ago }: WindowCase,
): void {
  const now = 20_000 * DAY_MS;
  const latest = seen_days_ago.length === 0 ? null : Math.min(...seen_days_ago);
  const isIn = latest !== null && isCurrent({ lastSeen: now - latest * DAY_MS }, now);
  report.equal(`${client}: in the window`, isIn, in_window);
  report.equal(`${client}: row`, isIn ? latest : null, row_from_days_ago);
}

/** Decodes a ping as the intake would get it; `body` where it differs from what the address says. */
function decode(ping: Ping, uri: Message['metadata']['uri'], body: unknown = ping): DecodedPing {
  const { app_name, app_version, app_update_channel, app_build_id } = uri;
  const address = `${ping.id}/${ping.type}/${app_name}/${app_version}/${app_update_channel}/${app_build_id}`;
  const submission = parseSubmission(`/submit/telemetry/${address}?v=4`);
  if (submission.kind === 'unread') throw new Error(`the address of ${ping.id} was not understood`);
  return decodePing(Buffer.from(JSON.stringify(body)), submission);
}

function deletedBy(ping: DecodedPing): readonly Sha256Hex[] {
  return ping.kind === 'deletion' ? ping.clients : [];
}

function rowOf(ping: DecodedPing, { submission_timestamp, metadata }: Message): unknown {
  if (ping.kind !== 'observation') return ping.kind;
  return {
    submission_date: isoDay(dayOf(Date.parse(submission_timestamp))),
    channel: ping.facts.channel,
    city: placeOf(metadata.geo.country, metadata.geo.city).city,
    locale: ping.facts.locale,
    os: ping.facts.os,
    ...counterRow(ping),
    active_addons: ping.addons?.map(legacyAddon) ?? null,
  };
}

function counterRow({ counters }: Observation): Readonly<Record<string, number | null | undefined>> {
  return {
    subsession_length: counters?.subsessionSeconds,
    places_bookmarks_count: counters?.bookmarks,
    tab_open_event_count: counters?.tabOpens,
    total_uri_count: counters?.uris,
    unique_domains_count: counters?.domains,
  };
}

function dayRowOf(profile: OpenProfile): Row {
  const { addons, counters, facts } = profile;
  const day = dailyCounters(counters);
  return {
    submission_date: isoDay(dayOf(profile.lastSeen)),
    channel: facts?.channel?.value ?? null,
    city: facts?.city?.value ?? null,
    locale: facts?.locale?.value ?? null,
    os: facts?.os?.value ?? null,
    places_bookmarks_count_mean: day.bookmarksMean,
    scalar_parent_browser_engagement_tab_open_event_count_sum: day.tabOpens,
    scalar_parent_browser_engagement_total_uri_count_sum: day.uris,
    scalar_parent_browser_engagement_unique_domains_count_mean: day.domainsMean,
    scalar_parent_browser_engagement_unique_domains_count_max: day.domainsMax,
    active_addons: addons?.addons.map(legacyAddon) ?? null,
  };
}

/** NaN where no ping says. */
function hoursOf({ counters }: OpenProfile): number {
  const { subsessionSeconds } = dailyCounters(counters);
  return subsessionSeconds === null ? Number.NaN : subsessionSeconds / 3600;
}

/** The event that the intake publishes for a message. */
function observedIn({ ping, metadata, submission_timestamp }: Message): ClientObserved {
  const decoded = decode(ping, metadata.uri);
  if (decoded.kind !== 'observation') throw new Error(`${ping.id} observes nothing`);
  const { createdAt, documentId, addons, counters, facts } = decoded;
  const place = placeOf(metadata.geo.country, metadata.geo.city);
  const submittedAt = Date.parse(submission_timestamp);
  return {
    kind: 'observed',
    createdAt,
    submittedAt,
    documentId,
    addons,
    counters,
    facts: { ...facts, ...place },
  };
}

function keptOf(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([field]) => !NOT_KEPT.includes(field)));
}

/** The messages of each client in order of submission. */
function messagesByClient(messages: readonly Message[]): ReadonlyMap<string, readonly Message[]> {
  const inOrder = messages.toSorted(
    (a, b) => Date.parse(a.submission_timestamp) - Date.parse(b.submission_timestamp),
  );
  return Map.groupBy(inOrder, ({ ping }) => ping.clientId);
}
