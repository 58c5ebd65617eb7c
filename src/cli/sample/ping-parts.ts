import { SIGNED } from '../../domain/add-on.ts';
import { dayOf, type EpochMs } from '../../domain/clock.ts';
import type { InstalledAddon, SimulatedBrowser } from './population.ts';
import { SYSTEM_ADDONS } from './sample-addons.ts';

export const FIREFOX_VERSION = '153.0';
export const FIREFOX_BUILD = '20261020094011';

const SCOPE_PROFILE = 1;
const SCOPE_APPLICATION = 4;

/** What a ping says of one add-on, under the names that legacy and Glean share. */
interface AddonFlags {
  readonly version: string;
  readonly scope: number;
  readonly updateDay: number;
  readonly isSystem: boolean;
  readonly isWebExtension: boolean;
  readonly multiprocessCompatible: boolean;
  readonly blocklisted: boolean;
  readonly name: string;
  readonly userDisabled: boolean;
  readonly appDisabled: boolean;
  readonly foreignInstall: boolean;
  readonly hasBinaryComponents: boolean;
  readonly installDay: number;
  readonly signedState?: number;
  readonly quarantineIgnoredByApp: boolean;
  readonly quarantineIgnoredByUser: boolean;
}

const COMMON_FLAGS = {
  isWebExtension: true,
  multiprocessCompatible: true,
  blocklisted: false,
  appDisabled: false,
  foreignInstall: false,
  hasBinaryComponents: false,
  quarantineIgnoredByUser: false,
};

/** `environment.addons.activeAddons` of a legacy ping: by guid, with `type`. */
export function legacyAddons(browser: SimulatedBrowser, now: EpochMs): Record<string, object> {
  return Object.fromEntries(
    flagsOf(browser, now).map(([id, flags]) => [id, { ...flags, type: 'extension' }]),
  );
}

/** `metrics.object["addons.active_addons"]` of a Glean ping: a list, with `addonType`. */
export function gleanAddons(browser: SimulatedBrowser, now: EpochMs): object[] {
  return flagsOf(browser, now).map(([id, flags]) => ({ id, ...flags, addonType: 'extension' }));
}

function flagsOf(browser: SimulatedBrowser, now: EpochMs): [string, AddonFlags][] {
  const own = browser.addons.map((addon): [string, AddonFlags] => [addon.guid, ownFlags(addon, now)]);
  return [...SYSTEM_ADDONS.map(({ id, name }): [string, AddonFlags] => [id, systemFlags(name)]), ...own];
}

function ownFlags(addon: InstalledAddon, now: EpochMs): AddonFlags {
  const installDay = dayOf(now) - addon.installedDaysAgo;
  return {
    ...COMMON_FLAGS,
    version: addon.version,
    name: addon.name,
    scope: SCOPE_PROFILE,
    isSystem: false,
    userDisabled: addon.userDisabled,
    installDay,
    updateDay: installDay + Math.floor(addon.installedDaysAgo / 2),
    signedState: SIGNED,
    quarantineIgnoredByApp: false,
  };
}

function systemFlags(name: string): AddonFlags {
  return {
    ...COMMON_FLAGS,
    version: `${FIREFOX_VERSION}.0`,
    name,
    scope: SCOPE_APPLICATION,
    isSystem: true,
    userDisabled: false,
    installDay: 0,
    updateDay: 0,
    quarantineIgnoredByApp: true,
  };
}

/** The `environment` of a legacy ping, as far as a server may need it. */
export function legacyEnvironment(browser: SimulatedBrowser, now: EpochMs): object {
  const os = browser.os === 'Windows' ? 'Windows_NT' : browser.os;
  return {
    build: {
      applicationId: '{ec8030f7-c20a-464f-9b0e-13a3a9e97384}',
      applicationName: 'Firefox',
      architecture: 'x86-64',
      buildId: FIREFOX_BUILD,
      version: FIREFOX_VERSION,
      vendor: 'Mozilla',
      displayVersion: FIREFOX_VERSION,
      platformVersion: FIREFOX_VERSION,
      xpcomAbi: 'x86_64-gcc3',
      updaterAvailable: true,
    },
    partner: { distributionId: null, distributionVersion: null, partnerId: null, partnerNames: [] },
    system: {
      memoryMB: 16_000,
      virtualMaxMB: null,
      cpu: { count: 8, cores: 4, extensions: ['hasMMX', 'hasSSE', 'hasSSE2', 'hasAVX2'] },
      os: { name: os, version: '10.0', locale: browser.locale },
      gfx: { ContentBackend: 'Skia', adapters: [], monitors: [], features: { compositor: 'webrender' } },
    },
    settings: {
      blocklistEnabled: true,
      e10sEnabled: true,
      locale: browser.locale,
      intl: { requestedLocales: [browser.locale], appLocales: [browser.locale] },
      update: { channel: browser.channel, enabled: true, autoDownload: true },
      userPrefs: { 'browser.urlbar.autoFill': true },
      addonCompatibilityCheckEnabled: true,
      isDefaultBrowser: true,
      defaultSearchEngine: 'google-b-d',
    },
    profile: { creationDate: dayOf(now) - 800 },
    addons: { activeAddons: legacyAddons(browser, now), theme: {}, activeGMPlugins: {} },
  };
}

/** The `client_info` of a Glean ping. */
export function gleanClientInfo(browser: SimulatedBrowser): object {
  return {
    telemetry_sdk_build: '67.3.2',
    first_run_date: '2024-09-02+00:00',
    build_date: '1970-01-01T00:00:00+00:00',
    client_id: browser.gleanId,
    os: browser.os,
    os_version: '10.0',
    app_display_version: FIREFOX_VERSION,
    architecture: 'x86_64',
    locale: browser.locale,
    app_build: FIREFOX_BUILD,
    app_channel: browser.channel,
  };
}
