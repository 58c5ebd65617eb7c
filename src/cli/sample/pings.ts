import type { EpochMs } from '../../domain/clock.ts';
import {
  FIREFOX_BUILD,
  FIREFOX_VERSION,
  gleanAddons,
  gleanClientInfo,
  legacyEnvironment,
} from './ping-parts.ts';
import type { SimulatedBrowser } from './population.ts';

/** One HTTP request of a browser, before it is compressed. */
export interface Ping {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** When and under which document id a ping is made. */
export interface PingStamp {
  readonly documentId: string;
  readonly at: EpochMs;
}

const FIREFOX_HEADERS = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
  'content-encoding': 'gzip',
};
const GLEAN_HEADERS = {
  ...FIREFOX_HEADERS,
  'content-type': 'application/json; charset=utf-8',
  'x-telemetry-agent': 'Glean/67.3.2 (Rust on Linux)',
};
const LEGACY_HEADERS = { ...FIREFOX_HEADERS, 'content-type': 'application/json; charset=UTF-8' };
/** What pingsender says of its gzipped JSON (spec/firefox.md, "What a server author must know" 1). */
const PINGSENDER_HEADERS = {
  'user-agent': 'pingsender/1.0',
  'x-pingsender-version': '1.0',
  'content-encoding': 'gzip',
  'content-type': 'application/x-www-form-urlencoded',
};

/** Glean `addons`. The first one of a new profile does not carry the legacy id yet. */
export function gleanAddonsPing(browser: SimulatedBrowser, stamp: PingStamp, withLegacyId: boolean): Ping {
  return gleanPing(browser, 'addons', stamp, withLegacyId ? 'daily' : 'startup', {
    ...(withLegacyId ? { uuid: legacyIds(browser) } : {}),
    object: { 'addons.active_addons': gleanAddons(browser, stamp.at), 'addons.theme': {} },
  });
}

/** Glean `baseline`: carries both ids. */
export function gleanBaselinePing(browser: SimulatedBrowser, stamp: PingStamp): Ping {
  return gleanPing(browser, 'baseline', stamp, 'active', {
    uuid: legacyIds(browser),
    string: { 'usage.distribution_id': 'default' },
    boolean: { 'usage.is_default_browser': true },
  });
}

/** Glean `deletion-request`: names the Glean id only. */
export function gleanDeletionPing(browser: SimulatedBrowser, stamp: PingStamp, reason: string): Ping {
  return gleanPing(browser, 'deletion-request', stamp, reason, {});
}

/** A document that nobody here uses. */
export function gleanNewtabPing(browser: SimulatedBrowser, stamp: PingStamp): Ping {
  return gleanPing(browser, 'newtab', stamp, 'component_init', { uuid: legacyIds(browser) });
}

/** Legacy `main`, as pingsender sends it at a clean quit. */
export function legacyMainPing(browser: SimulatedBrowser, stamp: PingStamp): Ping {
  const { counters } = browser;
  const payload = {
    ver: 4,
    simpleMeasurements: { totalTime: counters.subsessionSeconds, main: 33, activeTicks: 12 },
    processes: {
      parent: {
        scalars: {
          ...positive('browser.engagement.tab_open_event_count', counters.tabOpens),
          ...positive('browser.engagement.total_uri_count', counters.uris),
          ...positive('browser.engagement.unique_domains_count', counters.domains),
          'browser.engagement.max_concurrent_tab_count': 4,
        },
      },
    },
    histograms: { PLACES_BOOKMARKS_COUNT: singleValueHistogram(counters.bookmarks) },
    info: {
      reason: 'shutdown',
      subsessionLength: counters.subsessionSeconds,
      sessionLength: counters.subsessionSeconds,
      subsessionStartDate: `${new Date(stamp.at).toISOString().slice(0, 13)}:00:00.0+00:00`,
      timezoneOffset: 0,
    },
  };
  const environment = legacyEnvironment(browser, stamp.at);
  return { ...legacyPing(browser, 'main', stamp, { payload, environment }), headers: PINGSENDER_HEADERS };
}

/** Legacy `new-profile` of a first run. */
export function legacyNewProfilePing(browser: SimulatedBrowser, stamp: PingStamp): Ping {
  const environment = legacyEnvironment(browser, stamp.at);
  return legacyPing(browser, 'new-profile', stamp, { payload: { reason: 'startup' }, environment });
}

/** Legacy `deletion-request`: names the legacy id only. */
export function legacyDeletionPing(browser: SimulatedBrowser, stamp: PingStamp): Ping {
  return legacyPing(browser, 'deletion-request', stamp, { payload: {} });
}

function gleanPing(
  browser: SimulatedBrowser,
  type: string,
  stamp: PingStamp,
  reason: string,
  metrics: object,
): Ping {
  const end = new Date(stamp.at).toISOString().replace('Z', '+00:00');
  return {
    path: `/submit/firefox-desktop/${type}/1/${stamp.documentId}`,
    headers: GLEAN_HEADERS,
    body: {
      ping_info: { seq: 0, start_time: end, end_time: end, reason },
      client_info: gleanClientInfo(browser),
      metrics,
    },
  };
}

function legacyPing(browser: SimulatedBrowser, type: string, stamp: PingStamp, rest: object): Ping {
  const { channel } = browser;
  return {
    path: `/submit/telemetry/${stamp.documentId}/${type}/Firefox/${FIREFOX_VERSION}/${channel}/${FIREFOX_BUILD}?v=4`,
    headers: LEGACY_HEADERS,
    body: {
      type,
      id: stamp.documentId,
      creationDate: new Date(stamp.at).toISOString(),
      version: 4,
      application: {
        architecture: 'x86-64',
        buildId: FIREFOX_BUILD,
        name: 'Firefox',
        version: FIREFOX_VERSION,
        displayVersion: FIREFOX_VERSION,
        vendor: 'Mozilla',
        platformVersion: FIREFOX_VERSION,
        xpcomAbi: 'x86_64-gcc3',
        channel,
      },
      clientId: browser.legacyId,
      profileGroupId: browser.profileGroupId,
      ...rest,
    },
  };
}

function legacyIds(browser: SimulatedBrowser): object {
  return {
    'legacy.telemetry.client_id': browser.legacyId,
    'legacy.telemetry.profile_group_id': browser.profileGroupId,
  };
}

/** Firefox leaves a scalar out while it is 0. */
function positive(name: string, value: number): Record<string, number> {
  return value > 0 ? { [name]: value } : {};
}

function singleValueHistogram(value: number): object {
  return { bucket_count: 50, histogram_type: 0, sum: value, range: [1, 5000], values: { [value]: 1 } };
}
