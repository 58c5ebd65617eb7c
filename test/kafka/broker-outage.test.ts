import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { uniformsOf } from '../../src/domain/random.ts';
import { openKafkaLog } from '../../src/log/kafka/kafka-log.ts';
import { KafkaCluster } from '../infra/kafka-cluster.ts';
import { describeWith, describeWithOwn, schemaRegistryUrl } from '../infra/services.ts';
import { MARK_RUNTIME, ModelLog, SILENT } from '../models/model-log.ts';
import { SEED } from './seed.ts';
import { openSite, type Site } from './site.ts';
import { RECOVERY_LIMIT_MS, throughOutage } from './through-outage.ts';
import { until } from './until.ts';

const OUTAGE_MS = 30_000;
const SUSPENSION_MS = 15_000;
const TIMEOUT_MS = 180_000;
/** Enough for a model of three chunks. */
const PARTNERS = 100_000;
const PUBLICATION_MS = 2_000;
const PUBLISHED_RESTARTS = 2;

describeWithOwn('kafka', 'with a broker of their own', () => {
  describeWith('registry', `consumer processes (TAAR_TEST_SEED=${SEED})`, () => {
    let cluster: KafkaCluster;
    beforeAll(async () => {
      cluster = await KafkaCluster.start();
    }, TIMEOUT_MS);
    afterAll(() => cluster.stop());

    it(
      `go on by themselves when it was gone for ${OUTAGE_MS / 1000} s`,
      () =>
        throughOutage(cluster, SEED, async () => {
          // Not killed: see broker-crashes.test.ts for what a lone broker does then.
          await cluster.shutDown(1);
          await setTimeout(OUTAGE_MS);
          await cluster.restart(1);
        }),
      TIMEOUT_MS,
    );

    it(
      `go on by themselves when it did not answer for ${SUSPENSION_MS / 1000} s`,
      () =>
        throughOutage(cluster, SEED, async () => {
          await cluster.suspend(1);
          await setTimeout(SUSPENSION_MS);
          await cluster.resume(1);
        }),
      TIMEOUT_MS,
    );

    it(
      'serve only whole model sets, published while it is killed and started again',
      async () => {
        const site = await openSite(cluster.brokers(), schemaRegistryUrl());
        const publishing = new ModelLog(site.log, site.codec);
        const receiver = await receiverOf(site);
        const torn: unknown[] = [];
        const watching = setInterval(() => {
          const marks = receiver.current()?.runtime();
          if (marks === undefined) return;
          const all = [marks.coinstall, marks.ranking, ...marks.prepared];
          if (new Set(all).size > 1) torn.push(marks);
        }, 5);
        onTestFinished(() => clearInterval(watching));
        await publishing.serve(100, PARTNERS);
        for (let restart = 1; restart <= PUBLISHED_RESTARTS; restart++) {
          const mark = 100 + 10 * restart;
          const served = publishing.serve(mark, PARTNERS).then(
            () => 'served' as const,
            (error: unknown) => error,
          );
          await setTimeout(uniformsOf(SEED, 'publication', restart)(0) * PUBLICATION_MS);
          await cluster.kill(1);
          await cluster.restart(1);
          const outcome = await served;
          if (outcome === 'served')
            await until('the set is served', () => markOf(receiver) === mark, RECOVERY_LIMIT_MS);
          else expect(outcome).toMatchObject({ name: 'TaarError', disposition: 'retry' });
          await publishing.serve(mark + 1, PARTNERS);
          await until('the next set is served', () => markOf(receiver) === mark + 1, RECOVERY_LIMIT_MS);
        }
        expect(torn).toEqual([]);
        expect(receiver.status().refusals).toEqual({});
      },
      TIMEOUT_MS,
    );
  });
});

type MarkReceiver = ReturnType<typeof ModelLog.prototype.newReceiver<ReturnType<typeof MARK_RUNTIME.attach>>>;

/** A serving node of its own: another log on the same cluster. */
async function receiverOf({ connection, codec }: Site): Promise<MarkReceiver> {
  const log = await openKafkaLog({ connection, logger: SILENT });
  const receiver = new ModelLog(log, codec).newReceiver(MARK_RUNTIME);
  onTestFinished(async () => {
    await receiver.stop();
    await log.close();
  });
  await receiver.start();
  await receiver.ready;
  return receiver;
}

function markOf(receiver: MarkReceiver): number | undefined {
  return receiver.current()?.runtime().coinstall;
}
