import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { LogRecord } from '../../src/log/event-log.ts';
import type { KafkaConnection } from '../../src/log/kafka/connection.ts';
import { type KafkaLog, openKafkaLog } from '../../src/log/kafka/kafka-log.ts';
import { RegistrySchemaIds } from '../../src/log/kafka/registry-schema-ids.ts';
import { withTopics } from '../../src/log/kafka/standing-topics.ts';
import { RecordCodec } from '../../src/log/record-codec.ts';
import { readSchemas } from '../../src/log/schema-folder.ts';
import type { TopicName } from '../../src/log/topics.ts';

/** What one test has to itself: topics behind a prefix of their own, a folder, and this process's own log. */
export interface Site {
  readonly connection: KafkaConnection;
  readonly registryUrl: string;
  readonly folder: string;
  readonly log: KafkaLog;
  readonly codec: RecordCodec;
}

const logger = pino({ level: process.env.TAAR_TEST_LOG_LEVEL ?? 'silent' });
let sites = 0;

/** Makes the topics, registers the schemas, and opens the log; all of it goes when the test is over. */
export async function openSite(brokers: string, registryUrl: string): Promise<Site> {
  const connection: KafkaConnection = {
    brokers: brokers.split(','),
    clientId: 'test',
    prefix: `t${process.pid}-${++sites}.`,
  };
  await withTopics(connection, logger, (topics) => topics.apply(undefined));
  const schemaIds = new RegistrySchemaIds({ url: registryUrl });
  for (const schema of readSchemas()) await schemaIds.register(schema);
  const folder = await mkdtemp(join(tmpdir(), 'taar-kafka-test-'));
  const log = await openKafkaLog({ connection, logger });
  onTestFinished(async () => {
    await log.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { connection, registryUrl, folder, log, codec: await RecordCodec.open(schemaIds) };
}

/** All records of a topic by partition, each in the order of the log. */
export async function recordsOf(site: Site, topic: TopicName): Promise<LogRecord[][]> {
  const bounds = await site.log.bounds(topic);
  return Promise.all(
    bounds.map(async ({ earliest: from, end: to }, partition) => {
      const records: LogRecord[] = [];
      for await (const record of site.log.read({ topic, partition, from, to })) records.push(record);
      return records;
    }),
  );
}
