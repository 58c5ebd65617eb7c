import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { describe } from 'vitest';
import type { LogRecord } from '../../../src/log/event-log.ts';
import { type KafkaLog, openKafkaLog } from '../../../src/log/kafka/kafka-log.ts';
import { RegistrySchemaIds } from '../../../src/log/kafka/registry-schema-ids.ts';
import { withTopics } from '../../../src/log/kafka/standing-topics.ts';
import { RecordCodec } from '../../../src/log/record-codec.ts';
import type { TypedRecord } from '../../../src/log/record-types.ts';
import { readSchemas } from '../../../src/log/schema-folder.ts';
import type { TopicName } from '../../../src/log/topics.ts';

const BROKERS = process.env.KAFKA_BROKERS ?? '';
const REGISTRY_URL = process.env.SCHEMA_REGISTRY_URL ?? '';
const SILENT = pino({ level: 'silent' });

/** A suite on the broker and the registry that the environment names. */
export const describeOnKafka = describe.skipIf(BROKERS === '' || REGISTRY_URL === '');

/** A record with its place, decoded. */
export interface PlacedRecord {
  readonly key: string;
  readonly partition: number;
  readonly record: TypedRecord;
}

/** Topics of a system's own, and its schemas, as `taar topics apply` makes them stand; and the log on them. */
export class KafkaSystem {
  readonly prefix: string;
  readonly log: KafkaLog;
  readonly codec: RecordCodec;

  private constructor(prefix: string, log: KafkaLog, codec: RecordCodec) {
    this.prefix = prefix;
    this.log = log;
    this.codec = codec;
  }

  static async make(): Promise<KafkaSystem> {
    const prefix = `producers-${randomUUID().slice(0, 8)}.`;
    const connection = { brokers: BROKERS.split(','), clientId: 'taar-test', prefix };
    await withTopics(connection, SILENT, (topics) => topics.apply(undefined));
    const ids = new RegistrySchemaIds({ url: REGISTRY_URL });
    for (const schema of readSchemas()) await ids.register(schema);
    const log = await openKafkaLog({ connection, logger: SILENT });
    return new KafkaSystem(prefix, log, await RecordCodec.open(ids));
  }

  /** What a producer needs to reach it. */
  get options() {
    return { brokers: BROKERS.split(','), registryUrl: REGISTRY_URL, prefix: this.prefix };
  }

  /** The same, as environment variables. */
  get env(): Readonly<Record<string, string>> {
    return { KAFKA_BROKERS: BROKERS, SCHEMA_REGISTRY_URL: REGISTRY_URL, KAFKA_PREFIX: this.prefix };
  }

  /** Everything on a topic, as it stands there. */
  async raw(topic: TopicName): Promise<readonly LogRecord[]> {
    const found: LogRecord[] = [];
    for (const [partition, { earliest, end }] of (await this.log.bounds(topic)).entries()) {
      for await (const each of this.log.read({ topic, partition, from: earliest, to: end })) found.push(each);
    }
    return found;
  }

  /** Everything on a topic, decoded. */
  async stored(topic: TopicName): Promise<readonly PlacedRecord[]> {
    const records = await this.raw(topic);
    return records.flatMap(({ key, partition, value }) =>
      value === null ? [] : [{ key, partition, record: this.codec.decode(value) }],
    );
  }

  close(): Promise<void> {
    return this.log.close();
  }
}
