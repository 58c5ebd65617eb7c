import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import { uniformsOf } from '../../src/domain/random.ts';
import { KafkaCluster } from '../infra/kafka-cluster.ts';
import { describeWith, describeWithOwn, schemaRegistryUrl } from '../infra/services.ts';
import { ConsumerProcess, isAllOwned } from './consumer-process.ts';
import { settleAndVerify } from './invariants.ts';
import { Load } from './load.ts';
import { SEED } from './seed.ts';
import { openSite } from './site.ts';
import { until } from './until.ts';

const KILLS = 6;
const MAX_BATCHES_A_LIFE = 12;
const MAX_DELAY_MS = 30;
const PINGS_PER_SECOND = 200;
const TAKE_OVER_LIMIT_MS = 40_000;
const TIMEOUT_MS = 180_000;

describeWithOwn('kafka', 'consumer processes', () => {
  describeWith('registry', `on a broker of their own (TAAR_TEST_SEED=${SEED})`, () => {
    let cluster: KafkaCluster;
    beforeAll(async () => {
      cluster = await KafkaCluster.start();
    }, TIMEOUT_MS);
    afterAll(() => cluster.stop());

    it(
      `of which one is killed ${KILLS} times in the middle of its batches lose nothing and apply nothing twice`,
      async () => {
        const site = await openSite(cluster.brokers(), schemaRegistryUrl());
        const steady = await ConsumerProcess.start(site, 'steady');
        let mortal = await ConsumerProcess.start(site, 'mortal');
        await until('both work', () => isAllOwned([steady, mortal]), TAKE_OVER_LIMIT_MS);
        const load = Load.start(site, { seed: SEED, pingsPerSecond: PINGS_PER_SECOND });
        const recoveries: number[] = [];
        for (let life = 0; life < KILLS; life++) {
          const draw = uniformsOf(SEED, 'life', life);
          const batches = 1 + Math.floor(draw(0) * MAX_BATCHES_A_LIFE);
          await until(
            'it works',
            () => mortal.count('batch', addonClient.name) >= batches,
            TAKE_OVER_LIMIT_MS,
          );
          await setTimeout(draw(1) * MAX_DELAY_MS);
          await mortal.kill();
          const killed = performance.now();
          // Every other time a new one joins at once, so that the group changes twice in a row.
          if (life % 2 === 0) {
            await until('the other has all', () => isAllOwned([steady]), TAKE_OVER_LIMIT_MS);
            recoveries.push(performance.now() - killed);
          }
          mortal = await ConsumerProcess.start(site, 'mortal');
          await until('both work', () => isAllOwned([steady, mortal]), TAKE_OVER_LIMIT_MS);
          if (life % 2 === 1) recoveries.push(performance.now() - killed);
        }
        await load.end();
        console.info(
          `all partitions owned again after a kill: ${recoveries.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ')}`,
        );
        const { events } = await settleAndVerify(site, load.acknowledged, [steady, mortal]);
        expect(events.length).toBeGreaterThan(load.acknowledged.length);
      },
      TIMEOUT_MS,
    );
  });
});
