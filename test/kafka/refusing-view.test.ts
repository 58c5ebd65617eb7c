import { afterAll, beforeAll, it } from 'vitest';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import { deletionFanOut } from '../../src/consumers/deletion-fan-out.ts';
import { KafkaCluster } from '../infra/kafka-cluster.ts';
import { describeWith, describeWithOwn, schemaRegistryUrl } from '../infra/services.ts';
import { ConsumerProcess, isAllOwned } from './consumer-process.ts';
import { settleAndVerify } from './invariants.ts';
import { Load } from './load.ts';
import { SEED } from './seed.ts';
import { openSite } from './site.ts';
import { until } from './until.ts';

const PINGS_PER_SECOND = 200;
/** The third wait of one partition: they double from 200 ms. */
const LONG_WAIT_MS = 800;
const LIMIT_MS = 40_000;
const TIMEOUT_MS = 120_000;

describeWithOwn('kafka', 'with a broker of its own', () => {
  describeWith('registry', `a consumer process (TAAR_TEST_SEED=${SEED})`, () => {
    let cluster: KafkaCluster;
    beforeAll(async () => {
      cluster = await KafkaCluster.start();
    }, TIMEOUT_MS);
    afterAll(() => cluster.stop());

    it(
      'whose view refuses writes pauses with growing waits, goes on by itself, and has written nothing twice',
      async () => {
        const site = await openSite(cluster.brokers(), schemaRegistryUrl());
        const consumer = await ConsumerProcess.start(site, 'only');
        await until('it works', () => isAllOwned([consumer]), LIMIT_MS);
        const load = Load.start(site, { seed: SEED, pingsPerSecond: PINGS_PER_SECOND });
        await load.more(PINGS_PER_SECOND, LIMIT_MS);
        consumer.tell({ viewRefuses: true });
        const longest = () => Math.max(0, ...consumer.waitsOf('view-write-failed'));
        await until('it waits longer and longer', () => longest() >= LONG_WAIT_MS, LIMIT_MS);
        // What needs no view goes on.
        const committed = consumer.count('committed', deletionFanOut.name);
        await until(
          'others go on',
          () => consumer.count('committed', deletionFanOut.name) > committed,
          LIMIT_MS,
        );
        const stood = consumer.count('committed', addonClient.name);
        consumer.tell({ viewRefuses: false });
        await until('it goes on', () => consumer.count('committed', addonClient.name) > stood, LIMIT_MS);
        await load.end();
        await settleAndVerify(site, load.acknowledged, [consumer]);
      },
      TIMEOUT_MS,
    );
  });
});
