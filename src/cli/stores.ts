import { ClientKeys } from '../domain/client-key.ts';
import type { Clock } from '../domain/clock.ts';
import { TaarError } from '../domain/errors.ts';
import { openEmbeddedLog } from '../log/embedded/embedded-log.ts';
import type { EventLog } from '../log/event-log.ts';
import { RecordCodec } from '../log/record-codec.ts';
import type { Logger } from '../ops/logging.ts';
import type { Settings } from '../ops/settings.ts';
import { openRocksView } from '../views/rocksdb/open-rocks-view.ts';
import type { SnapshotView } from '../views/view.ts';
import { logFileIn, prepareDataDir, viewFolderIn } from './data-dir.ts';

/** What is kept in DATA_DIR, opened. */
export interface Stores {
  readonly log: EventLog;
  readonly codec: RecordCodec;
  readonly keys: ClientKeys;
  /** The profiles, by client key. */
  readonly profiles: SnapshotView;
  close(): Promise<void>;
}

/**
 * Opens the log and the view of one DATA_DIR. Only one process can have them open.
 * @throws TaarError `data-dir-unusable`, `pepper-mismatch` (halt), and what log and view say
 */
export async function openStores(settings: Settings, clock: Clock, logger: Logger): Promise<Stores> {
  await prepareDataDir(settings.dataDir);
  await using opened = new AsyncDisposableStack();
  const log = await openEmbeddedLog({ file: logFileIn(settings.dataDir), clock, logger });
  opened.defer(() => log.close());
  const keys = new ClientKeys(settings.clientKeyPepper);
  await checkPepper(log, keys);
  const codec = await RecordCodec.open(log.schemaIds);
  const profiles = await openRocksView({
    folder: viewFolderIn(settings.dataDir, 'addons'),
    logId: log.id,
    name: 'addons.profile.changed.v1',
    logger,
  });
  opened.defer(() => profiles.close());
  const kept = opened.move();
  return { log, codec, keys, profiles, close: () => kept.disposeAsync() };
}

async function checkPepper(log: EventLog, keys: ClientKeys): Promise<void> {
  const own = keys.checkValue();
  const kept = await log.property('pepper-check', own);
  if (kept === own) return;
  const was = kept === 'none' ? 'without a pepper' : 'with another pepper';
  throw new TaarError(
    'pepper-mismatch',
    'halt',
    `the clients in this DATA_DIR were keyed ${was}: none of them would be found; ` +
      `${kept === 'none' ? 'unset CLIENT_KEY_PEPPER' : 'set CLIENT_KEY_PEPPER to the one of that time'}, ` +
      'or start with another DATA_DIR',
  );
}
