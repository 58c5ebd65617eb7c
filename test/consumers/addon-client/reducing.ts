import { addonClient } from '../../../src/consumers/addon-client/addon-client.ts';
import type { Emitted, Reduction } from '../../../src/consumers/aggregate.ts';
import type { ClientEvent } from '../../../src/domain/client-event.ts';
import type { ClientKey } from '../../../src/domain/client-key.ts';
import type { ClosedProfile, OpenProfile, Profile } from '../../../src/domain/profile.ts';
import { keyOf, NOON } from '../../sim/client-events.ts';

/** A browser's legacy key and its Glean key, and keys of somebody else. */
export const LEGACY = keyOf('legacy');
export const GLEAN = keyOf('glean');
export const OTHER = keyOf('other');

/** Reduces one event on a state. */
export function reduce(key: ClientKey, state: Profile | undefined, event: ClientEvent): Reduction<Profile> {
  return addonClient.reduce(key, state, event, event.submittedAt);
}

/** The state that some events leave under a key. */
export function stateOf(key: ClientKey, ...events: readonly ClientEvent[]): Profile | undefined {
  return events.reduce<Profile | undefined>((state, event) => reduce(key, state, event).state, undefined);
}

/** The values of emitted events by the key that they are for. */
export function told(emit: readonly Emitted[]): readonly (readonly [string, unknown])[] {
  return emit.map(({ key, value }) => [key, value]);
}

export function openProfile(fields: Partial<OpenProfile> = {}): OpenProfile {
  return {
    kind: 'open',
    addons: null,
    counters: null,
    facts: null,
    aliases: [],
    fence: null,
    lastSeen: NOON,
    changedAt: NOON,
    ...fields,
  };
}

export function closedProfile(fields: Partial<ClosedProfile> = {}): ClosedProfile {
  return {
    kind: 'closed',
    final: true,
    fence: { createdAt: NOON - 1_000, submittedAt: NOON },
    reason: 'client',
    requestIds: ['request-0'],
    links: [],
    changedAt: NOON,
    ...fields,
  };
}
