import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import {
  AggregateConsumer,
  groupOf,
  RETRY_FIRST_WAIT_MS,
  RETRY_LONGEST_WAIT_MS,
} from '../../src/consumers/aggregate-consumer.ts';
import { TaarError } from '../../src/domain/errors.ts';
import type { BatchHandler } from '../../src/log/event-log.ts';
import { Metrics } from '../../src/ops/metrics.ts';
import { keyOf, NOON, observed } from '../sim/client-events.ts';
import {
  bytesIn,
  type Ground,
  openGround,
  recordOf,
  recordsOf,
  runnerOf,
  settled,
  statesIn,
  temporaryFolder,
} from './running-consumer.ts';
import { SlowView } from './slow-view.ts';

const KEY = keyOf('client');

/** The real runner, whose batches fail as long as there are errors left. */
function failing(ground: Ground, errors: unknown[]): BatchHandler {
  const runner = runnerOf(addonClient, ground);
  return {
    assigned: (partition) => runner.assigned(partition),
    batch: async (batch) => {
      if (errors.length > 0) throw errors.shift();
      return runner.batch(batch);
    },
    committed: (partition, positions) => runner.committed(partition, positions),
    revoked: (partition) => runner.revoked(partition),
    lost: (partition) => runner.lost(partition),
  };
}

function consumerOf(ground: Ground, handler: BatchHandler): AggregateConsumer {
  const { name: aggregate, input } = addonClient;
  const { log, time, logger } = ground;
  return new AggregateConsumer({
    aggregate,
    input,
    handler,
    log,
    clock: () => time.now,
    logger: logger.logger,
  });
}

/** Rows that were in the changelog before. */
async function fillChangelog({ log, codec }: Ground, rows: number): Promise<void> {
  const seen = { lastSeen: NOON, changedAt: NOON };
  const value = codec.encode('addons.Profile', { kind: 'alias', canonical: KEY, fence: null, ...seen });
  const topic = 'addons.profile.changed.v1';
  await log.append(
    Array.from({ length: rows }, (_, i) => ({ topic, key: keyOf(`row ${i}`), value }) as const),
  );
}

describe('a consumer', () => {
  it('tries again what may pass, and is healthy when it has', async () => {
    const ground = await openGround(await temporaryFolder());
    await ground.log.append([recordOf(ground.codec, { key: KEY, event: observed(1) })]);
    const errors = [1, 2].map(() => new TaarError('store-away', 'retry', 'the store is away'));
    const consumer = consumerOf(ground, failing(ground, errors));
    await consumer.start();
    await expect
      .poll(() => consumer.check())
      .toMatchObject({ status: 'warning', details: { code: 'store-away' } });
    await settled(ground, addonClient);
    await expect.poll(() => consumer.check()).toEqual({ status: 'ok' });
    expect(Object.keys(await statesIn(ground.view, ground.codec))).toEqual([KEY]);
    await consumer.stop();
  });

  it('is healthy again, too, when there is nothing to process after the failure', async () => {
    const ground = await openGround(await temporaryFolder());
    const handler = failing(ground, []);
    let failures = 1;
    const consumer = consumerOf(ground, {
      ...handler,
      assigned: async (partition) => {
        if (failures-- > 0) throw new TaarError('store-away', 'retry', 'the store is away');
        await handler.assigned(partition);
      },
    });
    await consumer.start();
    await expect.poll(() => consumer.check()).toMatchObject({ status: 'warning' });
    await setTimeout(2 * RETRY_FIRST_WAIT_MS);
    expect(await consumer.check()).toMatchObject({ status: 'warning' });
    ground.time.now += RETRY_LONGEST_WAIT_MS + 1;
    expect(await consumer.check()).toEqual({ status: 'ok' });
    await consumer.stop();
  });

  it.each([
    ['what nobody classified', new Error('oh'), 'unexpected'],
    ['what says so', new TaarError('schema-incompatible', 'halt', 'no'), 'schema-incompatible'],
  ])('halts for %s, shows it and loses nothing', async (_, error, code) => {
    const ground = await openGround(await temporaryFolder());
    await ground.log.append([recordOf(ground.codec, { key: KEY, event: observed(1) })]);
    const consumer = consumerOf(ground, failing(ground, [error]));
    await consumer.start();
    await expect.poll(() => consumer.check()).toEqual({ status: 'error', details: { code, halted: true } });
    await setTimeout(300);
    expect(await statesIn(ground.view, ground.codec)).toEqual({});
    expect(ground.logger.lines.filter((line) => line.startsWith('error')).length).toBe(1);
    await consumer.stop();

    const again = consumerOf(ground, failing({ ...ground, metrics: new Metrics() }, []));
    await again.start();
    await settled(ground, addonClient);
    await again.stop();
    expect(Object.keys(await statesIn(ground.view, ground.codec))).toEqual([KEY]);
  });

  it('drains: what is in flight is finished, and nothing more is begun', async () => {
    const ground = await openGround(await temporaryFolder(), 1);
    const events = Array.from({ length: 200 }, (_, i) => ({ key: KEY, event: observed(i) }));
    await ground.log.append(events.map((event) => recordOf(ground.codec, event)));
    const consumer = consumerOf(ground, runnerOf(addonClient, ground));
    await consumer.start();
    const committed = async (): Promise<number> =>
      Math.max(...(await ground.log.committedOffsets(groupOf(addonClient.name), addonClient.input)));
    await expect.poll(committed).toBeGreaterThan(0);
    await consumer.drain();
    const drainedAt = await committed();
    // Each of these events changes the row, so the view stands where the input does.
    const { length } = await recordsOf(ground.log, 'addons.profile.changed.v1');
    expect(length).toBe(drainedAt);
    expect(await statesIn(ground.view, ground.codec)).toMatchObject({
      [KEY]: { lastSeen: NOON + drainedAt - 1 },
    });
    await setTimeout(50);
    expect(await committed()).toBe(drainedAt);
    await consumer.stop();
  });

  it('stops while its view is still being brought up, and goes on when it starts again', async () => {
    const ground = await openGround(await temporaryFolder());
    await ground.log.append([recordOf(ground.codec, { key: KEY, event: observed(1) })]);
    await fillChangelog(ground, 24_000);
    const slow = new SlowView(ground.view, 100);
    const consumer = consumerOf(ground, runnerOf(addonClient, { ...ground, view: slow }));
    await consumer.start();
    await expect.poll(() => slow.writes).toBeGreaterThan(0);
    const began = performance.now();
    await consumer.stop();
    expect(performance.now() - began).toBeLessThan(500);
    expect(await ground.log.committedOffsets(groupOf(addonClient.name), addonClient.input)).toEqual(
      Array(8).fill(0),
    );

    const again = consumerOf(ground, runnerOf(addonClient, { ...ground, metrics: new Metrics() }));
    await again.start();
    await settled(ground, addonClient);
    await again.stop();
    expect(await bytesIn(ground.view)).toHaveLength(24_001);
  });

  it('stops at once while it waits to try again', async () => {
    const ground = await openGround(await temporaryFolder());
    await ground.log.append([recordOf(ground.codec, { key: KEY, event: observed(1) })]);
    const errors = Array.from({ length: 99 }, () => new TaarError('store-away', 'retry', 'away'));
    const consumer = consumerOf(ground, failing(ground, errors));
    await consumer.start();
    await expect.poll(() => errors.length).toBeLessThan(97);
    const began = performance.now();
    await consumer.stop();
    expect(performance.now() - began).toBeLessThan(300);
  });
});
