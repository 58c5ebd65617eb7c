import type { AddonRecord } from './add-on.ts';
import type { ClientKey } from './client-key.ts';
import type { EpochMs } from './clock.ts';
import type { DeletionOrigin, FactName, PingCounters, ProfileParts } from './profile.ts';

/** When the browser made a thing (by its own clock) and when it reached us. An emitted event inherits its cause's. */
export interface EventTimes {
  readonly createdAt: EpochMs;
  readonly submittedAt: EpochMs;
}

/** All that can happen to a client key; one record type each on `addons.client.event.v1`. */
export type ClientEvent =
  | ClientObserved
  | ClientLinkRequested
  | ClientAliasJoined
  | ClientAliasRefused
  | ClientDeletionRequested;

/** What one ping says. A part that the ping does not speak about is null. */
export interface ClientObserved extends EventTimes {
  readonly kind: 'observed';
  readonly documentId: string;
  readonly addons: readonly AddonRecord[] | null;
  readonly counters: Omit<PingCounters, 'documentId'> | null;
  readonly facts: Readonly<Record<FactName, string | null>>;
}

/** Under the Glean key: a ping named both ids, and `canonical` is the key of the legacy one. */
export interface ClientLinkRequested extends EventTimes {
  readonly kind: 'link-requested';
  readonly canonical: ClientKey;
}

/** Under the canonical key: `alias` has become one and hands over what it held. */
export interface ClientAliasJoined extends EventTimes {
  readonly kind: 'alias-joined';
  readonly alias: ClientKey;
  readonly parts: ProfileParts;
  /** When the alias was last seen, itself. */
  readonly lastSeen: EpochMs;
}

/** Under the alias key: `canonical` has aliases enough, or is itself one. */
export interface ClientAliasRefused extends EventTimes {
  readonly kind: 'alias-refused';
  readonly canonical: ClientKey;
}

/** Delete the client. `derivedFrom` names the key whose deletion caused this one; null where it was asked for. */
export interface ClientDeletionRequested extends EventTimes {
  readonly kind: 'deletion-requested';
  readonly requestId: string;
  readonly origin: DeletionOrigin;
  /** An operator's deletion after which newer events may open the key again. */
  readonly reopen: boolean;
  readonly derivedFrom: ClientKey | null;
}
