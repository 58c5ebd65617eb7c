import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OutgoingRecord } from '../../../src/log/event-log.ts';
import { kafkaClient, WRITE_RETRY } from '../../../src/log/kafka/connection.ts';
import type { KafkaLog } from '../../../src/log/kafka/kafka-log.ts';
import { Names } from '../../../src/log/kafka/names.ts';
import { TransactionalWriter } from '../../../src/log/kafka/transactional-writer.ts';
import { describeWith, kafkaBrokers } from '../../infra/services.ts';
import { ClusterLog, SILENT } from './cluster-log.ts';

const EVENTS = 'addons.client.event.v1';
const SETS = 'models.set.activated.v1';
const ROUNDS = 30;
const TIMEOUT_MS = 60_000;

function record(key: string, topic: OutgoingRecord['topic'] = EVENTS): OutgoingRecord {
  return { topic, key, value: Buffer.from(key) };
}

describeWith('kafka', 'writing to Kafka', () => {
  let cluster: ClusterLog;
  let log: KafkaLog;
  beforeAll(async () => {
    cluster = await ClusterLog.make(kafkaBrokers());
    log = await cluster.open();
  }, TIMEOUT_MS);
  afterAll(() => cluster.close());

  it(
    'finishes what is being appended before it closes',
    async () => {
      const closing = await cluster.open();
      await closing.append([record('warm')]);
      const appending = Array.from({ length: ROUNDS }, (_, n) => closing.append([record(`in flight ${n}`)]));
      // By now the first request is with the broker and nothing waits behind it.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      await closing.close();
      const outcomes = await Promise.allSettled(appending);
      expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'shows a reader at once what an exclusive writer has appended',
    async () => {
      const writer = await log.exclusiveWriter('set.of a test');
      const reader = await cluster.open();
      const unseen: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const [position] = await writer.append([record(`set ${round}`, SETS)]);
        const [bounds] = await reader.bounds(SETS);
        if ((bounds?.end ?? 0) <= (position?.offset ?? 0)) unseen.push(round);
      }
      expect(unseen).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'commits offsets one transaction after the other, also where nothing is appended with them',
    async () => {
      const kafka = kafkaClient(cluster.connection, SILENT, WRITE_RETRY);
      const names = new Names(cluster.connection.prefix);
      const writer = await TransactionalWriter.open(kafka, names, `${cluster.connection.prefix}writer/test`);
      try {
        for (let next = 1; next <= ROUNDS; next++) {
          await writer.commit([], { group: 'aggregate.test', topic: EVENTS, partition: 0, next });
        }
      } finally {
        await writer.close();
      }
      await expect.poll(async () => (await log.committedOffsets('aggregate.test', EVENTS))[0]).toBe(ROUNDS);
    },
    TIMEOUT_MS,
  );
});
