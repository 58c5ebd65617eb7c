import type { KafkaCluster } from '../infra/kafka-cluster.ts';
import { schemaRegistryUrl } from '../infra/services.ts';
import { ConsumerProcess, isAllOwned } from './consumer-process.ts';
import { settleAndVerify } from './invariants.ts';
import { Load } from './load.ts';
import { openSite } from './site.ts';
import { until } from './until.ts';

export const PINGS_PER_SECOND = 200;
export const RECOVERY_LIMIT_MS = 60_000;

/** Two consumers under load while something happens to the brokers; afterwards all must hold. */
export async function throughOutage(
  cluster: KafkaCluster,
  seed: number,
  outage: (load: Load) => Promise<void>,
): Promise<void> {
  const site = await openSite(cluster.brokers(), schemaRegistryUrl());
  const consumers = [await ConsumerProcess.start(site, 'a'), await ConsumerProcess.start(site, 'b')];
  await until('both work', () => isAllOwned(consumers), RECOVERY_LIMIT_MS);
  const load = Load.start(site, { seed, pingsPerSecond: PINGS_PER_SECOND });
  await load.more(PINGS_PER_SECOND, RECOVERY_LIMIT_MS);
  await outage(load);
  await load.more(2 * PINGS_PER_SECOND, RECOVERY_LIMIT_MS);
  await load.end();
  await settleAndVerify(site, load.acknowledged, consumers);
}
