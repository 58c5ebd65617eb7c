import type { EventLog } from '../log/event-log.ts';
import type { TopicName } from '../log/topics.ts';

/**
 * States straight from the changelog: reads the whole partition of a key, which takes seconds with millions of
 * clients, and needs no view. For commands, not for answers.
 */
export class ChangelogLookup {
  readonly #log: EventLog;
  readonly #topic: TopicName;

  constructor(log: EventLog, topic: TopicName) {
    this.#log = log;
    this.#topic = topic;
  }

  async get(partition: number, key: string): Promise<Uint8Array | undefined> {
    return (await this.getMany(partition, [key]))[0];
  }

  async getMany(partition: number, keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    const wanted = new Set(keys);
    const found = new Map<string, Uint8Array>();
    const { earliest = 0, end = 0 } = (await this.#log.bounds(this.#topic))[partition] ?? {};
    const range = { topic: this.#topic, partition, from: earliest, to: end };
    for await (const { key, value } of this.#log.read(range)) {
      if (!wanted.has(key)) continue;
      if (value === null) found.delete(key);
      else found.set(key, Uint8Array.from(value));
    }
    return keys.map((key) => found.get(key));
  }
}
