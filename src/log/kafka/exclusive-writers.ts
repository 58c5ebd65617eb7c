import type { Kafka } from 'kafkajs';
import type { ExclusiveWriter } from '../event-log.ts';
import type { Names } from './names.ts';
import { TransactionalWriter } from './transactional-writer.ts';

/** The exclusive writers of one process, by name: each holds connections, so the one before makes room. */
export class ExclusiveWriters {
  readonly #kafka: Kafka;
  readonly #names: Names;
  readonly #open = new Map<string, TransactionalWriter>();

  constructor(kafka: Kafka, names: Names) {
    this.#kafka = kafka;
    this.#names = names;
  }

  /** Becomes the only writer of that name, in this process and all others. */
  async open(name: string): Promise<ExclusiveWriter> {
    const id = this.#names.exclusiveWriter(name);
    const writer = await TransactionalWriter.open(this.#kafka, this.#names, id);
    const before = this.#open.get(name);
    this.#open.set(name, writer);
    await before?.supersede();
    return { append: (records) => writer.commit(records) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((writer) => writer.close()));
  }
}
