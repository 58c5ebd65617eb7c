import { beforeAll, describe, expect, it } from 'vitest';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import { EventReader, MAX_AHEAD_OF_CLOCK_MS } from '../../src/consumers/event-reader.ts';
import type { LogRecord } from '../../src/log/event-log.ts';
import { partitionOf } from '../../src/log/partition.ts';
import { RecordCodec } from '../../src/log/record-codec.ts';
import { keyOf, NOON, observed } from '../sim/client-events.ts';

const KEY = keyOf('client');
const EVENT = observed(MAX_AHEAD_OF_CLOCK_MS);
let codec: RecordCodec;

beforeAll(async () => {
  let last = 0;
  codec = await RecordCodec.open({ idOf: async () => ++last, schemaOf: async () => undefined });
});

function record(fields: Partial<LogRecord> = {}): LogRecord {
  return {
    topic: 'addons.client.event.v1',
    partition: partitionOf(Buffer.from(KEY), 8),
    offset: 5,
    timestamp: NOON,
    key: KEY,
    value: codec.encode('addons.ClientObserved', EVENT),
    headers: {},
    ...fields,
  };
}

describe('a record', () => {
  it('is an event up to ten minutes ahead of the clock', () => {
    const read = new EventReader(addonClient, codec, () => NOON).read(record());
    expect(read).toMatchObject({ type: 'addons.ClientObserved', event: EVENT });
    const later = new EventReader(addonClient, codec, () => NOON - 1).read(record());
    expect(later).toMatchObject({ code: 'submitted-in-future', decoded: true });
  });

  it('in a partition that is not its key’s is none', () => {
    const other = (record().partition + 1) % 8;
    const read = new EventReader(addonClient, codec, () => NOON).read(record({ partition: other }));
    expect(read).toMatchObject({ code: 'partition-wrong', decoded: true });
  });
});
