import kafkajs, { type KafkaMessage, type Message, type Producer } from 'kafkajs';
import { type TopicName, topicSettings } from '../src/log/topics.ts';
import { RateCounter, type Rates } from './kafka-aggregate.rate.ts';

/** What brokers take in one request of a partition, with some room. */
const MAX_REQUEST_BYTES = 900_000;

export interface BareWork {
  readonly brokers: string;
  readonly prefix: string;
  readonly input: TopicName;
  readonly output: TopicName;
  /** Of each record that is written. */
  readonly valueBytes: number;
}

/**
 * The client alone: reads the records with its consumer and writes as many of the changelog's size with its
 * producer, the offsets in the same transaction; settings as DESIGN section 10 has them.
 */
export async function bareClient({ brokers, prefix, input, output, valueBytes }: BareWork): Promise<Rates> {
  const kafka = new kafkajs.Kafka({
    brokers: brokers.split(','),
    clientId: 'bare',
    connectionTimeout: 2_000,
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 1_000 },
    // Transactions that follow each other closely are tried twice, which it calls an error.
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const { partitions } = topicSettings(input);
  const groupId = `${prefix}bare`;
  const producers = await Promise.all(
    Array.from({ length: partitions }, (_, i) => openProducer(kafka, `${groupId}/${i}`)),
  );
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 250, heartbeatInterval: 500 });
  await consumer.connect();
  await consumer.subscribe({ topic: `${prefix}${input}`, fromBeginning: true });
  const counter = new RateCounter();
  const value = Buffer.alloc(valueBytes, 'x');
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: partitions,
    eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
      const { topic, partition, messages } = batch;
      const producer = producers[partition];
      if (producer === undefined) throw new Error(`no producer for partition ${partition}`);
      const transaction = await producer.transaction();
      for (const portion of portionsOf(messages.map((message) => changeOf(message, partition, value)))) {
        await transaction.sendBatch({
          acks: -1,
          topicMessages: [{ topic: `${prefix}${output}`, messages: portion }],
        });
      }
      const next = `${Number(batch.lastOffset()) + 1}`;
      await transaction.sendOffsets({
        consumerGroupId: groupId,
        topics: [{ topic, partitions: [{ partition, offset: next }] }],
      });
      await transaction.commit();
      resolveOffset(batch.lastOffset());
      counter.add(messages.length);
      await heartbeat();
    },
  });
  const crashed = new Promise<never>((_, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => reject(error));
  });
  const rates = await Promise.race([counter.rates, crashed]);
  await consumer.disconnect();
  await Promise.all(producers.map((producer) => producer.disconnect()));
  return rates;
}

async function openProducer(kafka: InstanceType<typeof kafkajs.Kafka>, id: string): Promise<Producer> {
  const producer = kafka.producer({
    transactionalId: id,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  await producer.connect();
  return producer;
}

/** As a change goes to the changelog: the key, so many bytes, and when it changed. */
function changeOf({ key, timestamp }: KafkaMessage, partition: number, value: Buffer): Message {
  return { key, value, partition, headers: { 'changed-at': timestamp } };
}

function portionsOf(messages: readonly Message[]): Message[][] {
  const bytes = messages[0]?.value?.length ?? 1;
  const count = Math.max(1, Math.floor(MAX_REQUEST_BYTES / (bytes + 100)));
  return Array.from({ length: Math.ceil(messages.length / count) }, (_, i) =>
    messages.slice(i * count, (i + 1) * count),
  );
}
