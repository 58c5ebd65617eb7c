import { describe, expect, it } from 'vitest';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import { deletionFanOut } from '../../src/consumers/deletion-fan-out.ts';
import type { DeletionRequest } from '../../src/domain/deletion.ts';
import { Metrics } from '../../src/ops/metrics.ts';
import { keyOf, NOON, observed } from '../sim/client-events.ts';
import {
  openGround,
  recordOf,
  recordsOf,
  settled,
  startConsumer,
  statesIn,
  temporaryFolder,
} from './running-consumer.ts';

const KEY = keyOf('client');
const REQUEST: DeletionRequest = {
  requestId: 'request',
  origin: 'operator',
  requestedAt: NOON,
  reopen: true,
  products: ['addons'],
};

describe('the fan-out of a deletion request', () => {
  it('is a deletion event for each product, under the same key', () => {
    expect(deletionFanOut.reduce(KEY, undefined, REQUEST, NOON)).toEqual({
      state: undefined,
      emit: [
        {
          topic: 'addons.client.event.v1',
          key: KEY,
          type: 'addons.ClientDeletionRequested',
          value: {
            kind: 'deletion-requested',
            createdAt: NOON,
            submittedAt: NOON,
            requestId: 'request',
            origin: 'operator',
            reopen: true,
            derivedFrom: null,
          },
        },
      ],
    });
    expect(deletionFanOut.reduce(KEY, undefined, { ...REQUEST, products: [] }, NOON).emit).toEqual([]);
  });

  it('closes the row, and sets aside what is no request', async () => {
    const ground = await openGround(await temporaryFolder());
    const { log, codec, view } = ground;
    const topic = 'privacy.deletion.requested.v1';
    const value = codec.encode('privacy.DeletionRequest', REQUEST);
    await log.append([recordOf(codec, { key: KEY, event: observed(-5) })]);
    await log.append([
      { topic, key: KEY, value: Buffer.from('?') },
      { topic, key: 'nobody', value },
      { topic, key: KEY, value },
    ]);
    await startConsumer(deletionFanOut, { ...ground, metrics: new Metrics() });
    await settled(ground, deletionFanOut);
    await startConsumer(addonClient, ground);
    await settled(ground, addonClient);
    expect(await statesIn(view, codec)).toMatchObject({ [KEY]: { kind: 'closed', requestIds: ['request'] } });
    const letters = await recordsOf(log, 'privacy.deletion.requested.v1.dlq');
    expect(letters.map(({ headers }) => headers.code).sort()).toEqual(['key-invalid', 'schema-unknown']);
  });
});
