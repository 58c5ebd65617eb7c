import { DAY_MS, type EpochMs } from '../domain/clock.ts';
import { compactTopic, deadLetterTopic, deleteTopic, type TopicSettings } from './topic-settings.ts';

const CLIENT_PARTITIONS = 8;
/** How long answers and what became of them are kept; as long is an answer's token taken. */
export const FEEDBACK_RETENTION_MS = 30 * DAY_MS;

/**
 * Every topic of the system (DESIGN section 7). Partition counts of a topic version never change: a key must
 * always be found in the partition where it was first written.
 */
export const TOPICS = {
  'addons.client.event.v1': deleteTopic(CLIENT_PARTITIONS, 7 * DAY_MS, [
    'addons.ClientObserved',
    'addons.ClientLinkRequested',
    'addons.ClientAliasJoined',
    'addons.ClientAliasRefused',
    'addons.ClientDeletionRequested',
  ]),
  'addons.client.event.v1.dlq': deadLetterTopic(),
  'addons.profile.changed.v1': compactTopic(CLIENT_PARTITIONS, ['addons.Profile']),
  'addons.catalogue.changed.v1': compactTopic(1, ['addons.Listing']),
  'privacy.deletion.requested.v1': deleteTopic(CLIENT_PARTITIONS, 400 * DAY_MS, ['privacy.DeletionRequest']),
  'privacy.deletion.requested.v1.dlq': deadLetterTopic(),
  'privacy.erasure.completed.v1': deleteTopic(1, 400 * DAY_MS, ['privacy.ErasureReceipt']),
  'models.chunk.published.v1': compactTopic(1, ['models.Chunk']),
  'models.manifest.published.v1': compactTopic(1, ['models.Manifest']),
  'models.set.activated.v1': compactTopic(1, ['models.ActiveSet']),
  'serving.recommendation.served.v1': deleteTopic(CLIENT_PARTITIONS, FEEDBACK_RETENTION_MS, [
    'serving.RecommendationServed',
  ]),
  'serving.recommendation.observed.v1': deleteTopic(CLIENT_PARTITIONS, FEEDBACK_RETENTION_MS, [
    'serving.RecommendationObserved',
  ]),
  'intake.ping.rejected.v1': deleteTopic(1, 7 * DAY_MS, ['intake.PingRejected']),
  'log.property.set.v1': compactTopic(1, []),
} as const satisfies Record<string, TopicSettings>;

export type TopicName = keyof typeof TOPICS;

/** All topic names, in the order of the table. */
export const TOPIC_NAMES = Object.keys(TOPICS) as TopicName[];

/** The settings of a topic. */
export function topicSettings(topic: TopicName): TopicSettings {
  return TOPICS[topic];
}

/** The topic for records of `topic` that cannot be processed; every topic that an aggregate reads has one. */
export function deadLettersOf(topic: TopicName): TopicName {
  const name = `${topic}.dlq`;
  const found = TOPIC_NAMES.find((candidate) => candidate === name);
  if (found === undefined) throw new Error(`topic ${topic} has no dead-letter topic in the table`);
  return found;
}

/** The topics whose records can become dead letters, in the order of the table. */
export const DEAD_LETTER_SOURCES: TopicName[] = TOPIC_NAMES.filter((topic) =>
  TOPIC_NAMES.some((other) => other === `${topic}.dlq`),
);

/** True when a record of this age may be dropped from a `delete` topic. */
export function isPastRetention(settings: TopicSettings, recordAt: EpochMs, now: EpochMs): boolean {
  return settings.policy === 'delete' && now - recordAt > settings.retentionMs;
}
