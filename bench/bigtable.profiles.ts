import type { AddonRecord } from '../src/domain/add-on.ts';
import { dayOf } from '../src/domain/clock.ts';
import type { OpenProfile } from '../src/domain/profile.ts';
import { RecordCodec } from '../src/log/record-codec.ts';
import type { Change } from '../src/views/view.ts';

const ADDONS_EACH = 8;

/** States of browsers with eight add-ons, and the codec that they were encoded with. */
export async function profileChanges(count: number): Promise<{ codec: RecordCodec; changes: Change[] }> {
  let ids = 0;
  const codec = await RecordCodec.open({ idOf: async () => ++ids, schemaOf: async () => undefined });
  const now = Date.now();
  const changes = Array.from({ length: count }, (_, client) => ({
    key: client.toString(16).padStart(64, '0'),
    value: codec.encode('addons.Profile', profileOf(client, now)),
    changedAt: now,
  }));
  return { codec, changes };
}

function profileOf(client: number, now: number): OpenProfile {
  const day = dayOf(now);
  const fact = (value: string) => ({ value, at: now });
  const addons = Array.from({ length: ADDONS_EACH }, (_, i) => addonOf((client * 31 + i * 977) % 2_000));
  return {
    kind: 'open',
    addons: { day, documents: [client], addons: addons.map((addon) => ({ ...addon, seenAt: now })) },
    counters: null,
    facts: {
      day,
      documents: [client],
      locale: fact('de'),
      os: fact('Windows_NT'),
      city: fact('Berlin'),
      country: fact('DE'),
      channel: fact('release'),
    },
    aliases: [],
    fence: null,
    lastSeen: now,
    changedAt: now,
  };
}

function addonOf(number: number): AddonRecord {
  return {
    id: `{${number.toString(16).padStart(8, '0')}-84c1-4d5e-9a3b-2c6f7e8d9a0b}`,
    blocklisted: false,
    name: `Add-on ${number}`,
    userDisabled: false,
    appDisabled: false,
    version: `1.${number}`,
    scope: 1,
    type: 'extension',
    foreignInstall: false,
    hasBinaryComponents: false,
    installDay: 19_000 + number,
    updateDay: 19_500 + number,
    signedState: 2,
    isSystem: false,
    isWebExtension: true,
    multiprocessCompatible: true,
  };
}
