import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import type { EventLog, Offset } from '../../src/log/event-log.ts';
import { RecordCodec } from '../../src/log/record-codec.ts';
import type { TypedRecord } from '../../src/log/record-types.ts';
import { TOPIC_NAMES, type TopicName } from '../../src/log/topics.ts';
import { createLogger, type Logger } from '../../src/ops/logging.ts';

export type StoredRecord = TypedRecord & { readonly key: string };

/** What the clock of every test here says. */
export const NOW = Date.parse('2026-11-22T23:00:00Z');

/** A real embedded log in a folder of its own, with a logger whose lines are kept. */
export class TemporaryLog {
  readonly log: EventLog;
  readonly codec: RecordCodec;
  readonly logger: Logger;
  readonly #folder: string;
  readonly #lines: readonly string[];
  readonly #forgotten = new Map<TopicName, readonly Offset[]>();

  private constructor(
    folder: string,
    log: EventLog,
    codec: RecordCodec,
    logger: Logger,
    lines: readonly string[],
  ) {
    this.#folder = folder;
    this.log = log;
    this.codec = codec;
    this.logger = logger;
    this.#lines = lines;
  }

  static async open(): Promise<TemporaryLog> {
    const folder = await mkdtemp(join(tmpdir(), 'producers-'));
    const lines: string[] = [];
    const logger = createLogger('mozlog', 'debug', collecting(lines));
    const log = await openEmbeddedLog({ file: join(folder, 'log.db'), clock: () => NOW, logger });
    return new TemporaryLog(folder, log, await RecordCodec.open(log.schemaIds), logger, lines);
  }

  /** From now on `stored` tells only what comes. */
  async forget(): Promise<void> {
    for (const topic of TOPIC_NAMES) {
      this.#forgotten.set(
        topic,
        (await this.log.bounds(topic)).map(({ end }) => end),
      );
    }
  }

  /** All records of a topic, in order of partitions. */
  async stored(topic: TopicName): Promise<readonly StoredRecord[]> {
    const found: StoredRecord[] = [];
    for (const [partition, { earliest, end }] of (await this.log.bounds(topic)).entries()) {
      const from = this.#forgotten.get(topic)?.[partition] ?? earliest;
      for await (const { key, value } of this.log.read({ topic, partition, from, to: end })) {
        if (value !== null) found.push({ ...this.codec.decode(value), key });
      }
    }
    return found;
  }

  /** All that was written: the lines of the logger and the bytes of the log's files. */
  async everythingWritten(): Promise<string> {
    const files = await readdir(this.#folder);
    const contents = await Promise.all(files.map((file) => readFile(join(this.#folder, file), 'latin1')));
    return [...this.#lines, ...contents].join('\n');
  }

  async remove(): Promise<void> {
    await this.log.close();
    await rm(this.#folder, { recursive: true });
  }
}

function collecting(lines: string[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
}
