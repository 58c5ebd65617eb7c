import type { TopicName } from '../../../src/log/topics.ts';

/** Both have the same number of partitions, so that a record's output has the record's partition. */
export const CRASH_INPUT: TopicName = 'addons.client.event.v1';
export const CRASH_OUTPUT: TopicName = 'privacy.deletion.requested.v1';

export interface Acknowledged {
  readonly partition: number;
  readonly offset: number;
  readonly value: string;
}

/** What the writing process tells as it goes. */
export interface Report {
  readonly acknowledged: readonly Acknowledged[];
}
