import type { AddonRecord } from './add-on.ts';
import type { ClientKey } from './client-key.ts';
import { type Day, dayOf, type EpochMs } from './clock.ts';

/** The state of one client key (DESIGN section 6). `changedAt` only ever grows for a key. */
export type Profile = OpenProfile | AliasProfile | ClosedProfile;

/** A browser that is known and may be served. */
export interface OpenProfile {
  readonly kind: 'open';
  readonly addons: AddonPart | null;
  readonly counters: CounterPart | null;
  readonly facts: FactPart | null;
  /** Other keys of the same browser, ascending. */
  readonly aliases: readonly ClientKey[];
  /** Set when an operator's deletion allowed the key to come back: only what is newer counts. */
  readonly fence: Fence | null;
  /** The largest submission time of any ping. */
  readonly lastSeen: EpochMs;
  readonly changedAt: EpochMs;
}

/** A second id of a browser; its data lives under `canonical`. */
export interface AliasProfile {
  readonly kind: 'alias';
  readonly canonical: ClientKey;
  readonly fence: Fence | null;
  /** The start of the day of its last ping: the row need not be written for each ping of a day. */
  readonly lastSeen: EpochMs;
  readonly changedAt: EpochMs;
}

/** A deleted client: remembers that nothing (or nothing older) may come back. */
export interface ClosedProfile {
  readonly kind: 'closed';
  /** True: nothing is ever admitted again. False: what was created and submitted after the fence is. */
  readonly final: boolean;
  readonly fence: Fence;
  readonly reason: DeletionOrigin;
  /** The requests that this row answers, ascending; receipts are written for them. */
  readonly requestIds: readonly string[];
  /** Other keys of the same browser, ascending: each is told of later deletions. */
  readonly links: readonly ClientKey[];
  readonly changedAt: EpochMs;
}

/** Who asked for a deletion. */
export type DeletionOrigin = 'client' | 'operator';

/** The latest creation and submission time of the deletions of a key. */
export interface Fence {
  readonly createdAt: EpochMs;
  readonly submittedAt: EpochMs;
}

/** The parts of an open profile, each of one day (UTC date of submission). */
export interface ProfileParts {
  readonly addons: AddonPart | null;
  readonly counters: CounterPart | null;
  readonly facts: FactPart | null;
}

/** The add-ons that the pings of one day named, ascending by id; of each the latest submission. */
export interface AddonPart {
  readonly day: Day;
  /** Marks of the pings in it, ascending (domain/document-mark.ts): a ping that comes again changes nothing. */
  readonly documents: readonly number[];
  readonly addons: readonly SeenAddon[];
}

export interface SeenAddon extends AddonRecord {
  readonly seenAt: EpochMs;
}

/** What the `main` pings of one day counted, ascending by document id, so that a repeated ping counts once. */
export interface CounterPart {
  readonly day: Day;
  readonly pings: readonly PingCounters[];
}

/** The counters of one `main` ping; null where the ping does not say. */
export interface PingCounters {
  readonly documentId: string;
  readonly subsessionSeconds: number | null;
  readonly bookmarks: number | null;
  readonly tabOpens: number | null;
  readonly uris: number | null;
  readonly domains: number | null;
}

/** Where and what the browser is; each fact the latest of its day that is not null. */
export interface FactPart {
  readonly day: Day;
  /** As in the add-on part. */
  readonly documents: readonly number[];
  readonly locale: Fact | null;
  readonly os: Fact | null;
  readonly city: Fact | null;
  readonly country: Fact | null;
  readonly channel: Fact | null;
}

export interface Fact {
  readonly value: string;
  readonly at: EpochMs;
}

/** The names of the facts, in one fixed order. */
export const FACT_NAMES = ['locale', 'os', 'city', 'country', 'channel'] as const;
export type FactName = (typeof FACT_NAMES)[number];

/** A client unseen for this many days is not served and not trained on. */
export const UNSEEN_DAYS = 28;
/** An open row unseen for this many days is dropped. */
export const OPEN_ROW_DAYS = 90;
/** Alias and closed rows outlive every topic, backup and import. */
export const CLOSED_ROW_DAYS = 400;

/** True while a profile may be served and trained on (spec/taar-training.md section 2.4). */
export function isCurrent(profile: Pick<OpenProfile, 'lastSeen'>, now: EpochMs): boolean {
  return dayOf(now) - dayOf(profile.lastSeen) < UNSEEN_DAYS;
}

/** True when a row has outlived its time, as the stream counts time. */
export function isExpired(profile: Profile, streamTime: EpochMs): boolean {
  const today = dayOf(streamTime);
  if (profile.kind === 'open') return today - dayOf(profile.lastSeen) >= OPEN_ROW_DAYS;
  const since = profile.kind === 'alias' ? profile.lastSeen : profile.fence.submittedAt;
  return today - dayOf(since) >= CLOSED_ROW_DAYS;
}
