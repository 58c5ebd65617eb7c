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

const KILLS = 4;
const MAX_BATCHES_A_LIFE = 12;
const MAX_DELAY_MS = 30;
/** Long enough for what a process had told before it was suspended. */
const REPORT_MS = 20;
const MAX_SUSPENSIONS = 200;
/** A commit that was under way when the process was suspended has gone through: then once more. */
const MAX_ROUNDS = 5;
const CHANGES = 8;
const MAX_CONSUMERS = 3;
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

    it(
      'that join and leave under load hand their partitions over without losing or repeating anything',
      async () => {
        const site = await openSite(cluster.brokers(), schemaRegistryUrl());
        let running = [await ConsumerProcess.start(site, 'first')];
        const load = Load.start(site, { seed: SEED, pingsPerSecond: PINGS_PER_SECOND });
        for (let change = 0; change < CHANGES; change++) {
          const draw = uniformsOf(SEED, 'change', change);
          if (running.length < 2 || (running.length < MAX_CONSUMERS && draw(0) < 0.6)) {
            running.push(await ConsumerProcess.start(site, `joined ${change}`));
          } else {
            const leaving = running[Math.floor(draw(1) * running.length)];
            running = running.filter((consumer) => consumer !== leaving);
            await leaving?.stop();
          }
          // Not always: the next change then comes while the group is still about the last one.
          if (draw(2) < 0.7) await until('all is owned', () => isAllOwned(running), TAKE_OVER_LIMIT_MS);
        }
        await load.end();
        await settleAndVerify(site, load.acknowledged, running);
      },
      TIMEOUT_MS,
    );

    it(
      'of which one is suspended until its partitions have moved cannot commit what it had in hand, and joins again',
      async () => {
        const site = await openSite(cluster.brokers(), schemaRegistryUrl());
        const [zombie, other] = [
          await ConsumerProcess.start(site, 'zombie'),
          await ConsumerProcess.start(site, 'other'),
        ];
        await until('both work', () => isAllOwned([zombie, other]), TAKE_OVER_LIMIT_MS);
        const load = Load.start(site, { seed: SEED, pingsPerSecond: PINGS_PER_SECOND });
        for (let round = 0; refusalsOf(zombie) === 0; round++) {
          expect(round).toBeLessThan(MAX_ROUNDS);
          await suspendedWithWork(zombie, round);
          await until('the other has all', () => isAllOwned([other]), TAKE_OVER_LIMIT_MS);
          await load.more(PINGS_PER_SECOND, TAKE_OVER_LIMIT_MS);
          zombie.resume();
          const rejoined = () => !isAllOwned([other]) && isAllOwned([zombie, other]);
          await until('the zombie has joined again', rejoined, TAKE_OVER_LIMIT_MS);
        }
        await load.end();
        await settleAndVerify(site, load.acknowledged, [zombie, other]);
      },
      TIMEOUT_MS,
    );
  });
});

/** Suspends it while it has taken a batch and not yet said that it is committed. */
async function suspendedWithWork(consumer: ConsumerProcess, round: number): Promise<void> {
  const draw = uniformsOf(SEED, 'suspension', round);
  for (let attempt = 0; attempt < MAX_SUSPENSIONS; attempt++) {
    await setTimeout(draw(attempt) * MAX_DELAY_MS);
    consumer.suspend();
    const told = consumer.reports.length;
    await setTimeout(REPORT_MS);
    if (consumer.reports.length === told && consumer.hasBatchInHand(addonClient.name)) return;
    consumer.resume();
  }
  throw new Error('it never had a batch in hand when it was suspended');
}

function refusalsOf(consumer: ConsumerProcess): number {
  return consumer.reports.filter((report) => report.kind === 'failed' && report.code === 'partition-fenced')
    .length;
}
