import type { ClientFeatures } from '../../../domain/client-features.ts';
import { type Platform, platformOf } from '../../../domain/platform.ts';
import { ItemMarks } from '../../flow/item-marks.ts';
import type { AddonItems } from '../items.ts';
import { localeOf } from '../locale/locale-lists.ts';
import type { AddonModels } from '../runtime.ts';

/** Who asks, and what is answered with: what all parts of an add-on flow share during one request. */
export interface Asker {
  readonly models: AddonModels;
  readonly features: ClientFeatures;
  /** The profile's locale, else the request's. */
  readonly locale: string | undefined;
  /** Items of the installed add-ons that the models know. */
  readonly installed: ItemMarks;
  /** Items that the request does not want. */
  readonly excluded: ItemMarks;
  /** Undefined: not known, and nothing is refused for it. */
  readonly platform: Platform | undefined;
  /** The add-on that others are to go with. */
  readonly addon: string | undefined;
  /** Asked by TAAR's own route, which serves what TAAR served. */
  readonly asTaar: boolean;
  /** How many candidates the ensemble may have: as many as the allow-list has add-ons (spec/taar-serving.md 5.7). */
  readonly limit: number;
}

/** A client of whom nothing is known. */
export const NOBODY: ClientFeatures = {
  installed: [],
  locale: null,
  os: null,
  geoCity: null,
  subsessionLength: null,
  bookmarkCount: null,
  tabOpenCount: null,
  totalUri: null,
  uniqueTlds: null,
};

/** A source that takes longer holds up everything else on its thread: it is counted. */
export const SOURCE_BUDGET_MS = 20;

/** TAAR failed without an allow-list; the one it had in production held so many add-ons. */
const LIMIT_WITHOUT_ALLOWLIST = 200;

export interface Asking {
  readonly locale: string | undefined;
  /** Guids. */
  readonly excluded: readonly string[];
  /** As the request names it. */
  readonly platform: string | undefined;
  readonly addon?: string | undefined;
  readonly asTaar: boolean;
  /** The share of the candidates that is enough, but never fewer than there are results; undefined: all. */
  readonly share?: number | undefined;
  readonly maxResults?: number | undefined;
}

export function askerOf(models: AddonModels, features: ClientFeatures, asking: Asking): Asker {
  const { locale, excluded, platform, addon, asTaar } = asking;
  return {
    models,
    features,
    locale: localeOf(features.locale, locale),
    installed: itemsOf(models.items, features.installed),
    // Nothing goes with itself, whatever list it is on.
    excluded: itemsOf(models.items, addon === undefined ? excluded : [...excluded, addon]),
    platform: platformOf(platform),
    addon,
    asTaar,
    limit: limitOf(models.allowlist?.items.length ?? LIMIT_WITHOUT_ALLOWLIST, asking),
  };
}

function limitOf(whole: number, { share = 1, maxResults = 0 }: Asking): number {
  return Math.min(whole, Math.max(maxResults, Math.trunc(whole * share)));
}

function itemsOf(items: AddonItems, guids: readonly string[]): ItemMarks {
  const known = guids.map((guid) => items.find(guid)).filter((item) => item !== -1);
  return new ItemMarks(known);
}
