import type { AddonRecord } from '../../domain/add-on.ts';
import type { ClientFeatures } from '../../domain/client-features.ts';
import { uniformsOf } from '../../domain/random.ts';
import { hasValidFlags, type TrainingAddon } from './training-profiles.ts';

/** The fields of an add-on that the ensemble looks at. */
export type EnsembleAddon = TrainingAddon & Pick<AddonRecord, 'installDay'>;

/** What is known of a client beside its add-ons. */
export type ClientUsage = Omit<ClientFeatures, 'installed'>;

/** A client without its newest add-on, and that one. Holds no id of the client. */
export interface HeldOutClient {
  readonly features: ClientFeatures;
  readonly hidden: string;
}

/** More than 2 and fewer than 100 add-ons of any kind: fewer say little, more are no person's choice. */
const MIN_ADDONS = 3;
const MAX_ADDONS = 99;
/** Of those that count. */
const MIN_VALID_ADDONS = 5;

/**
 * The client with the add-on hidden that was installed last (spec/taar-training.md section 11.1-11.4); of those of one
 * day the last in the profile's order. Undefined where too few add-ons count. Numbers are truncated, unknown ones are 0
 * and unknown texts empty, as TAAR's recommenders were asked.
 */
export function withNewestHidden(
  addons: readonly EnsembleAddon[],
  usage: ClientUsage,
): HeldOutClient | undefined {
  if (addons.length < MIN_ADDONS || addons.length > MAX_ADDONS) return undefined;
  const installed = addons
    .flatMap((addon) =>
      addon.installDay !== null && hasValidFlags(addon) ? [{ id: addon.id, day: addon.installDay }] : [],
    )
    .sort((a, b) => a.day - b.day)
    .map(({ id }) => id);
  const hidden = installed.pop();
  if (hidden === undefined || installed.length + 1 < MIN_VALID_ADDONS) return undefined;
  return {
    hidden,
    features: {
      installed,
      locale: usage.locale ?? '',
      os: usage.os ?? '',
      geoCity: usage.geoCity ?? '',
      subsessionLength: Math.trunc(usage.subsessionLength ?? 0),
      bookmarkCount: Math.trunc(usage.bookmarkCount ?? 0),
      tabOpenCount: Math.trunc(usage.tabOpenCount ?? 0),
      totalUri: Math.trunc(usage.totalUri ?? 0),
      uniqueTlds: Math.trunc(usage.uniqueTlds ?? 0),
    },
  };
}

/** A text that draws for the client are keyed by: all that is known of it, since nobody knows who it is. */
export function drawKeyOf({ features, hidden }: HeldOutClient): string {
  const { installed, locale, os, geoCity, ...numbers } = features;
  const { subsessionLength, bookmarkCount, tabOpenCount, totalUri, uniqueTlds } = numbers;
  const counts = [subsessionLength, bookmarkCount, tabOpenCount, totalUri, uniqueTlds];
  return JSON.stringify([hidden, installed, locale, os, geoCity, counts]);
}

/**
 * About `size` of the clients, or all where there are no more, each drawn for itself: one that is left out changes nobody
 * else's draw (but by how much of all the sample is), nor does the order.
 */
export function sampleClients(
  clients: readonly HeldOutClient[],
  { size, seed }: { readonly size: number; readonly seed: number },
): HeldOutClient[] {
  const share = size / clients.length;
  const seen = new Map<string, number>();
  return clients.filter((client) => {
    const key = drawKeyOf(client);
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return uniformsOf(seed, 'ensemble.sample', key)(ordinal) < share;
  });
}
