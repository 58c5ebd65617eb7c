import type { AddonRecord } from '../src/domain/add-on.ts';
import type { ClientEvent, ClientObserved } from '../src/domain/client-event.ts';
import { type ClientKey, ClientKeys, sha256Hex } from '../src/domain/client-key.ts';
import { HOUR_MS } from '../src/domain/clock.ts';
import { type Uniforms, uniformsOf } from '../src/domain/random.ts';
import type { OutgoingRecord } from '../src/log/event-log.ts';
import type { RecordCodec } from '../src/log/record-codec.ts';

/** The recorded day begins here. */
export const DAY_START = Date.parse('2026-03-04T00:00:00Z');

const KNOWN_ADDONS = 2_000;
const ADDONS_PER_CLIENT = 6;
/** Of all pings; the rest are `main`. */
const SHARE_OF_GLEAN_ADDONS = 0.45;
const SHARE_OF_BASELINE = 0.45;
const RECORD_TYPES = {
  observed: 'addons.ClientObserved',
  'link-requested': 'addons.ClientLinkRequested',
} as const;

/**
 * The events of a day of `clients` browsers, at least `count` of them: Glean `addons` pings, Glean `baseline` pings
 * with both ids (which are two events), and legacy `main` pings.
 */
export function* recordedDay(codec: RecordCodec, clients: number, count: number): Generator<OutgoingRecord> {
  const keys = new ClientKeys(undefined);
  for (let event = 0, ping = 0; event < count; ping++) {
    const draw = uniformsOf(1, 'ping', ping);
    const client = Math.floor(draw(0) * clients);
    const legacy = keys.of(sha256Hex(`client ${client}`));
    const glean = keys.of(sha256Hex(`glean ${client}`));
    for (const record of eventsOf(draw, ping, client, legacy, glean)) {
      event++;
      yield outgoing(codec, ...record);
    }
  }
}

function outgoing(codec: RecordCodec, key: ClientKey, event: ClientEvent): OutgoingRecord {
  if (event.kind !== 'observed' && event.kind !== 'link-requested') throw new Error('not recorded');
  return { topic: 'addons.client.event.v1', key, value: codec.encode(RECORD_TYPES[event.kind], event) };
}

function eventsOf(
  draw: Uniforms,
  ping: number,
  client: number,
  legacy: ClientKey,
  glean: ClientKey,
): readonly (readonly [ClientKey, ClientEvent])[] {
  // The day goes by as the pings come in.
  const submittedAt = DAY_START + Math.floor((ping / 60_000) * 20 * HOUR_MS);
  const observed: ClientObserved = {
    kind: 'observed',
    createdAt: submittedAt - 2_000,
    submittedAt,
    documentId: sha256Hex(`ping ${ping}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5'),
    addons: null,
    counters: null,
    facts: { locale: 'en-US', os: 'Windows_NT', city: 'Berlin', country: 'DE', channel: 'release' },
  };
  const kind = draw(1);
  if (kind < SHARE_OF_GLEAN_ADDONS) return [[glean, { ...observed, addons: addonsOf(client) }]];
  if (kind < SHARE_OF_GLEAN_ADDONS + SHARE_OF_BASELINE) {
    const { createdAt } = observed;
    const link = { kind: 'link-requested', createdAt, submittedAt, canonical: legacy } as const;
    return [
      [legacy, observed],
      [glean, link],
    ];
  }
  const counters = { subsessionSeconds: 3_600, bookmarks: 40, tabOpens: 12, uris: 230, domains: 17 };
  return [[legacy, { ...observed, addons: addonsOf(client), counters }]];
}

/** A client's add-ons are the same all day. */
export function addonsOf(client: number, count = ADDONS_PER_CLIENT): readonly AddonRecord[] {
  const draw = uniformsOf(1, 'add-ons', client);
  return Array.from({ length: count }, (_, i) => addon(Math.floor(draw(i) ** 2 * KNOWN_ADDONS)));
}

function addon(number: number): AddonRecord {
  const id = sha256Hex(`add-on ${number}`);
  return {
    id:
      number % 2 === 0
        ? `{${id.slice(0, 8)}-${id.slice(8, 12)}-4c55-9a53-${id.slice(12, 24)}}`
        : `${id.slice(0, 12)}@addons.example`,
    blocklisted: false,
    name: `Add-on number ${number}`,
    userDisabled: false,
    appDisabled: false,
    version: `1.${number % 40}.0`,
    scope: 1,
    type: 'extension',
    foreignInstall: false,
    hasBinaryComponents: null,
    installDay: 20_000 + (number % 300),
    updateDay: 20_400,
    signedState: 2,
    isSystem: false,
    isWebExtension: true,
    multiprocessCompatible: true,
  };
}
