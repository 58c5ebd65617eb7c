import { randomUUID } from 'node:crypto';
import kafkajs, { type Admin } from 'kafkajs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type KafkaConnection, kafkaClient, READ_RETRY } from '../../../src/log/kafka/connection.ts';
import { openKafkaLog } from '../../../src/log/kafka/kafka-log.ts';
import { assertTopics, withTopics } from '../../../src/log/kafka/standing-topics.ts';
import type { TopicStep } from '../../../src/log/kafka/topic-plan.ts';
import { TOPIC_NAMES } from '../../../src/log/topics.ts';
import { describeWith, kafkaBrokers } from '../../infra/services.ts';
import { SILENT } from './cluster-log.ts';

const TOPIC = 'addons.profile.changed.v1';
/** Altering replaces all settings of a topic, so this one goes back to what a broker does by itself. */
const STAMPS = { name: 'message.timestamp.type', from: 'CreateTime', to: 'LogAppendTime' };

describeWith('kafka', 'topics on a real broker', () => {
  let connection: KafkaConnection;
  let admin: Admin;
  let name: string;

  const plan = (): Promise<readonly TopicStep[]> => withTopics(connection, SILENT, (topics) => topics.plan());
  const apply = (): Promise<readonly TopicStep[]> =>
    withTopics(connection, SILENT, (topics) => topics.apply(undefined));
  const actions = (steps: readonly TopicStep[]): Set<string> => new Set(steps.map(({ action }) => action));
  const alter = async (configs: Readonly<Record<string, string>>): Promise<void> => {
    const configEntries = Object.entries(configs).map(([key, value]) => ({ name: key, value }));
    const type = kafkajs.ConfigResourceTypes.TOPIC;
    await admin.alterConfigs({ validateOnly: false, resources: [{ type, name, configEntries }] });
  };
  const configs = async (): Promise<Record<string, string>> => {
    const type = kafkajs.ConfigResourceTypes.TOPIC;
    const found = await admin.describeConfigs({ resources: [{ type, name }], includeSynonyms: false });
    const entries = found.resources[0]?.configEntries ?? [];
    return Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]));
  };

  beforeEach(async () => {
    const prefix = `test-${randomUUID().slice(0, 8)}.`;
    connection = { brokers: kafkaBrokers().split(','), clientId: 'taar-test', prefix };
    name = `${prefix}${TOPIC}`;
    admin = kafkaClient(connection, SILENT, READ_RETRY).admin();
    await admin.connect();
  });
  afterEach(() => admin.disconnect());

  it('are all missing at first, and a log cannot be opened', async () => {
    expect(actions(await plan())).toEqual(new Set(['create']));
    const missing = { code: 'topics-missing', disposition: 'retry' };
    await expect(assertTopics(connection, SILENT)).rejects.toMatchObject(missing);
    await expect(openKafkaLog({ connection, logger: SILENT })).rejects.toMatchObject(missing);
    expect((await admin.listTopics()).filter((each) => each.startsWith(connection.prefix))).toEqual([]);
  });

  it('are made as the table says, once', async () => {
    expect(await apply()).toHaveLength(TOPIC_NAMES.length);
    expect(actions(await plan())).toEqual(new Set(['keep']));
    await assertTopics(connection, SILENT);
    expect(await configs()).toMatchObject({
      'cleanup.policy': 'compact',
      'max.compaction.lag.ms': '86400000',
      'delete.retention.ms': '604800000',
      'message.timestamp.type': 'LogAppendTime',
    });
    expect(actions(await apply())).toEqual(new Set(['keep']));
  });

  it('are corrected where they differ, and keep settings that are not ours', async () => {
    await apply();
    await alter({ 'cleanup.policy': 'delete', 'segment.bytes': '1048576' });
    const change = { name: 'cleanup.policy', from: 'delete', to: 'compact' };
    // A change of settings takes the cluster a moment, after it was acknowledged.
    await expect
      .poll(async () => (await plan()).find(({ topic }) => topic === TOPIC))
      .toEqual({ topic: TOPIC, action: 'alter', changes: expect.arrayContaining([change, STAMPS]) });
    await apply();
    await expect.poll(async () => actions(await plan())).toEqual(new Set(['keep']));
    expect(await configs()).toMatchObject({ 'cleanup.policy': 'compact', 'segment.bytes': '1048576' });
  });

  it('of another number of partitions are refused, before anything is done', async () => {
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic: name, numPartitions: 3 }] });
    const refused = { code: 'topic-partitions-changed', disposition: 'halt' };
    await expect.poll(plan).toContainEqual({ topic: TOPIC, action: 'refuse', has: 3, needs: 8 });
    await expect(apply()).rejects.toMatchObject(refused);
    expect((await admin.listTopics()).filter((each) => each.startsWith(connection.prefix))).toEqual([name]);
  });
});
