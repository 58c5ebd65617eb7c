import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { openKafkaLog } from '../src/log/kafka/kafka-log.ts';
import { RegistrySchemaIds } from '../src/log/kafka/registry-schema-ids.ts';
import { RecordCodec } from '../src/log/record-codec.ts';
import { SetActivator } from '../src/models/activation.ts';
import { ModelPublisher } from '../src/models/publisher.ts';
import { type BenchResult, median } from './bench.ts';
import { KafkaSystem } from './kafka.system.ts';
import { coinstallSnapshot, rankingSnapshot } from './swap.models.ts';

const SNAPSHOT_BYTES = 50_000_000;
const SWAPS = 5;
const LIMIT_MS = 5_000;
const POLL_MS = 5;
const GIVE_UP_MS = 60_000;

/** From the last acknowledgement of a 50 MB snapshot's publication until every serving node answers with it. */
export async function run(): Promise<BenchResult> {
  await using system = await KafkaSystem.start();
  const brokers = (system.env.KAFKA_BROKERS ?? '').split(',');
  const logger = pino({ level: 'silent' });
  const log = await openKafkaLog({ connection: { brokers, clientId: 'bench', prefix: '' }, logger });
  try {
    const ids = new RegistrySchemaIds({ url: system.env.SCHEMA_REGISTRY_URL ?? '' });
    const codec = await RecordCodec.open(ids);
    const publisher = new ModelPublisher(log, codec, Date.now);
    const activator = new SetActivator(log, codec, Date.now);
    const served: number[] = [];
    const published: number[] = [];
    for (let nth = 0; nth < SWAPS; nth++) {
      const snapshots = [
        { model: 'coinstall' as const, bytes: coinstallSnapshot(nth + 1, SNAPSHOT_BYTES) },
        { model: 'ranking' as const, bytes: rankingSnapshot() },
      ];
      const began = performance.now();
      const members = [];
      for (const { model, bytes } of snapshots) {
        const facts = { inputs: [], parents: [], seed: 1, clients: 1, metrics: [], deletionWatermark: 0 };
        const { version } = await publisher.publish({ model, bytes, ...facts });
        members.push({ model, version });
      }
      const acknowledged = performance.now();
      const activation = { product: 'addons', by: 'bench', reason: 'bench' };
      const { active } = await activator.activate(activation, members);
      await Promise.all(system.serverUrls.map((url) => untilServed(url, active.setVersion)));
      served.push(performance.now() - acknowledged);
      published.push(acknowledged - began);
    }
    const value = median(served);
    return {
      name: 'kafka-swap',
      unit: 'ms (from a published snapshot of 50 MB to its answers on every node)',
      value,
      runs: served,
      reference: { what: 'limit', value: LIMIT_MS },
      ratio: LIMIT_MS / value,
      details: { publishingMs: Math.round(median(published)) },
    };
  } finally {
    await log.close();
  }
}

async function untilServed(url: string, setVersion: string): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  for (;;) {
    const answer = await fetch(`${url}/taarlite/api/v1/addon_recommendations/add-on-1@bench.example/`);
    await answer.arrayBuffer();
    if (answer.headers.get('taar-models') === setVersion) return;
    if (performance.now() > deadline) throw new Error(`not served after ${GIVE_UP_MS} ms`);
    await wait(POLL_MS);
  }
}
