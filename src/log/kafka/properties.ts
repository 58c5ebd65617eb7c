import { TaarError } from '../../domain/errors.ts';
import type { LogRecord } from '../event-log.ts';
import type { ExclusiveWriters } from './exclusive-writers.ts';
import type { TopicReader } from './topic-reader.ts';

const TOPIC = 'log.property.set.v1';

/**
 * Small facts about the log itself, on a topic of their own. The first value of a name is the only one ever written:
 * whoever writes is the only writer, and has looked before.
 */
export class Properties {
  readonly #reader: TopicReader;
  readonly #writers: ExclusiveWriters;

  constructor(reader: TopicReader, writers: ExclusiveWriters) {
    this.#reader = reader;
    this.#writers = writers;
  }

  /**
   * The value of a name; sets it to `initial` where it has none.
   * @throws TaarError `log-unavailable` (retry)
   */
  async get(name: string, initial: string): Promise<string> {
    try {
      return (await this.#find(name)) ?? (await this.#set(name, initial));
    } catch (error) {
      // Several processes of a new system start at once: another one has just set it, or is about to.
      if (error instanceof TaarError && error.code === 'writer-fenced') {
        throw new TaarError('log-unavailable', 'retry', `${name} is being set by another process`, {
          cause: error,
        });
      }
      throw error;
    }
  }

  async #set(name: string, initial: string): Promise<string> {
    const writer = await this.#writers.open(`property/${name}`);
    // Somebody may have written it before this one became the only writer.
    const meanwhile = await this.#find(name);
    if (meanwhile !== undefined) return meanwhile;
    await writer.append([{ topic: TOPIC, key: name, value: Buffer.from(initial) }]);
    return initial;
  }

  async #find(name: string): Promise<string | undefined> {
    const bounds = await this.#reader.bounds(TOPIC);
    let latest: LogRecord | undefined;
    for (const [partition, { earliest, end }] of bounds.entries()) {
      for await (const record of this.#reader.read({ topic: TOPIC, partition, from: earliest, to: end })) {
        if (record.key === name && record.value !== null) latest = record;
      }
    }
    return latest?.value == null ? undefined : Buffer.from(latest.value).toString();
  }
}
