import type { EpochMs } from '../domain/clock.ts';
import type { EventLog, LogRecord, Offset, OffsetRange } from './event-log.ts';

/** A stretch that is read in one go anyway need not be halved. */
const STRETCH_RECORDS = 1_000;

/** An offset of the range with nothing before it that was written since then; found by halving. */
export async function firstSince(
  log: Pick<EventLog, 'read'>,
  { topic, partition, from, to }: OffsetRange,
  since: EpochMs,
): Promise<Offset> {
  let [low, high] = [from, to];
  while (high - low > STRETCH_RECORDS) {
    const middle = Math.floor((low + high) / 2);
    const record = await firstIn(log, { topic, partition, from: middle, to: high });
    if (record !== undefined && record.timestamp < since) low = record.offset + 1;
    else high = middle;
  }
  return low;
}

async function firstIn(log: Pick<EventLog, 'read'>, range: OffsetRange): Promise<LogRecord | undefined> {
  for await (const record of log.read(range)) return record;
  return undefined;
}
