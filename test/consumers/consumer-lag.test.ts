import { describe, expect, it } from 'vitest';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import { AggregateConsumer } from '../../src/consumers/aggregate-consumer.ts';
import { ConsumerLag, consumptionOf } from '../../src/consumers/consumer-lag.ts';
import { showLag } from '../../src/consumers/lag-metrics.ts';
import { DAY_MS } from '../../src/domain/clock.ts';
import { partitionOf } from '../../src/log/partition.ts';
import { keyOf, observed } from '../sim/client-events.ts';
import {
  type Ground,
  openGround,
  recordOf,
  recordsOf,
  runnerOf,
  settled,
  startConsumer,
  temporaryFolder,
} from './running-consumer.ts';

const KEY = keyOf('client');
const PARTITION = partitionOf(Buffer.from(KEY), 8);

function lagOf({ log, time }: Ground): ConsumerLag {
  return new ConsumerLag(addonClient.name, log, consumptionOf(addonClient, log), () => time.now);
}

async function append({ log, codec }: Ground, count: number): Promise<void> {
  await log.append(
    Array.from({ length: count }, (_, i) => recordOf(codec, { key: KEY, event: observed(i) })),
  );
}

async function gauges({ metrics }: Ground): Promise<string[]> {
  const labels = `{aggregate="addon-client",partition="${PARTITION}"} `;
  const lines = (await metrics.registry.metrics()).split('\n').filter((line) => line.includes(labels));
  return lines.map((line) => line.replace(labels, ' ').replace('taar_consumer_lag_', ''));
}

describe('the lag of a consumer', () => {
  it('is the records that wait and the age of the oldest, by partition, until they are processed', async () => {
    const ground = await openGround(await temporaryFolder());
    const lag = lagOf(ground);
    await append(ground, 2);
    ground.time.now += 30_000;
    await append(ground, 1);
    ground.time.now += 5_000;
    const report = await lag.report();
    expect(report.map(({ partition }) => partition)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const waiting = report.filter(({ records, seconds }) => records > 0 || seconds > 0);
    expect(waiting).toEqual([{ partition: PARTITION, records: 3, seconds: 35 }]);
    await startConsumer(addonClient, ground);
    await settled(ground, addonClient);
    expect((await lag.report())[PARTITION]).toEqual({ partition: PARTITION, records: 0, seconds: 0 });
  });

  it('is shown in the metrics and grows while the partition stands still', async () => {
    const ground = await openGround(await temporaryFolder());
    showLag(ground.metrics.registry, [lagOf(ground)]);
    await append(ground, 1);
    const worker = runnerOf(addonClient, ground);
    const consumer = new AggregateConsumer({
      aggregate: addonClient.name,
      input: addonClient.input,
      worker: {
        assigned: (partition, signal) => worker.assigned(partition, signal),
        batch: () => Promise.reject(new Error('broken')),
        committed: (partition, positions) => worker.committed(partition, positions),
        revoked: (partition) => worker.revoked(partition),
        lost: (partition) => worker.lost(partition),
      },
      log: ground.log,
      clock: () => ground.time.now,
      logger: ground.logger.logger,
    });
    await consumer.start();
    await expect.poll(() => consumer.check()).toMatchObject({ status: 'error' });
    ground.time.now += 7_000;
    expect((await gauges(ground)).sort()).toEqual(['records 1', 'seconds 7']);
    ground.time.now += 60_000;
    await append(ground, 4);
    expect((await gauges(ground)).sort()).toEqual(['records 5', 'seconds 67']);
    await consumer.stop();
  });

  it('looks once for all who ask at the same time', async () => {
    const ground = await openGround(await temporaryFolder());
    let looks = 0;
    const { topic, positions } = consumptionOf(addonClient, ground.log);
    const counted = { topic, positions: () => positions().finally(() => looks++) };
    const lag = new ConsumerLag(addonClient.name, ground.log, counted, () => ground.time.now);
    showLag(ground.metrics.registry, [lag]);
    await Promise.all([ground.metrics.registry.metrics(), lag.report()]);
    expect(looks).toBe(1);
    await lag.report();
    expect(looks).toBe(2);
  });

  it('passes over what compaction has taken away', async () => {
    const ground = await openGround(await temporaryFolder());
    const topic = 'addons.catalogue.changed.v1';
    const listing = { topic, key: 'one', value: Buffer.from('x') } as const;
    await ground.log.append([listing, listing]);
    ground.time.now += 3 * DAY_MS;
    await ground.log.append([listing, { ...listing, key: 'other' }]);
    await ground.log.maintain();
    expect((await recordsOf(ground.log, topic)).map(({ offset }) => offset)).toEqual([2, 3]);
    ground.time.now += 9_000;
    const lag = new ConsumerLag(
      'view',
      ground.log,
      { topic, positions: async () => [0] },
      () => ground.time.now,
    );
    expect(await lag.report()).toMatchObject([{ seconds: 9 }]);
  });

  it('has no figure when the log is gone, while other metrics still come', async () => {
    const ground = await openGround(await temporaryFolder());
    const other = ground.metrics.counter('others_total', 'Something else');
    other.inc();
    showLag(ground.metrics.registry, [lagOf(ground)]);
    await ground.log.close();
    expect(await gauges(ground)).toEqual([]);
    expect(await ground.metrics.registry.metrics()).toContain('taar_others_total 1');
    await expect(lagOf(ground).report()).rejects.toMatchObject({ code: 'log-unavailable' });
  });
});
