import type { AddonRecord } from '../src/domain/add-on.ts';
import { ClientKeys, sha256Hex } from '../src/domain/client-key.ts';
import { DAY_MS, HOUR_MS } from '../src/domain/clock.ts';
import { uniformsOf } from '../src/domain/random.ts';
import type { OutgoingRecord } from '../src/log/event-log.ts';
import { RecordCodec, type SchemaIds } from '../src/log/record-codec.ts';
import { addonsOf, DAY_START } from './aggregate.events.ts';

export const CLIENTS = 200_000;
/** Of these the first are for warming up: they are processed before the measurement begins. */
export const RECORDS = 240_000;
export const WARM_UP_RECORDS = 40_000;
export const GROUP = 'bare';

const ADDONS_PER_CLIENT = 8;

/** The day after the recorded one. */
export const clock = (): number => DAY_START + DAY_MS;

/** The codec of every process of this benchmark: schemas get their ids by their order. */
export function benchCodec(): Promise<RecordCodec> {
  const schemas: { type: string; schema: string }[] = [];
  const ids: SchemaIds = {
    idOf: async (type, schema) => schemas.push({ type, schema }),
    schemaOf: async (id) => schemas[id - 1],
  };
  return RecordCodec.open(ids);
}

/** `addons` pings with 8 add-ons, about 700 bytes each, of clients drawn at random: always the same ones. */
export function* recordedPings(codec: RecordCodec): Generator<OutgoingRecord> {
  const keys = new ClientKeys(undefined);
  for (let ping = 0; ping < RECORDS; ping++) {
    const client = Math.floor(uniformsOf(1, 'ping', ping)(0) * CLIENTS);
    const submittedAt = DAY_START + Math.floor((ping / RECORDS) * 20 * HOUR_MS);
    const value = codec.encode('addons.ClientObserved', {
      kind: 'observed',
      createdAt: submittedAt - 2_000,
      submittedAt,
      documentId: sha256Hex(`ping ${ping}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5'),
      addons: addonsOf(client, ADDONS_PER_CLIENT).map(shortened),
      counters: null,
      facts: { locale: 'en-US', os: 'Windows_NT', city: 'Berlin', country: 'DE', channel: 'release' },
    });
    yield { topic: 'addons.client.event.v1', key: keys.of(sha256Hex(`glean ${client}`)), value };
  }
}

/** So that eight of them make 700 bytes. */
function shortened(addon: AddonRecord): AddonRecord {
  return {
    ...addon,
    id: `${addon.id.slice(0, 10)}@a.example`,
    name: `${addon.name?.replace(' number', '')}`,
  };
}
