import { NO_PARTS } from '../../src/consumers/addon-client/parts.ts';
import type { AddonRecord } from '../../src/domain/add-on.ts';
import type {
  ClientAliasJoined,
  ClientDeletionRequested,
  ClientLinkRequested,
  ClientObserved,
  EventTimes,
} from '../../src/domain/client-event.ts';
import { type ClientKey, ClientKeys, sha256Hex } from '../../src/domain/client-key.ts';

/** Noon of a day on which nothing special happened. */
export const NOON = Date.parse('2026-03-04T12:00:00Z');

const KEYS = new ClientKeys(undefined);

/** The client key of a made-up id. */
export function keyOf(name: string): ClientKey {
  return KEYS.of(sha256Hex(name));
}

/** Created a second before it was submitted, `ms` after noon. */
export function timesAt(ms: number): EventTimes {
  return { createdAt: NOON + ms - 1_000, submittedAt: NOON + ms };
}

export function addonRecord(id: string, fields: Partial<AddonRecord> = {}): AddonRecord {
  return {
    id,
    blocklisted: false,
    name: null,
    userDisabled: false,
    appDisabled: false,
    version: '1.0',
    scope: 1,
    type: 'extension',
    foreignInstall: false,
    hasBinaryComponents: null,
    installDay: 20_000,
    updateDay: 20_100,
    signedState: 2,
    isSystem: false,
    isWebExtension: true,
    multiprocessCompatible: true,
    ...fields,
  };
}

const NO_FACTS = { locale: null, os: null, city: null, country: null, channel: null };

/** A ping that says nothing but what `fields` say. */
export function observed(
  ms: number,
  {
    facts,
    ...fields
  }: Partial<Omit<ClientObserved, 'facts'>> & {
    facts?: Partial<ClientObserved['facts']>;
  } = {},
): ClientObserved {
  return {
    kind: 'observed',
    ...timesAt(ms),
    documentId: `document-${ms}`,
    addons: null,
    counters: null,
    facts: { ...NO_FACTS, ...facts },
    ...fields,
  };
}

export function linkRequested(ms: number, canonical: ClientKey): ClientLinkRequested {
  return { kind: 'link-requested', ...timesAt(ms), canonical };
}

export function aliasJoined(
  ms: number,
  alias: ClientKey,
  fields: Partial<ClientAliasJoined> = {},
): ClientAliasJoined {
  return { kind: 'alias-joined', ...timesAt(ms), alias, parts: NO_PARTS, lastSeen: NOON + ms, ...fields };
}

/** A client's own deletion, unless `fields` say otherwise. */
export function deletionRequested(
  ms: number,
  fields: Partial<ClientDeletionRequested> = {},
): ClientDeletionRequested {
  return {
    kind: 'deletion-requested',
    ...timesAt(ms),
    requestId: `request-${ms}`,
    origin: 'client',
    reopen: false,
    derivedFrom: null,
    ...fields,
  };
}
