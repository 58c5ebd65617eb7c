import { createHash } from 'node:crypto';
import { plainJson } from '../../domain/ordered-json.ts';
import { compareCodePoints } from '../../domain/text-order.ts';
import type { Kit } from './kit.ts';

/** Guids with their weights, best first. */
export type Candidates = readonly (readonly [guid: string, weight: number])[];

const COUNTS = [
  'subsession_length',
  'places_bookmarks_count',
  'scalar_parent_browser_engagement_tab_open_event_count',
  'scalar_parent_browser_engagement_total_uri_count',
  'scalar_parent_browser_engagement_unique_domains_count',
] as const;
const DONOR_COUNTS = ['subsession_length', 'bookmark_count', 'tab_open_count', 'total_uri', 'unique_tlds'];
const DISTANCE_FLOOR = 0.001;
const HASH_BITS = 0x7fffff;

interface Donor {
  readonly active_addons: readonly string[];
  readonly geo_city: string;
  readonly locale: string;
  readonly os: string;
  readonly [field: string]: unknown;
}

interface Artifacts {
  readonly item_matrix: readonly { readonly id: number; readonly features: readonly number[] }[];
  readonly addon_mapping: Readonly<
    Record<string, { readonly id: string; readonly isWebextension?: unknown }>
  >;
  readonly donors: readonly Donor[];
  readonly lr_curves: readonly (readonly [number, readonly [number, number]])[];
  readonly locale: Readonly<Record<string, Candidates>>;
  readonly ensemble: {
    readonly ensemble_weights: Readonly<Record<'collaborative' | 'similarity' | 'locale', number>>;
  };
  readonly whitelist: readonly string[];
}

/**
 * What the original draws its answers from, for the clients of a kit: a plain second reading of its rules
 * (spec/taar-serving.md sections 5.1 to 5.5), on purpose apart from what serves, so that one can catch the other.
 */
export class KitCandidates {
  readonly #artifacts: Artifacts;
  readonly #profiles: Kit['profiles'];

  constructor({ artifacts, profiles }: Kit) {
    this.#artifacts = plainJson(artifacts as ReadonlyMap<string, never>) as Artifacts;
    this.#profiles = profiles;
  }

  /** The candidates of a client, as its id stands in a path; none where the client is not known. */
  of(client: string, queryLocale: string | null): Candidates {
    const { whitelist } = this.#artifacts;
    if (isTestId(client)) return bestFirst(whitelist.map((guid) => [guid, testScore(guid)] as const));
    const profile = this.#profiles.get(client);
    if (profile === undefined || !Array.isArray(profile.active_addons)) return [];
    const installed = installedIn(profile.active_addons);
    const limit = whitelist.length + installed.length;
    const { ensemble_weights: weights } = this.#artifacts.ensemble;
    const sums = new Map<string, number>();
    const members = [
      [weights.collaborative, this.#collaborative(new Set(installed))],
      [weights.similarity, this.#similarity(profile)],
      [weights.locale, this.#locale(profile, queryLocale)],
    ] as const;
    for (const [weight, found] of members) {
      for (const [guid, score] of found.slice(0, limit))
        sums.set(guid, (sums.get(guid) ?? 0) + score * weight);
    }
    const others = [...sums].filter(([guid]) => !installed.includes(guid));
    return bestFirst(others).slice(0, whitelist.length);
  }

  #collaborative(installed: ReadonlySet<string>): Candidates {
    const { item_matrix: rows, addon_mapping: mapping } = this.#artifacts;
    if (installed.size === 0) return [];
    const hashes = new Set([...installed].map(positiveHash));
    const known = rows.filter(({ id }) => hashes.has(id));
    const user = (rows[0]?.features ?? []).map((_, j) => sum(known.map(({ features }) => features[j] ?? 0)));
    const scores = new Map<string, number>();
    for (const { id, features } of rows) {
      const addon = mapping[String(id)];
      if (hashes.has(id) || addon === undefined || (addon.isWebextension ?? false) === false) continue;
      scores.set(addon.id, sum(features.map((feature, j) => feature * (user[j] ?? 0))));
    }
    return [...scores].sort(([, a], [, b]) => b - a);
  }

  #similarity(profile: Readonly<Record<string, unknown>>): Candidates {
    const texts = ['city', 'locale', 'os'].map((field) => profile[field] ?? (field in profile ? null : ''));
    const counts = COUNTS.map((field) => profile[field] ?? (field in profile ? null : 0));
    if ([...texts, ...counts].includes(null)) return [];
    const scored = this.#artifacts.donors.map((donor) => {
      const differing = [donor.geo_city, donor.locale, donor.os].filter((text, i) => text !== texts[i]);
      const canberra = sum(DONOR_COUNTS.map((field, i) => apart(Number(donor[field]), Number(counts[i]))));
      const distance = (canberra + DISTANCE_FLOOR) * (differing.length / 3);
      return { donor, weight: Math.log(this.#ratioAt(distance)) };
    });
    const sums = new Map<string, number>();
    for (const { donor, weight } of scored.sort((a, b) => b.weight - a.weight)) {
      if (!(weight > 0)) continue;
      for (const guid of donor.active_addons) sums.set(guid, (sums.get(guid) ?? 0) + weight);
    }
    return bestFirst([...sums]);
  }

  /** The likelihood ratio at the first point of the curve that is nearest to a distance. */
  #ratioAt(distance: number): number {
    let [nearest, ratio] = [Number.POSITIVE_INFINITY, Number.NaN];
    for (const [x, [numerator, denominator]] of this.#artifacts.lr_curves) {
      if (Math.abs(distance - x) >= nearest) continue;
      nearest = Math.abs(distance - x);
      ratio = numerator / denominator;
    }
    return ratio;
  }

  #locale(profile: Readonly<Record<string, unknown>>, queryLocale: string | null): Candidates {
    const locale = profile.locale || queryLocale;
    const { locale: table } = this.#artifacts;
    if (typeof locale !== 'string' || !Object.hasOwn(table, locale)) return [];
    return [...(table[locale] ?? [])].sort(([, a], [, b]) => b - a);
  }
}

/** One character again and again, dashes aside. */
export function isTestId(client: string): boolean {
  return new Set(client.replaceAll('-', '')).size === 1;
}

function installedIn(addons: readonly unknown[]): string[] {
  return (addons as readonly { readonly addon_id: string; readonly is_system?: unknown }[])
    .filter(({ is_system }) => !is_system)
    .map(({ addon_id }) => addon_id);
}

function testScore(guid: string): number {
  const hash = BigInt(`0x${createHash('sha256').update(guid).digest('hex')}`);
  return Number(hash % 100n) / 100;
}

/** Java's string hash on code points, without its sign and upper bits. */
function positiveHash(guid: string): number {
  let hash = 0;
  for (const character of guid) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return hash & HASH_BITS;
}

function apart(a: number, b: number): number {
  const scale = Math.abs(a) + Math.abs(b);
  return scale === 0 ? 0 : Math.abs(a - b) / scale;
}

function bestFirst(candidates: Candidates): Candidates {
  return [...candidates].sort(([a, x], [b, y]) => y - x || compareCodePoints(a, b));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
