import { TOPIC_NAMES, type TopicName, topicSettings } from '../topics.ts';
import { configsOf } from './topic-configs.ts';

/** A topic as the cluster has it. */
export interface StandingTopic {
  readonly partitions: number;
  /** The settings that hold, by name; those of the topic itself and inherited ones alike. */
  readonly configs: Readonly<Record<string, string>>;
}

/** What is to be done about one topic. */
export type TopicStep =
  | { readonly topic: TopicName; readonly action: 'keep' }
  | { readonly topic: TopicName; readonly action: 'create'; readonly partitions: number }
  | { readonly topic: TopicName; readonly action: 'alter'; readonly changes: readonly ConfigChange[] }
  /** Partition counts never change: keys would be looked for where they were not written. */
  | { readonly topic: TopicName; readonly action: 'refuse'; readonly has: number; readonly needs: number };

export interface ConfigChange {
  readonly name: string;
  readonly from: string | undefined;
  readonly to: string;
}

/** What makes the topics that stand into those that are needed, in the order of the table. */
export function planTopics(standing: ReadonlyMap<TopicName, StandingTopic>): readonly TopicStep[] {
  return TOPIC_NAMES.map((topic) => {
    const settings = topicSettings(topic);
    const found = standing.get(topic);
    if (found === undefined) return { topic, action: 'create', partitions: settings.partitions };
    if (found.partitions !== settings.partitions) {
      return { topic, action: 'refuse', has: found.partitions, needs: settings.partitions };
    }
    const changes = Object.entries(configsOf(settings))
      .map(([name, to]) => ({ name, from: found.configs[name], to }))
      .filter(({ from, to }) => from !== to);
    return changes.length === 0 ? { topic, action: 'keep' } : { topic, action: 'alter', changes };
  });
}
