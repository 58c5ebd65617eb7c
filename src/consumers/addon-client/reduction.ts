import type {
  ClientAliasJoined,
  ClientAliasRefused,
  ClientDeletionRequested,
  ClientObserved,
} from '../../domain/client-event.ts';
import type { ClientKey } from '../../domain/client-key.ts';
import type { EpochMs } from '../../domain/clock.ts';
import type { Profile } from '../../domain/profile.ts';
import type { Emitted, Reduction } from '../aggregate.ts';

/** Where an event is reduced: under which key, and the `changedAt` of the state that it makes. */
export interface Place {
  readonly key: ClientKey;
  readonly changedAt: EpochMs;
}

/** A browser's second and later ids; a row with more would grow without end, and no browser has them. */
export const MAX_ALIASES = 8;

const TOPIC = 'addons.client.event.v1';
const NOTHING: readonly Emitted[] = [];

/** A new state that tells nobody. */
export function became(state: Profile): Reduction<Profile> {
  return { state, emit: NOTHING };
}

/** The state as it was; `note` says what was refused. */
export function unchanged(state: Profile | undefined, note: string): Reduction<Profile> {
  return { state, emit: NOTHING, notes: [note] };
}

/** Hands a ping on to the row that holds the browser's data. */
export function forwarded(value: ClientObserved, key: ClientKey): Emitted {
  return { topic: TOPIC, key, type: 'addons.ClientObserved', value };
}

/** Tells a canonical key of an alias. */
export function joined(value: ClientAliasJoined, key: ClientKey): Emitted {
  return { topic: TOPIC, key, type: 'addons.ClientAliasJoined', value };
}

/** Tells a key that it is no alias of `canonical`. */
export function refused(cause: ClientAliasJoined, canonical: ClientKey): Emitted {
  const { createdAt, submittedAt, alias } = cause;
  const value: ClientAliasRefused = { kind: 'alias-refused', createdAt, submittedAt, canonical };
  return { topic: TOPIC, key: alias, type: 'addons.ClientAliasRefused', value };
}

/** Tells another key of the same browser of a deletion. */
export function deletion(value: ClientDeletionRequested, key: ClientKey): Emitted {
  return { topic: TOPIC, key, type: 'addons.ClientDeletionRequested', value };
}
