import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import { TaarError } from '../../domain/errors.ts';
import type { Logger } from '../../ops/logging.ts';
import { TOPIC_NAMES, type TopicName, topicSettings } from '../topics.ts';
import { type KafkaConnection, kafkaClient, READ_RETRY } from './connection.ts';
import { asLogError } from './kafka-errors.ts';
import { Names } from './names.ts';
import { configsOf } from './topic-configs.ts';
import { planTopics, type StandingTopic, type TopicStep } from './topic-plan.ts';

/** Where a setting of a topic comes from: this one is the topic's own. */
const OWN = kafkajs.ConfigSource.TOPIC_CONFIG;
/** A new topic is there for all nodes within moments; longer means that it could not be made. */
const CREATION_PATIENCE_MS = 30_000;
const POLL_MS = 200;

/**
 * Sees that all topics stand with the right number of partitions.
 * @throws TaarError `topics-missing`, `log-unavailable` (retry), `topic-partitions-changed` (halt)
 */
export async function assertTopics(connection: KafkaConnection, logger: Logger): Promise<void> {
  await withTopics(connection, logger, async (topics) => {
    const counts = await topics.partitions();
    const missing = TOPIC_NAMES.filter((topic) => !counts.has(topic));
    if (missing.length > 0) {
      const some = missing.slice(0, 3).join(', ');
      throw new TaarError(
        'topics-missing',
        'retry',
        `${missing.length} of ${TOPIC_NAMES.length} topics do not stand in Kafka (${some}...); run 'taar topics apply'`,
      );
    }
    for (const [topic, has] of counts) assertPartitions(topic, has);
  });
}

/** Opens the administration of the topics for one piece of work. @throws TaarError `log-unavailable` (retry) */
export async function withTopics<R>(
  connection: KafkaConnection,
  logger: Logger,
  work: (topics: StandingTopics) => Promise<R>,
): Promise<R> {
  const admin = kafkaClient(connection, logger, READ_RETRY).admin();
  try {
    await admin.connect();
    return await work(new StandingTopics(admin, new Names(connection.prefix)));
  } catch (error) {
    throw asLogError(error, 'a look at its topics');
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

/** The topics as they stand in a cluster, and what brings them to what they should be. */
export class StandingTopics {
  readonly #admin: Admin;
  readonly #names: Names;

  constructor(admin: Admin, names: Names) {
    this.#admin = admin;
    this.#names = names;
  }

  /** Partition counts of the topics that stand. */
  async partitions(): Promise<ReadonlyMap<TopicName, number>> {
    const listed = new Set(await this.#admin.listTopics());
    const standing = TOPIC_NAMES.filter((topic) => listed.has(this.#names.topic(topic)));
    if (standing.length === 0) return new Map();
    const { topics } = await this.#admin.fetchTopicMetadata({
      topics: standing.map((topic) => this.#names.topic(topic)),
    });
    const counts = new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
    return new Map(standing.map((topic) => [topic, counts.get(this.#names.topic(topic)) ?? 0]));
  }

  /** What is to be done, without doing it. */
  async plan(): Promise<readonly TopicStep[]> {
    return planTopics(await this.#standing());
  }

  /**
   * Creates what is missing and corrects settings that differ; settings of a topic that are not ours stay.
   * @param replication how many nodes keep each record; undefined: what the cluster does by itself
   * @throws TaarError `topic-partitions-changed` (halt) before anything is done
   */
  async apply(replication: number | undefined): Promise<readonly TopicStep[]> {
    const steps = await this.plan();
    for (const step of steps) if (step.action === 'refuse') assertPartitions(step.topic, step.has);
    const created = steps.filter(({ action }) => action === 'create').map(({ topic }) => topic);
    await this.#create(created, replication);
    for (const step of steps) if (step.action === 'alter') await this.#alter(step.topic);
    return steps;
  }

  async #standing(): Promise<ReadonlyMap<TopicName, StandingTopic>> {
    const counts = await this.partitions();
    const configs = await Promise.all(
      [...counts.keys()].map(async (topic) => [topic, await this.#configs(topic)] as const),
    );
    return new Map(
      configs.map(([topic, entries]) => [
        topic,
        {
          partitions: counts.get(topic) ?? 0,
          configs: Object.fromEntries(
            entries.map(({ configName, configValue }) => [configName, configValue]),
          ),
        },
      ]),
    );
  }

  async #configs(topic: TopicName) {
    const { resources } = await this.#admin.describeConfigs({
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: this.#names.topic(topic) }],
      includeSynonyms: false,
    });
    return resources[0]?.configEntries ?? [];
  }

  async #create(topics: readonly TopicName[], replication: number | undefined): Promise<void> {
    if (topics.length === 0) return;
    await this.#admin.createTopics({
      // Waiting for leaders can throw on a young cluster; we look ourselves.
      waitForLeaders: false,
      topics: topics.map((topic) => ({
        topic: this.#names.topic(topic),
        numPartitions: topicSettings(topic).partitions,
        ...(replication === undefined ? {} : { replicationFactor: replication }),
        configEntries: Object.entries(configsOf(topicSettings(topic))).map(([name, value]) => ({
          name,
          value,
        })),
      })),
    });
    const until = Date.now() + CREATION_PATIENCE_MS;
    while (!(await this.#areServed(topics))) {
      if (Date.now() > until) {
        throw new TaarError(
          'log-unavailable',
          'retry',
          `new topics could not be read after ${CREATION_PATIENCE_MS} ms`,
        );
      }
      await sleep(POLL_MS);
    }
  }

  /** A leader that is named may not know of it yet: only an answer shows that it does. */
  async #areServed(created: readonly TopicName[]): Promise<boolean> {
    try {
      await Promise.all(created.map((topic) => this.#admin.fetchTopicOffsets(this.#names.topic(topic))));
      return true;
    } catch {
      return false;
    }
  }

  /** The request replaces all settings that a topic has of its own: the others are sent along. */
  async #alter(topic: TopicName): Promise<void> {
    const own = (await this.#configs(topic)).filter(({ configSource }) => configSource === OWN);
    const kept = Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]));
    const configs = { ...kept, ...configsOf(topicSettings(topic)) };
    await this.#admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: this.#names.topic(topic),
          configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
        },
      ],
    });
  }
}

function assertPartitions(topic: TopicName, has: number): void {
  const { partitions: needs } = topicSettings(topic);
  if (has === needs) return;
  throw new TaarError(
    'topic-partitions-changed',
    'halt',
    `${topic} has ${has} partitions in Kafka and needs ${needs}; the number of a topic version never changes: ` +
      'use another KAFKA_PREFIX, or make the topic anew while it is empty',
  );
}
