import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import { AggregateConsumer, groupOf, type PartitionWorker } from '../../src/consumers/aggregate-consumer.ts';
import { RETRY_FIRST_WAIT_MS, RETRY_LONGEST_WAIT_MS } from '../../src/consumers/backoff.ts';
import { TaarError } from '../../src/domain/errors.ts';
import { partitionOf } from '../../src/log/partition.ts';
import { Metrics } from '../../src/ops/metrics.ts';
import { keyOf, NOON, observed } from '../sim/client-events.ts';
import { RefusingView } from './refusing-view.ts';
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
const PARTITION = partitionOf(Buffer.from(KEY), 8);
/** Its client is in another partition. */
const OTHER_KEY = keyOf('somebody else');

/** The real runner, whose batches fail as long as there are errors left. */
function failing(ground: Ground, errors: unknown[]): PartitionWorker {
  const runner = runnerOf(addonClient, ground);
  return {
    assigned: (partition, signal) => runner.assigned(partition, signal),
    batch: async (batch) => {
      if (errors.length > 0) throw errors.shift();
      return runner.batch(batch);
    },
    committed: (partition, positions) => runner.committed(partition, positions),
    revoked: (partition) => runner.revoked(partition),
    lost: (partition) => runner.lost(partition),
  };
}

function consumerOf(ground: Ground, worker: PartitionWorker): AggregateConsumer {
  const { name: aggregate, input } = addonClient;
  const { log, time, logger } = ground;
  return new AggregateConsumer({
    aggregate,
    input,
    worker,
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
      .toMatchObject({ status: 'warning', details: { code: 'store-away', partitions: `${PARTITION}` } });
    await settled(ground, addonClient);
    await expect.poll(() => consumer.check()).toEqual({ status: 'ok' });
    expect(Object.keys(await statesIn(ground.view, ground.codec))).toEqual([KEY]);
    await consumer.stop();
  });

  it('is healthy again, too, when there is nothing to process after the failure', async () => {
    const ground = await openGround(await temporaryFolder());
    const worker = failing(ground, []);
    let failures = 1;
    const consumer = consumerOf(ground, {
      ...worker,
      assigned: async (partition, signal) => {
        if (failures-- > 0) throw new TaarError('store-away', 'retry', 'the store is away');
        await worker.assigned(partition, signal);
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
  ])('halts the partition for %s, shows it and loses nothing; the others go on', async (_, error, code) => {
    const ground = await openGround(await temporaryFolder());
    await ground.log.append([recordOf(ground.codec, { key: KEY, event: observed(1) })]);
    const consumer = consumerOf(ground, failing(ground, [error]));
    await consumer.start();
    const halted = { status: 'error', details: { code, partitions: `${PARTITION}` } };
    await expect.poll(() => consumer.check()).toEqual(halted);
    const events = [KEY, OTHER_KEY].map((key) => recordOf(ground.codec, { key, event: observed(2) }));
    await ground.log.append(events);
    const seen = async (): Promise<string[]> => Object.keys(await statesIn(ground.view, ground.codec));
    await expect.poll(seen).toEqual([OTHER_KEY]);
    await setTimeout(300);
    expect(await seen()).toEqual([OTHER_KEY]);
    expect(await consumer.check()).toEqual(halted);
    const errors = ground.logger.lines.filter((line) => line.startsWith('error'));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`"partition":${PARTITION}`);
    await consumer.stop();

    const again = consumerOf(ground, failing({ ...ground, metrics: new Metrics() }, []));
    await again.start();
    await settled(ground, addonClient);
    await again.stop();
    expect(await statesIn(ground.view, ground.codec)).toMatchObject({
      [KEY]: { lastSeen: NOON + 2 },
      [OTHER_KEY]: {},
    });
  });

  it('takes no harm from a view that refuses what is committed already, and catches it up', async () => {
    const ground = await openGround(await temporaryFolder());
    await ground.log.append([recordOf(ground.codec, { key: KEY, event: observed(1) })]);
    const view = new RefusingView(ground.view);
    const consumer = consumerOf(ground, runnerOf(addonClient, { ...ground, view }));
    await consumer.start();
    const changelog = (): Promise<unknown[]> => recordsOf(ground.log, 'addons.profile.changed.v1');
    await settled(ground, addonClient);
    view.refuses = true;
    await ground.log.append([recordOf(ground.codec, { key: KEY, event: observed(2) })]);
    await expect.poll(changelog).toHaveLength(2);
    await expect.poll(() => consumer.check()).toMatchObject({ details: { partitions: `${PARTITION}` } });
    expect(await statesIn(ground.view, ground.codec)).toMatchObject({ [KEY]: { lastSeen: NOON + 1 } });
    view.refuses = false;
    await settled(ground, addonClient);
    expect(await statesIn(ground.view, ground.codec)).toMatchObject({ [KEY]: { lastSeen: NOON + 2 } });
    expect(await changelog()).toHaveLength(2);
    await consumer.stop();
  });

  it('tries again as a whole while the log does not let it begin', async () => {
    const ground = await openGround(await temporaryFolder());
    await ground.log.append([recordOf(ground.codec, { key: KEY, event: observed(1) })]);
    let refusals = 2;
    const consumer = new AggregateConsumer({
      aggregate: addonClient.name,
      input: addonClient.input,
      worker: runnerOf(addonClient, ground),
      log: {
        process: async (...given) => {
          if (refusals-- > 0) throw new TaarError('log-away', 'retry', 'the log is away');
          await ground.log.process(...given);
        },
      },
      clock: () => ground.time.now,
      logger: ground.logger.logger,
    });
    await consumer.start();
    await expect
      .poll(() => consumer.check())
      .toEqual({ status: 'warning', details: { code: 'log-away', partitions: 'all' } });
    await settled(ground, addonClient);
    expect(await consumer.check()).toEqual({ status: 'ok' });
    await consumer.stop();
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
