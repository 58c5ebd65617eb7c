import type { DatabaseSync } from 'node:sqlite';
import { TOPIC_NAMES, topicSettings } from '../topics.ts';
import type { Compaction } from './compaction.ts';
import { retain } from './retention.ts';

/** Pages that one round of maintenance gives back to the file system. */
const VACUUM_PAGES = 1_000;

/** Work in steps, each to be run in a transaction of its own. */
export type Maintenance = Generator<void>;

/** Compacts and retains every topic as its settings say. */
export function* maintenance(database: DatabaseSync, compaction: Compaction, now: number): Maintenance {
  const ids = database.prepare('SELECT id FROM partitions WHERE topic = ? ORDER BY partition');
  for (const topic of TOPIC_NAMES) {
    const settings = topicSettings(topic);
    for (const { id } of ids.all(topic)) {
      if (settings.policy === 'compact') yield* compaction.run(Number(id), settings, now);
      else yield* retain(database, Number(id), settings, now);
    }
  }
  database.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
}
