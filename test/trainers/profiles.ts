import type { ClientKey } from '../../src/domain/client-key.ts';
import { sha256Hex } from '../../src/domain/client-key.ts';
import { dayOf, type EpochMs } from '../../src/domain/clock.ts';
import type {
  AliasProfile,
  ClosedProfile,
  FactPart,
  OpenProfile,
  Profile,
  SeenAddon,
} from '../../src/domain/profile.ts';
import { RecordCodec, type SchemaIds } from '../../src/log/record-codec.ts';
import type { PackedEntries, ViewSnapshot } from '../../src/views/view.ts';

export const NOW = 1_782_000_000_000;

/** A client key, as the intake would make it without a pepper. */
export function keyOf(name: string): ClientKey {
  return sha256Hex(name) as string as ClientKey;
}

export function seenAddon(id: string, other: Partial<SeenAddon> = {}): SeenAddon {
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
    hasBinaryComponents: false,
    installDay: 20_000,
    updateDay: 20_100,
    signedState: 2,
    isSystem: false,
    isWebExtension: true,
    multiprocessCompatible: true,
    seenAt: NOW,
    ...other,
  };
}

export function factsOf(channel: string): FactPart {
  const none = { locale: null, os: null, city: null, country: null };
  return { day: dayOf(NOW), documents: [], ...none, channel: { value: channel, at: NOW } };
}

/** A browser with these add-ons, seen just now on the release channel. */
export function openProfile(addons: readonly string[], other: Partial<OpenProfile> = {}): OpenProfile {
  return {
    kind: 'open',
    addons: { day: dayOf(NOW), documents: [], addons: addons.map((id) => seenAddon(id)) },
    counters: null,
    facts: factsOf('release'),
    aliases: [],
    fence: null,
    lastSeen: NOW,
    changedAt: NOW,
    ...other,
  };
}

export function closedProfile(requestIds: readonly string[], submittedAt: EpochMs = NOW): ClosedProfile {
  const fence = { createdAt: submittedAt, submittedAt };
  return { kind: 'closed', final: true, fence, reason: 'client', requestIds, links: [], changedAt: NOW };
}

export function aliasProfile(canonical: ClientKey): AliasProfile {
  return { kind: 'alias', canonical, fence: null, lastSeen: NOW, changedAt: NOW };
}

/** Schema ids as a new log would give them. */
export function newSchemaIds(): SchemaIds {
  const known: { type: string; schema: string }[] = [];
  return {
    idOf: async (type, schema) => known.push({ type, schema }),
    schemaOf: async (id) => known[id - 1],
  };
}

export function newCodec(): Promise<RecordCodec> {
  return RecordCodec.open(newSchemaIds());
}

export function packed(codec: RecordCodec, rows: readonly (readonly [string, Profile])[]): PackedEntries {
  const parts = rows.flatMap(([key, profile]) => [Buffer.from(key), codec.encode('addons.Profile', profile)]);
  let end = 0;
  const ends = Uint32Array.from(parts, (part) => {
    end += part.length;
    return end;
  });
  return { count: rows.length, bytes: new Uint8Array(Buffer.concat(parts)), ends };
}

/** A snapshot of these rows in batches of `batchRows`. */
export function snapshotOf(
  codec: RecordCodec,
  rows: readonly (readonly [string, Profile])[],
  batchRows = 2,
): ViewSnapshot {
  return {
    positions: new Map([[0, rows.length]]),
    async *scan() {
      for (let i = 0; i < rows.length; i += batchRows) yield packed(codec, rows.slice(i, i + batchRows));
    },
    close: async () => {},
  };
}
