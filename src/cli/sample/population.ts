import { Draws } from './draws.ts';
import type { SampleAddon } from './sample-addons.ts';

/** One installed add-on of a simulated browser. */
export interface InstalledAddon {
  readonly guid: string;
  readonly name: string;
  readonly version: string;
  /** Days before the ping. */
  readonly installedDaysAgo: number;
  readonly userDisabled: boolean;
}

/** Which pings a browser sends; names what its last day was like. */
export type Habit = 'first-run' | 'daily' | 'legacy-only' | 'both';

/** A browser that does not exist, with everything that its pings say. */
export interface SimulatedBrowser {
  readonly index: number;
  readonly legacyId: string;
  readonly gleanId: string;
  readonly profileGroupId: string;
  readonly locale: string;
  readonly os: 'Windows' | 'Darwin' | 'Linux';
  readonly channel: 'release' | 'esr' | 'beta';
  readonly addons: readonly InstalledAddon[];
  readonly counters: BrowserCounters;
  readonly habit: Habit;
  /** The user switches telemetry off at the end: both ids at once, or the Glean one only (between two runs). */
  readonly leaves: 'no' | 'while-running' | 'between-runs';
}

export interface BrowserCounters {
  readonly subsessionSeconds: number;
  readonly bookmarks: number;
  readonly tabOpens: number;
  readonly uris: number;
  readonly domains: number;
}

/** The browser that examples are shown with. Its id is fixed, so that a command can name it. */
export const SHOWN_BROWSER = 0;
export const SHOWN_LEGACY_ID = '7aa25a4e-0000-4000-8000-000000000001';

const LOCALES = [
  { locale: 'en-US', weight: 38 },
  { locale: 'de', weight: 15 },
  { locale: 'fr', weight: 9 },
  { locale: 'es-ES', weight: 7 },
  { locale: 'ru', weight: 7 },
  { locale: 'pl', weight: 6 },
  { locale: 'pt-BR', weight: 6 },
  { locale: 'ja', weight: 4 },
  { locale: 'it', weight: 4 },
  { locale: 'zh-CN', weight: 4 },
] as const;

const SYSTEMS = [
  { os: 'Windows', weight: 80 },
  { os: 'Darwin', weight: 8 },
  { os: 'Linux', weight: 12 },
] as const;

/** Linux distributions ship ESR more often than anybody else installs it. */
const CHANNELS = {
  Windows: [
    { channel: 'release', weight: 91 },
    { channel: 'esr', weight: 6 },
    { channel: 'beta', weight: 3 },
  ],
  Darwin: [
    { channel: 'release', weight: 95 },
    { channel: 'esr', weight: 2 },
    { channel: 'beta', weight: 3 },
  ],
  Linux: [
    { channel: 'release', weight: 74 },
    { channel: 'esr', weight: 23 },
    { channel: 'beta', weight: 3 },
  ],
} as const;

const HABITS = [
  { habit: 'first-run', weight: 25 },
  { habit: 'daily', weight: 40 },
  { habit: 'legacy-only', weight: 20 },
  { habit: 'both', weight: 15 },
] as const;

/** How many people have an interest, beside the size of its add-ons. */
const INTEREST_WEIGHTS: Readonly<Record<string, number>> = {
  privacy: 30,
  passwords: 12,
  developer: 11,
  media: 16,
  downloads: 8,
  tabs: 10,
  language: 12,
  appearance: 10,
  shopping: 9,
  social: 8,
  gaming: 8,
  scripts: 7,
  reading: 9,
  focus: 6,
  desktop: 5,
};

const WITHOUT_ADDONS = 0.12;
const LEAVES = 0.004;
/** Popular add-ons are popular with everybody: their share outside their interest grows faster than their weight. */
const EVERYBODYS_CHOICE_EXPONENT = 1.7;

/** Browsers by index; any of them can be made without the others. */
export class Population {
  readonly #seed: number;
  readonly #everything: readonly { readonly addon: SampleAddon; readonly weight: number }[];
  readonly #interests: readonly { readonly addons: readonly SampleAddon[]; readonly weight: number }[];

  constructor(seed: number, addons: readonly SampleAddon[]) {
    this.#seed = seed;
    this.#everything = addons.map((addon) => ({ addon, weight: addon.weight ** EVERYBODYS_CHOICE_EXPONENT }));
    this.#interests = [...new Set(addons.map(({ interest }) => interest))].map((interest) => ({
      addons: addons.filter((addon) => addon.interest === interest),
      weight: INTEREST_WEIGHTS[interest] ?? 5,
    }));
  }

  /** The browser of an index; the same seed and index give the same browser. */
  browser(index: number): SimulatedBrowser {
    const draws = new Draws(this.#seed, 'simulated browser', index);
    const legacyId = draws.uuid();
    const gleanId = draws.uuid();
    const { os } = draws.pick(SYSTEMS);
    const { locale } = draws.pick(LOCALES);
    const { channel } = draws.pick<{ channel: SimulatedBrowser['channel']; weight: number }>(CHANNELS[os]);
    const shown = index === SHOWN_BROWSER;
    return {
      index,
      legacyId: shown ? SHOWN_LEGACY_ID : legacyId,
      gleanId,
      profileGroupId: draws.uuid(),
      locale,
      os,
      channel: shown ? 'release' : channel,
      habit: shown ? 'daily' : draws.pick(HABITS).habit,
      leaves: shown ? 'no' : leaving(draws),
      counters: countersOf(draws),
      addons: this.#addonsOf(draws, locale, shown).map((addon) => installed(addon, draws)),
    };
  }

  /** The add-ons of a person: some of each interest, and some that everybody has. */
  #addonsOf(draws: Draws, locale: string, shown: boolean): readonly SampleAddon[] {
    if (!shown && draws.happens(WITHOUT_ADDONS)) return [];
    const chosen = new Set<SampleAddon>();
    for (const { addons } of draws.pickSome(this.#interests, draws.between(1, 3))) {
      for (const addon of draws.pickSome(addons, draws.between(2, 6))) chosen.add(addon);
    }
    if (!locale.startsWith('en') && draws.happens(0.3)) {
      const translation = this.#interests.find(({ addons }) => addons[0]?.interest === 'language');
      for (const addon of draws.pickSome(translation?.addons ?? [], 2)) chosen.add(addon);
    }
    for (const { addon } of draws.pickSome(this.#everything, draws.between(0, 3))) chosen.add(addon);
    const mostCommon = this.#everything[0];
    if (shown && mostCommon !== undefined) chosen.add(mostCommon.addon);
    return [...chosen];
  }
}

function leaving(draws: Draws): SimulatedBrowser['leaves'] {
  if (!draws.happens(LEAVES)) return 'no';
  return draws.happens(0.7) ? 'while-running' : 'between-runs';
}

function countersOf(draws: Draws): BrowserCounters {
  const uris = Math.floor(400 * draws.next() ** 2);
  return {
    subsessionSeconds: Math.floor(14_400 * draws.next() ** 2) + 1,
    bookmarks: Math.floor(300 * draws.next() ** 3),
    tabOpens: Math.floor(60 * draws.next() ** 2),
    uris,
    domains: Math.min(uris, draws.between(0, 40)),
  };
}

function installed(addon: SampleAddon, draws: Draws): InstalledAddon {
  return {
    guid: addon.guid,
    name: addon.name,
    version: `${draws.between(1, 12)}.${draws.between(0, 30)}.${draws.between(0, 9)}`,
    installedDaysAgo: draws.between(1, 900),
    userDisabled: draws.happens(0.04),
  };
}
