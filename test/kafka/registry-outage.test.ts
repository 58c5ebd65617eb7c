import { afterAll, beforeAll, expect, it } from 'vitest';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import type { OutgoingRecord } from '../../src/log/event-log.ts';
import { RegistrySchemaIds } from '../../src/log/kafka/registry-schema-ids.ts';
import { partitionOf } from '../../src/log/partition.ts';
import { HEADER_BYTES } from '../../src/log/record-codec.ts';
import { readSchemas } from '../../src/log/schema-folder.ts';
import { topicSettings } from '../../src/log/topics.ts';
import { recordOf } from '../consumers/running-consumer.ts';
import { KafkaCluster } from '../infra/kafka-cluster.ts';
import { SchemaRegistry } from '../infra/schema-registry.ts';
import { describeWithOwn } from '../infra/services.ts';
import { keyOf, observed } from '../sim/client-events.ts';
import { ConsumerProcess, isAllOwned } from './consumer-process.ts';
import { settleAndVerify } from './invariants.ts';
import { Load, marked } from './load.ts';
import { SEED } from './seed.ts';
import { openSite, type Site } from './site.ts';
import { until } from './until.ts';

const PINGS_PER_SECOND = 100;
const TRIES = 3;
const LIMIT_MS = 40_000;
const TIMEOUT_MS = 150_000;
const KEY = keyOf('a browser of the next version');

describeWithOwn(['kafka', 'registry'], `with a registry of its own (TAAR_TEST_SEED=${SEED})`, () => {
  let cluster: KafkaCluster;
  let registry: SchemaRegistry;
  beforeAll(async () => {
    [cluster, registry] = await Promise.all([KafkaCluster.start(), SchemaRegistry.start()]);
  }, TIMEOUT_MS);
  afterAll(async () => {
    await Promise.all([cluster.stop(), registry.stop()]);
  });

  it(
    'a consumer process waits for it at the start, needs it for nothing it knows, and holds back what it does not know',
    async () => {
      const site = await openSite(cluster.brokers(), registry.url);
      const newId = await registerNextVersion(site);
      await registry.kill();
      const consumer = await ConsumerProcess.start(site, 'only');
      const saysWhatFor = () => consumer.reports.filter(({ kind }) => kind === 'waiting');
      await until('it says that it waits', () => saysWhatFor().length >= TRIES, LIMIT_MS);
      expect(new Set(saysWhatFor().map((report) => 'code' in report && report.code))).toEqual(
        new Set(['registry-unavailable']),
      );
      const load = Load.start(site, { seed: SEED, pingsPerSecond: PINGS_PER_SECOND });
      await registry.restart();
      await until('it works', () => isAllOwned([consumer]), LIMIT_MS);
      await until(
        'it has read what is known',
        () => consumer.count('committed', addonClient.name) > 0,
        LIMIT_MS,
      );

      await registry.kill();
      await load.more(PINGS_PER_SECOND, LIMIT_MS);
      const known = consumer.count('committed', addonClient.name);
      await until(
        'it goes on',
        () => consumer.count('committed', addonClient.name) > known + TRIES,
        LIMIT_MS,
      );
      expect(failuresOf(consumer)).toEqual([]);

      const unseen = marked(ofNextVersion(site, newId));
      const [position] = await site.log.append([unseen]);
      if (position === undefined) throw new Error('an append gave no position');
      await until('its partition waits', () => failuresOf(consumer).length >= TRIES, LIMIT_MS);
      const held = partitionOf(Buffer.from(KEY), topicSettings(addonClient.input).partitions);
      expect(new Set(failuresOf(consumer))).toEqual(new Set([`${held} registry-unavailable`]));
      const others = consumer.count('committed', addonClient.name);
      await until(
        'the others go on',
        () => consumer.count('committed', addonClient.name) > others + TRIES,
        LIMIT_MS,
      );

      await registry.restart();
      await load.end();
      const { deadLetters, profiles } = await settleAndVerify(
        site,
        [...load.acknowledged, { record: unseen, position }],
        [consumer],
      );
      expect(deadLetters).toEqual([]);
      expect(profiles.states[held]?.get(KEY)).toMatchObject({ kind: 'open' });
    },
    TIMEOUT_MS,
  );
});

function failuresOf(consumer: ConsumerProcess): string[] {
  return consumer.reports.flatMap((report) =>
    report.kind === 'failed' ? [`${report.partition} ${report.code}`] : [],
  );
}

/** Registers a version of the commonest event with one more field, as a newer release would. */
async function registerNextVersion({ registryUrl }: Site): Promise<number> {
  const current = readSchemas().find(({ type }) => type === 'addons.ClientObserved');
  if (current === undefined) throw new Error('no such schema');
  const schema = JSON.parse(current.text) as { fields: unknown[] };
  const fields = [...schema.fields, { name: 'laterField', type: 'string', default: '' }];
  const text = JSON.stringify({ ...schema, fields });
  return new RegistrySchemaIds({ url: registryUrl }).register({ ...current, text });
}

/** An event as that release writes it: the new field, an empty text, is one zero byte at the end. */
function ofNextVersion({ codec }: Site, id: number): OutgoingRecord {
  const record = recordOf(codec, { key: KEY, event: observed(0, { facts: { locale: 'de' } }) });
  const value = Buffer.concat([record.value ?? Buffer.alloc(HEADER_BYTES), Buffer.alloc(1)]);
  value.writeUInt32BE(id, 1);
  return { ...record, value };
}
