import type { AddonRecord } from '../../src/domain/add-on.ts';
import { type ClientKey, ClientKeys, sha256Hex } from '../../src/domain/client-key.ts';
import { dayOf, type EpochMs } from '../../src/domain/clock.ts';
import type { AliasProfile, ClosedProfile, OpenProfile, Profile } from '../../src/domain/profile.ts';
import type { ProfileSource } from '../../src/serving/addons/client-profiles.ts';

export const NOW: EpochMs = Date.UTC(2026, 4, 20, 12);
export const KEYS = new ClientKeys('a pepper');

/** What AMO puts into the URL for the client of that name. */
export function hashOf(name: string): string {
  return sha256Hex(name);
}

export function keyOf(name: string): ClientKey {
  return KEYS.of(sha256Hex(name));
}

/** An open profile with these add-ons, of which those that end in `@system` are system ones. */
export function openProfile(ids: readonly string[], lastSeen: EpochMs = NOW): OpenProfile {
  return {
    kind: 'open',
    addons: {
      day: dayOf(lastSeen),
      documents: [],
      addons: ids.map((id) => ({ ...addon(id), seenAt: lastSeen })),
    },
    counters: null,
    facts: null,
    aliases: [],
    fence: null,
    lastSeen,
    changedAt: lastSeen,
  };
}

export function closedProfile(): ClosedProfile {
  const fence = { createdAt: NOW, submittedAt: NOW };
  return { kind: 'closed', final: true, fence, reason: 'client', requestIds: [], links: [], changedAt: NOW };
}

export function aliasProfile(canonical: ClientKey): AliasProfile {
  return { kind: 'alias', canonical, fence: null, lastSeen: NOW, changedAt: NOW };
}

/** Profiles by client name; an alias leads to its canonical row, as the view's reader does. */
export function profilesOf(rows: Readonly<Record<string, Profile>>): ProfileSource {
  const byKey = new Map(Object.entries(rows).map(([name, profile]) => [keyOf(name), profile]));
  return {
    async read(key) {
      const profile = byKey.get(key);
      const at = profile?.kind === 'alias' ? profile.canonical : key;
      const found = byKey.get(at);
      return found === undefined ? undefined : { profile: found };
    },
  };
}

export function addon(id: string): AddonRecord {
  return {
    id,
    blocklisted: null,
    name: null,
    userDisabled: null,
    appDisabled: null,
    version: null,
    scope: null,
    type: null,
    foreignInstall: null,
    hasBinaryComponents: null,
    installDay: null,
    updateDay: null,
    signedState: null,
    isSystem: id.endsWith('@system'),
    isWebExtension: null,
    multiprocessCompatible: null,
  };
}
