import type { AddonRecord } from '../../domain/add-on.ts';

/** A moment: a Date, or milliseconds since 1970-01-01. */
export type Moment = Date | number;

/** What a service knows of one client at one moment. A part that is left out says nothing, and changes nothing. */
export interface ClientObservation {
  /** The raw telemetry client id, a UUID in lower case with dashes. Hashed before anything else is done with it. */
  readonly clientId: string;
  /** The second, raw, id of the same browser (Glean's), where both are known: links the two. */
  readonly gleanClientId?: string;
  /**
   * Names what is observed, a UUID: the same one again changes nothing. Give it where you may try again; without it
   * each call stands for something new.
   */
  readonly documentId?: string;
  /** When it was made, by the client's clock; without it `submittedAt`. */
  readonly createdAt?: Moment;
  /** When it reached you, never in the future; without it now. Its UTC date is the day that the parts belong to. */
  readonly submittedAt?: Moment;
  /** All add-ons that are installed; an empty list says that there are none. */
  readonly addons?: readonly InstalledAddon[];
  readonly facts?: ClientFacts;
  readonly counters?: ClientCounters;
}

/** An installed add-on: its id, and whatever else is known of it. Days are days since 1970-01-01. */
export type InstalledAddon = Pick<AddonRecord, 'id'> & Partial<AddonRecord>;

/** What and where the client is; each at most 100 characters. A city counts only with its country. */
export interface ClientFacts {
  /** Such as `en-US`. */
  readonly locale?: string | null;
  /** Such as `Windows_NT`, `Darwin`, `Linux`. */
  readonly os?: string | null;
  /** The update channel, such as `release`. */
  readonly channel?: string | null;
  readonly city?: string | null;
  /** Two letters, such as `DE`. */
  readonly country?: string | null;
}

/** What was counted since the last observation; whole numbers, not negative. */
export interface ClientCounters {
  readonly subsessionSeconds?: number | null;
  readonly bookmarks?: number | null;
  readonly tabOpens?: number | null;
  readonly uris?: number | null;
  readonly domains?: number | null;
}
