import type { ClientFeatures } from '../src/domain/client-features.ts';
import { sha256Hex } from '../src/domain/client-key.ts';
import { dayOf, type EpochMs } from '../src/domain/clock.ts';
import type { OpenProfile } from '../src/domain/profile.ts';
import { addon } from '../test/serving/profiles.ts';
import { clients } from './recommend.models.ts';

/** What AMO puts into the URL for a client of the benchmark. */
export function hashOf(client: number): string {
  return sha256Hex(`bench ${client}`);
}

export function clientPaths(): readonly string[] {
  return clients().map((_, client) => `/v1/api/recommendations/${hashOf(client)}/`);
}

/** The states of those clients. */
export function clientProfiles(now: EpochMs): readonly OpenProfile[] {
  return clients().map((features, client) => profileOf(features, client, now));
}

function profileOf(features: ClientFeatures, client: number, now: EpochMs): OpenProfile {
  const day = dayOf(now);
  const fact = (value: string | null) => (value === null ? null : { value, at: now });
  const installed = [...new Set(features.installed)].sort();
  return {
    kind: 'open',
    addons: { day, documents: [client], addons: installed.map((id) => ({ ...addon(id), seenAt: now })) },
    counters: {
      day,
      pings: [
        {
          documentId: `${client}`,
          subsessionSeconds: features.subsessionLength,
          bookmarks: features.bookmarkCount,
          tabOpens: features.tabOpenCount,
          uris: features.totalUri,
          domains: features.uniqueTlds,
        },
      ],
    },
    facts: {
      day,
      documents: [client],
      locale: fact(features.locale),
      os: fact(features.os),
      city: fact(features.geoCity),
      country: null,
      channel: null,
    },
    aliases: [],
    fence: null,
    lastSeen: now,
    changedAt: now,
  };
}
