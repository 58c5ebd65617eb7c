import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, TaarError } from '../../domain/errors.ts';
import { TOPIC_NAMES, topicSettings } from '../topics.ts';

/** To be raised whenever the layout changes: a file of another layout is refused, not guessed at. */
const LAYOUT_VERSION = 1;

/** The layout of the file, beside the records: each partition has a table of its own for them (`tableOf`). */
const LAYOUT = `
  CREATE TABLE IF NOT EXISTS partitions (
    id INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL,
    earliest INTEGER NOT NULL DEFAULT 0, "end" INTEGER NOT NULL DEFAULT 0,
    records INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
    compacted_to INTEGER NOT NULL DEFAULT 0, compacted_at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, partition));
  CREATE TABLE IF NOT EXISTS group_offsets (
    name TEXT NOT NULL, partition_id INTEGER NOT NULL, next INTEGER NOT NULL,
    PRIMARY KEY (name, partition_id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS schemas (id INTEGER PRIMARY KEY, type TEXT NOT NULL, text TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS properties (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, epoch INTEGER NOT NULL) WITHOUT ROWID;
`;

/**
 * The records of one partition: `record` is key, value and headers in one piece, as it crosses threads; value_bytes
 * is null for a tombstone. In a table of its own a partition grows at the end of a tree, with full pages and a third
 * less work than in the middle of a common one.
 */
const RECORDS_LAYOUT = `(
  "offset" INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL,
  key_bytes INTEGER NOT NULL, value_bytes INTEGER, record BLOB NOT NULL)`;

/** Of 4, 8 and 16 KiB the best trade of CPU in large batches against bytes written for single records. */
const PAGE_BYTES = 8192;
const CACHE_KIB = 32 * 1024;
/** Pages of the write-ahead log before they go into the file: rarer check-points, at most 8 MB to recover. */
const WAL_PAGES = 1_000;
const SQLITE_BUSY = 5;

/** The table that holds the records of a partition. */
export function tableOf(partitionId: number): string {
  return `records_${partitionId}`;
}

/**
 * Opens the file for this process alone, until it is closed or the process ends.
 * @throws TaarError `log-in-use`, `log-unavailable`, `log-layout-unknown` or `topic-partitions-changed` (halt)
 */
export function openDatabase(file: string): { database: DatabaseSync; logId: string } {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    database = new DatabaseSync(file, { timeout: 0 });
    // Page size and vacuum mode hold only when they come before the first write.
    database.exec(`
      PRAGMA page_size = ${PAGE_BYTES};
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA secure_delete = FAST;
      PRAGMA cache_size = -${CACHE_KIB};
      PRAGMA wal_autocheckpoint = ${WAL_PAGES};
      BEGIN EXCLUSIVE;
    `);
    layOut(database, file);
    addPartitions(database);
    const logId = ownId(database);
    database.exec('COMMIT');
    return { database, logId };
  } catch (error) {
    database?.close();
    throw asOpenError(error, file);
  }
}

function layOut(database: DatabaseSync, file: string): void {
  const found = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  const tables = Number(database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables);
  if (found === LAYOUT_VERSION || tables === 0) {
    database.exec(`${LAYOUT} PRAGMA user_version = ${LAYOUT_VERSION}`);
    return;
  }
  throw new TaarError(
    'log-layout-unknown',
    'halt',
    `${file} has layout ${found} and this program knows ${LAYOUT_VERSION}; ` +
      'use the version that wrote it, or another DATA_DIR',
  );
}

function ownId(database: DatabaseSync): string {
  database.prepare("INSERT OR IGNORE INTO properties VALUES ('log-id', ?)").run(randomUUID());
  return String(database.prepare("SELECT value FROM properties WHERE name = 'log-id'").get()?.value);
}

function addPartitions(database: DatabaseSync): void {
  const count = database.prepare('SELECT count(*) AS count FROM partitions WHERE topic = ?');
  const insert = database.prepare('INSERT INTO partitions (topic, partition) VALUES (?, ?)');
  for (const topic of TOPIC_NAMES) {
    const wanted = topicSettings(topic).partitions;
    const found = Number(count.get(topic)?.count);
    if (found === wanted) continue;
    if (found > 0) {
      throw new TaarError(
        'topic-partitions-changed',
        'halt',
        `topic ${topic} has ${found} partitions in this data and ${wanted} in the program; ` +
          'a key would be looked for in the wrong one. Use the version that wrote the data, or a new topic version',
      );
    }
    for (let partition = 0; partition < wanted; partition++) {
      const { lastInsertRowid } = insert.run(topic, partition);
      database.exec(`CREATE TABLE ${tableOf(Number(lastInsertRowid))} ${RECORDS_LAYOUT}`);
    }
  }
}

function asOpenError(error: unknown, file: string): TaarError {
  if (error instanceof TaarError) return error;
  if (primaryCode(error) === SQLITE_BUSY) {
    return new TaarError(
      'log-in-use',
      'halt',
      `the log ${file} is open already: another taar runs on this data; stop it, or let the command talk to it ` +
        'through its control socket, or use another DATA_DIR',
    );
  }
  return new TaarError('log-unavailable', 'halt', `cannot open the log ${file}: ${messageOf(error)}`);
}

/** SQLite's error code without the detail in its upper bytes; undefined where it is none of SQLite's errors. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return Number(error.errcode) & 0xff;
}
