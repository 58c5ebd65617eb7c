import { TOPIC_NAMES, type TopicName } from '../topics.ts';

/** What topics, groups and transactional ids are called in the cluster: our names behind the system's prefix. */
export class Names {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  topic(name: TopicName): string {
    return `${this.#prefix}${name}`;
  }

  /** All topics, in the order of the table. */
  topics(): readonly string[] {
    return TOPIC_NAMES.map((name) => this.topic(name));
  }

  group(group: string): string {
    return `${this.#prefix}${group}`;
  }

  /** One id for each partition that a group reads: kafkajs knows no fencing by group (DESIGN section 10). */
  partitionWriter(group: string, topic: TopicName, partition: number): string {
    return `${this.#prefix}process/${group}/${topic}/${partition}`;
  }

  exclusiveWriter(name: string): string {
    return `${this.#prefix}writer/${name}`;
  }
}
