import type { Kafka } from 'kafkajs';
import type { ExclusiveWriter, OutgoingRecord, Position } from '../event-log.ts';
import type { Names } from './names.ts';
import type { TopicReader } from './topic-reader.ts';
import { TransactionalWriter } from './transactional-writer.ts';

/** The exclusive writers of one process, by name: each holds connections, so the one before makes room. */
export class ExclusiveWriters {
  readonly #kafka: Kafka;
  readonly #names: Names;
  readonly #reader: TopicReader;
  readonly #open = new Map<string, TransactionalWriter>();

  constructor(kafka: Kafka, names: Names, reader: TopicReader) {
    this.#kafka = kafka;
    this.#names = names;
    this.#reader = reader;
  }

  /** Becomes the only writer of that name, in this process and all others. */
  async open(name: string): Promise<ExclusiveWriter> {
    const id = this.#names.exclusiveWriter(name);
    const writer = await TransactionalWriter.open(this.#kafka, this.#names, id);
    const before = this.#open.get(name);
    this.#open.set(name, writer);
    await before?.supersede();
    return { append: (records) => this.#append(writer, records) };
  }

  /**
   * What is committed is durable before readers can see it. Whoever appends as the only writer reads on before the
   * next append, and would miss his own record.
   */
  async #append(
    writer: TransactionalWriter,
    records: readonly OutgoingRecord[],
  ): Promise<readonly Position[]> {
    const positions = await writer.commit(records);
    await this.#reader.untilVisible(positions);
    return positions;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((writer) => writer.close()));
  }
}
