import { afterAll, beforeAll, it } from 'vitest';
import { uniformsOf } from '../../src/domain/random.ts';
import { KafkaCluster } from '../infra/kafka-cluster.ts';
import { describeWith, describeWithOwn } from '../infra/services.ts';
import { SEED } from './seed.ts';
import { PINGS_PER_SECOND, RECOVERY_LIMIT_MS, throughOutage } from './through-outage.ts';

const NODES = 3;
const CRASHES = 3;
const TIMEOUT_MS = 180_000;

/**
 * On three brokers, as in any system that must not lose anything. A lone broker cannot keep Kafka's own promise: killed
 * while it ends a transaction, Kafka 4.4 finds its partitions without a leader when it starts again, takes them for
 * deleted and ends the transaction without telling them ("these partitions are likely deleted already").
 */
describeWithOwn('kafka', 'on three brokers of their own', () => {
  describeWith('registry', `consumer processes (TAAR_TEST_SEED=${SEED})`, () => {
    let cluster: KafkaCluster;
    beforeAll(async () => {
      cluster = await KafkaCluster.start({ nodes: NODES });
    }, TIMEOUT_MS);
    afterAll(() => cluster.stop());

    it(
      `lose and repeat nothing when one is killed and started again, ${CRASHES} times`,
      () =>
        throughOutage(cluster, SEED, async (load) => {
          for (let crash = 0; crash < CRASHES; crash++) {
            const draw = uniformsOf(SEED, 'crash', crash);
            const node = 1 + Math.floor(draw(0) * NODES);
            await load.more(1 + Math.floor(draw(1) * PINGS_PER_SECOND), RECOVERY_LIMIT_MS);
            await cluster.kill(node);
            await load.more(1 + Math.floor(draw(2) * PINGS_PER_SECOND), RECOVERY_LIMIT_MS);
            await cluster.restart(node);
          }
        }),
      TIMEOUT_MS,
    );
  });
});
