import type { DatabaseSync } from 'node:sqlite';
import { offsetOf, recordId } from './database.ts';
import { RecordPacker } from './packed-records.ts';
import type { Fetched, FetchRequest } from './protocol.ts';

type Row = [id: number, timestamp: number, key: Uint8Array, value: Uint8Array | null, headers: string | null];

/** Makes the function that reads records of one partition from an offset on, as many as the request allows. */
export function fetcher(database: DatabaseSync): (request: FetchRequest, end: number) => Fetched {
  const select = database.prepare(
    'SELECT id, timestamp, key, value, headers FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?',
  );
  select.setReturnArrays(true);
  return ({ partitionId, from, to, maxRecords, maxBytes }, end) => {
    const upTo = Math.min(to ?? end, end);
    const packer = new RecordPacker();
    let count = 0;
    let next = Math.max(from, upTo);
    // The rows are arrays because of setReturnArrays, which the types do not know.
    const rows = select.iterate(
      recordId(partitionId, from),
      recordId(partitionId, upTo),
      maxRecords,
    ) as Iterable<unknown> as Iterable<Row>;
    for (const [id, timestamp, key, value, headers] of rows) {
      packer.add(partitionId, offsetOf(id), timestamp, key, value, headers ?? '');
      count += 1;
      if (count === maxRecords || packer.size >= maxBytes) {
        next = offsetOf(id) + 1;
        break;
      }
    }
    return { records: packer.finish(), next, end };
  };
}
