import type RocksDB from 'rocksdb-native';
import { TaarError } from '../../domain/errors.ts';
import { rebuildAdvice, type ViewPlace } from './rocks-errors.ts';
import { IDENTITY_KEY } from './stored-keys.ts';

/** Raised whenever the layout of stored-keys.ts changes; older views are then rebuilt. */
const VIEW_FORMAT = 1;

/** What a view is a view of. */
export interface ViewIdentity {
  readonly logId: string;
  /** The changelog topic. */
  readonly name: string;
}

/**
 * Marks a new view as belonging to a log and topic, or checks that this one does: positions of one log mean
 * nothing in another.
 * @throws TaarError `view-of-another-log` or `view-format-unknown` (halt)
 */
export async function claim(db: RocksDB, logId: string, place: ViewPlace): Promise<void> {
  const { name, folder } = place;
  const mine = JSON.stringify({ format: VIEW_FORMAT, log: logId, topic: name });
  const found = await read(db);
  if (found === mine) return;
  if (found === undefined && (await isEmpty(db))) return write(db, mine);
  if (formatOf(found) !== VIEW_FORMAT) {
    const what = `the view of ${name} was written in a form that this version does not read`;
    throw new TaarError('view-format-unknown', 'halt', `${what}: ${rebuildAdvice(place)}`);
  }
  const what = `${folder} holds a view of another log or topic than this ${name}`;
  const advice = `if the log was lost or replaced, bring it back; else ${rebuildAdvice(place)}`;
  throw new TaarError('view-of-another-log', 'halt', `${what}: ${advice}`);
}

async function read(db: RocksDB): Promise<string | undefined> {
  const batch = db.read();
  try {
    const [value] = await Promise.all([batch.get(IDENTITY_KEY), batch.flush()]);
    return value?.toString();
  } finally {
    batch.destroy();
  }
}

async function write(db: RocksDB, identity: string): Promise<void> {
  const batch = db.write();
  try {
    batch.tryPut(IDENTITY_KEY, Buffer.from(identity));
    await batch.flush();
  } finally {
    batch.destroy();
  }
}

async function isEmpty(db: RocksDB): Promise<boolean> {
  for await (const _entry of db.iterator({}, { limit: 1 })) return false;
  return true;
}

function formatOf(identity: string | undefined): unknown {
  try {
    return (JSON.parse(identity ?? '{}') as { format?: unknown }).format;
  } catch {
    return undefined;
  }
}
