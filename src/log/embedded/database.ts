import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, TaarError } from '../../domain/errors.ts';
import { TOPIC_NAMES, topicSettings } from '../topics.ts';

/**
 * The layout of the file. A record's id is its partition's id and its offset in one number, so that a partition is
 * one run of the table.
 */
const LAYOUT = `
  CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key BLOB NOT NULL, value BLOB, headers TEXT);
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

/** Numbers of offsets in a partition; with 2,048 partitions an id stays exact as a JavaScript number. */
const OFFSETS = 2 ** 42;
const CACHE_KIB = 32 * 1024;
/** Pages of the write-ahead log before they go into the file: rarer check-points, at most 16 MB to recover. */
const WAL_PAGES = 4_000;
const SQLITE_BUSY = 5;

/** The id of a record. */
export function recordId(partitionId: number, offset: number): number {
  return partitionId * OFFSETS + offset;
}

/** The offset in a record's id. */
export function offsetOf(id: number): number {
  return id % OFFSETS;
}

/**
 * Opens the file for this process alone, until it is closed or the process ends.
 * @throws TaarError `log-in-use`, `log-unavailable` or `topic-partitions-changed` (halt)
 */
export function openDatabase(file: string): { database: DatabaseSync; logId: string } {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA cache_size = -${CACHE_KIB};
      PRAGMA wal_autocheckpoint = ${WAL_PAGES};
      BEGIN EXCLUSIVE;
      ${LAYOUT}
    `);
    addPartitions(database);
    const logId = ownId(database);
    database.exec('COMMIT');
    return { database, logId };
  } catch (error) {
    database?.close();
    throw asOpenError(error, file);
  }
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
    for (let partition = 0; partition < wanted; partition++) insert.run(topic, partition);
  }
}

function asOpenError(error: unknown, file: string): TaarError {
  if (error instanceof TaarError) return error;
  if ((error as { errcode?: number }).errcode === SQLITE_BUSY) {
    return new TaarError(
      'log-in-use',
      'halt',
      `another process has the log ${file} open; stop it, or let the command talk to it, or use another DATA_DIR`,
    );
  }
  return new TaarError('log-unavailable', 'halt', `cannot open the log ${file}: ${messageOf(error)}`);
}
