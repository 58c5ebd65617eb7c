import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KafkaCluster } from './kafka-cluster.ts';
import { describeWith, describeWithOwn, kafkaBrokers } from './services.ts';

/** Longer than a broker needs after SIGKILL on a busy machine: its old session must end first (3 s). */
const RESTART_LIMIT_MS = 90_000;

function client(brokers: string): Kafka {
  return new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
}

async function produce(brokers: string, topic: string, value: string): Promise<void> {
  const producer = client(brokers).producer();
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: [{ value }] });
  await producer.disconnect();
}

async function endOffset(brokers: string, topic: string): Promise<string | undefined> {
  const admin = client(brokers).admin();
  await admin.connect();
  const [partition] = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return partition?.high;
}

async function createTopic(brokers: string, topic: string): Promise<void> {
  const admin = client(brokers).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
}

describeWith('kafka', 'the shared broker', () => {
  it('answers a client', async () => {
    const admin = client(kafkaBrokers()).admin();
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    await admin.disconnect();
    expect(brokers.length).toBeGreaterThan(0);
  });
});

describeWithOwn('kafka', 'a cluster of one broker', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await KafkaCluster.start();
  }, RESTART_LIMIT_MS);
  afterAll(() => cluster.stop());

  it('keeps what it acknowledged through SIGKILL', { timeout: RESTART_LIMIT_MS }, async () => {
    const topic = randomUUID();
    await createTopic(cluster.brokers(), topic);
    await produce(cluster.brokers(), topic, 'before');
    await cluster.kill(1);
    await expect(endOffset(cluster.brokers(), topic)).rejects.toThrow();
    await cluster.restart(1);
    expect(await endOffset(cluster.brokers(), topic)).toBe('1');
  });

  it('says nothing while it is suspended, and goes on afterwards', async () => {
    const topic = randomUUID();
    await createTopic(cluster.brokers(), topic);
    await cluster.suspend(1);
    const sent = produce(cluster.brokers(), topic, 'late').then(() => 'sent');
    const outcome = await Promise.race([sent, setTimeout(1000, 'still waiting')]);
    await cluster.resume(1);
    expect(outcome).toBe('still waiting');
    expect(await sent).toBe('sent');
  });
});

describeWithOwn('kafka', 'a cluster of three brokers', () => {
  it('takes writes while one of them is dead', { timeout: RESTART_LIMIT_MS }, async () => {
    const cluster = await KafkaCluster.start({ nodes: 3 });
    try {
      const topic = randomUUID();
      await createTopic(cluster.brokers(), topic);
      await cluster.kill(2);
      await produce(cluster.brokers(), topic, 'with two');
      await cluster.restart(2);
      expect(await endOffset(cluster.brokers(), topic)).toBe('1');
    } finally {
      await cluster.stop();
    }
  });
});
