import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { type Clock, DAY_MS, type EpochMs } from '../../src/domain/clock.ts';
import { type EmbeddedLog, openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import type { Position } from '../../src/log/event-log.ts';
import { CHANGED_AT_HEADER } from '../../src/log/headers.ts';
import type { TopicName } from '../../src/log/topics.ts';
import { type CaughtUp, catchUp } from '../../src/views/catch-up.ts';
import { openRocksView } from '../../src/views/rocksdb/open-rocks-view.ts';
import type { SnapshotView } from '../../src/views/view.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const SILENT = pino({ level: 'silent' });
/** A compacted topic of one partition. */
export const TOPIC: TopicName = 'addons.catalogue.changed.v1';
/** A compacted topic of eight partitions. */
export const WIDE_TOPIC: TopicName = 'addons.profile.changed.v1';

/** A real log, whose clock the test moves, and a real view of one of its topics. */
export class ChangelogBench {
  readonly log: EmbeddedLog;
  readonly topic: TopicName;
  view: SnapshotView;
  readonly #time: { now: EpochMs };
  readonly #viewFolder: string;

  private constructor(
    log: EmbeddedLog,
    topic: TopicName,
    time: { now: EpochMs },
    view: SnapshotView,
    viewFolder: string,
  ) {
    this.log = log;
    this.topic = topic;
    this.#time = time;
    this.view = view;
    this.#viewFolder = viewFolder;
  }

  /** Opens both; they are closed and removed when the test is over. */
  static async open(topic: TopicName = TOPIC): Promise<ChangelogBench> {
    const folder = await temporaryFolder();
    const time = { now: 20_000 * DAY_MS };
    const clock = () => time.now;
    const file = join(folder, 'log.sqlite');
    const log = await openEmbeddedLog({ file, clock, logger: SILENT, maintainEveryMs: 0 });
    const viewFolder = join(folder, 'view');
    const view = await openRocksView({ folder: viewFolder, logId: log.id, name: topic });
    const bench = new ChangelogBench(log, topic, time, view, viewFolder);
    onTestFinished(async () => {
      await bench.view.close();
      await log.close();
    });
    return bench;
  }

  readonly clock: Clock = () => this.#time.now;

  /** Lets time pass. */
  pass(ms: number): void {
    this.#time.now += ms;
  }

  /** Appends a value, or a tombstone, to the changelog. */
  async put(key: string, value: string | null, changedAt?: number): Promise<Position | undefined> {
    const headers = changedAt === undefined ? {} : { [CHANGED_AT_HEADER]: `${changedAt}` };
    const bytes = value === null ? null : Buffer.from(value);
    const [position] = await this.log.append([{ topic: this.topic, key, value: bytes, headers }]);
    return position;
  }

  /** Appends many values at once. */
  async putAll(records: readonly (readonly [key: string, value: string | null])[]): Promise<void> {
    await this.log.append(
      records.map(([key, value]) => ({
        topic: this.topic,
        key,
        value: value === null ? null : Buffer.from(value),
      })),
    );
  }

  /** Lets the log compact, half a day later, what it has. */
  async compact(): Promise<void> {
    this.pass(DAY_MS / 2);
    await this.log.maintain();
  }

  async catchUp(partition = 0): Promise<number> {
    return (await this.bring(partition)).changes;
  }

  /** As `catchUp`, with all that it tells. */
  bring(partition = 0): Promise<CaughtUp> {
    return catchUp(this.view, this.log, this.topic, partition, this.clock);
  }

  /** Throws the view away and opens a new one in its place. */
  async dropView(): Promise<void> {
    await this.view.close();
    await rm(this.#viewFolder, { recursive: true });
    this.view = await openRocksView({ folder: this.#viewFolder, logId: this.log.id, name: this.topic });
  }
}
