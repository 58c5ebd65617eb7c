import type { DatabaseSync } from 'node:sqlite';
import { TOPIC_NAMES, topicSettings } from '../topics.ts';
import type { Compaction } from './compaction.ts';
import { retain } from './retention.ts';

/** Free pages are used again before the file grows; only what goes beyond this share is given back … */
const KEPT_FREE_SHARE = 0.25;
/** … and beyond 32 MiB: a small file may as well keep them. */
const KEPT_FREE_PAGES = 4_096;
/** Pages that one step gives back to the file system: keeps it to some milliseconds. */
const VACUUM_PAGES = 32;

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
  yield* vacuum(database);
}

function* vacuum(database: DatabaseSync): Maintenance {
  const pages = (name: string): number => Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
  while (pages('freelist_count') > Math.max(KEPT_FREE_PAGES, KEPT_FREE_SHARE * pages('page_count'))) {
    database.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
    yield;
  }
}
