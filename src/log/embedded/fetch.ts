import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EpochMs } from '../../domain/clock.ts';
import type { Offset } from '../event-log.ts';
import { tableOf } from './database.ts';
import {
  END,
  FIELDS,
  KEY_BYTES,
  NO_VALUE,
  OFFSET,
  PARTITION_ID,
  type PackedRecords,
  TIMESTAMP,
  VALUE_BYTES,
} from './packed-records.ts';
import type { Fetched, FetchRequest } from './protocol.ts';

type Row = [
  offset: Offset,
  timestamp: EpochMs,
  keyBytes: number,
  valueBytes: number | null,
  record: Uint8Array,
];

/** Makes the function that reads records of one partition from an offset on, as many as the request allows. */
export function fetcher(database: DatabaseSync): (request: FetchRequest, end: number) => Fetched {
  const statements = new Map<number, StatementSync>();
  return ({ partitionId, from, to, maxRecords, maxBytes }, end) => {
    const statement = statements.get(partitionId) ?? selectFrom(database, partitionId);
    statements.set(partitionId, statement);
    const upTo = Math.min(to ?? end, end);
    // The rows are arrays because of setReturnArrays, which the types do not know.
    const found = statement.iterate(from, upTo, maxRecords) as Iterable<unknown> as Iterable<Row>;
    const rows: Row[] = [];
    let bytes = 0;
    for (const row of found) {
      rows.push(row);
      bytes += row[4].length;
      if (bytes >= maxBytes) break;
    }
    const last = rows.length === maxRecords || bytes >= maxBytes ? rows.at(-1) : undefined;
    const next = last === undefined ? Math.max(from, upTo) : last[0] + 1;
    return { records: pack(partitionId, rows, bytes), next, end };
  };
}

function selectFrom(database: DatabaseSync, partitionId: number): StatementSync {
  const select = database.prepare(
    `SELECT * FROM ${tableOf(partitionId)} WHERE "offset" >= ? AND "offset" < ? ORDER BY "offset" LIMIT ?`,
  );
  select.setReturnArrays(true);
  return select;
}

function pack(partitionId: number, rows: readonly Row[], byteLength: number): PackedRecords {
  const bytes = new Uint8Array(byteLength);
  const fields = new Float64Array(rows.length * FIELDS);
  let at = 0;
  let end = 0;
  for (const [offset, timestamp, keyBytes, valueBytes, record] of rows) {
    bytes.set(record, end);
    end += record.length;
    fields[at + PARTITION_ID] = partitionId;
    fields[at + OFFSET] = offset;
    fields[at + TIMESTAMP] = timestamp;
    fields[at + KEY_BYTES] = keyBytes;
    fields[at + VALUE_BYTES] = valueBytes ?? NO_VALUE;
    fields[at + END] = end;
    at += FIELDS;
  }
  return { count: rows.length, bytes, fields };
}
