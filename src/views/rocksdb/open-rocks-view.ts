import { mkdir } from 'node:fs/promises';
import RocksDB from 'rocksdb-native';
import type { Logger } from '../../ops/logging.ts';
import { claim, type ViewIdentity } from '../identity.ts';
import type { SnapshotView } from '../view.ts';
import { identityIn } from './identity.ts';
import { rebuildAdvice, rocksError, type ViewPlace } from './rocks-errors.ts';
import { readPositions } from './rocks-snapshot.ts';
import { RocksView } from './rocks-view.ts';

export interface RocksViewOptions extends ViewIdentity {
  /** Holds this one view and nothing else; made where it does not exist. */
  readonly folder: string;
  readonly logger?: Logger;
}

/** Raised whenever the layout of stored-keys.ts changes; older views are then rebuilt. */
const VIEW_FORMAT = 1;
/** RocksDB's own default of six would let compactions crowd out the process's other work on a small machine. */
const BACKGROUND_JOBS = 2;
/**
 * Once a disk was full RocksDB writes again only when so much is free; its default, 64 MB, may never be on a small
 * disk. It is also the size of the tables in memory, of which there are two.
 */
const WRITE_BUFFER_BYTES = 16 * 2 ** 20;

/**
 * Opens, or makes, the view of a changelog in a folder. No write is synced: after a power loss the view is at an
 * earlier position, from which the changelog brings it forward.
 * @throws TaarError `view-in-use`, `view-of-another-log`, `view-format-unknown`, `view-damaged`,
 *   `view-open-failed` (all halt)
 */
export async function openRocksView({
  folder,
  logId,
  name,
  logger,
}: RocksViewOptions): Promise<SnapshotView> {
  const place = { name, folder };
  try {
    await mkdir(folder, { recursive: true });
    const options = { maxBackgroundJobs: BACKGROUND_JOBS, writeBufferSize: WRITE_BUFFER_BYTES };
    const db = new RocksDB(folder, options);
    // Without this a failed open leaves whatever comes first waiting for ever.
    await db.ready();
    const positions = await claimAndRead(db, { logId, name }, place);
    logger?.info({ topic: name, partitions: positions.size }, 'view opened');
    return new RocksView(db, place, positions);
  } catch (error) {
    throw rocksError(error, place, 'open');
  }
}

async function claimAndRead(
  db: RocksDB,
  identity: ViewIdentity,
  place: ViewPlace,
): Promise<Map<number, number>> {
  try {
    await claim(identityIn(db), identity, {
      format: VIEW_FORMAT,
      place: place.folder,
      rebuildAdvice: rebuildAdvice(place),
    });
    return await readPositions(db);
  } catch (error) {
    await db.close();
    throw error;
  }
}
