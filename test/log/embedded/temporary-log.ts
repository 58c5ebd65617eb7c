import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type EmbeddedLog, openEmbeddedLog } from '../../../src/log/embedded/embedded-log.ts';
import type { EventLog, LogRecord } from '../../../src/log/event-log.ts';
import type { TopicName } from '../../../src/log/topics.ts';

export const SILENT = pino({ level: 'silent' });

/** A folder with a log in it, and a clock that a test sets. */
export class TemporaryLog {
  readonly file: string;
  now: number;
  readonly #folder: string;
  #log: EmbeddedLog | undefined;

  private constructor(folder: string, now: number) {
    this.#folder = folder;
    this.file = join(folder, 'log.sqlite');
    this.now = now;
  }

  /** Not opened yet. */
  static async make(now: number = Date.now()): Promise<TemporaryLog> {
    return new TemporaryLog(await mkdtemp(join(tmpdir(), 'embedded-log-')), now);
  }

  /** Opens the log, or the same one again. Maintenance runs only when it is asked for. */
  async open(): Promise<EmbeddedLog> {
    await this.#log?.close();
    const clock = (): number => this.now;
    this.#log = await openEmbeddedLog({ file: this.file, clock, logger: SILENT, maintainEveryMs: 0 });
    return this.#log;
  }

  async remove(): Promise<void> {
    await this.#log?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The records of one partition that still exist. */
export async function recordsOf(log: EventLog, topic: TopicName, partition: number): Promise<LogRecord[]> {
  const { end } = (await log.bounds(topic))[partition] ?? { end: 0 };
  const found: LogRecord[] = [];
  for await (const record of log.read({ topic, partition, from: 0, to: end })) found.push(record);
  return found;
}

/** Value as text; a tombstone is `null`. */
export function textOf({ value }: { readonly value: Uint8Array | null }): string | null {
  return value === null ? null : Buffer.from(value).toString();
}
