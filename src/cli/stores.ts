import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../ops/logging.ts';
import type { Settings } from '../ops/settings.ts';
import { openRocksView } from '../views/rocksdb/open-rocks-view.ts';
import { WatchedView } from '../views/watched-view.ts';
import { CHANGELOG } from './assembly/assembly-parts.ts';
import { prepareDataDir, viewFolderIn } from './data-dir.ts';
import { type OpenedLog, openLog } from './open-log.ts';

/** What one process keeps that does everything itself, opened. */
export interface Stores extends OpenedLog {
  /** The profiles, by client key. */
  readonly profiles: WatchedView;
}

/**
 * Opens the log and the view of one DATA_DIR. Only one process can have them open.
 * @throws TaarError `data-dir-unusable`, `pepper-mismatch` (halt), and what log and view say
 */
export async function openStores(settings: Settings, clock: Clock, logger: Logger): Promise<Stores> {
  const opened = await openLog(settings, 'up', clock, logger);
  await using held = new AsyncDisposableStack();
  held.defer(() => opened.close());
  const profiles = await openOwnView(opened, settings, logger);
  held.defer(() => profiles.close());
  const kept = held.move();
  return { ...opened, profiles, close: () => kept.disposeAsync() };
}

/** Opens the view of the profiles in DATA_DIR, which belongs to this process alone. */
export async function openOwnView(
  { log }: OpenedLog,
  { dataDir }: Settings,
  logger: Logger,
): Promise<WatchedView> {
  await prepareDataDir(dataDir);
  const folder = viewFolderIn(dataDir, 'addons');
  return new WatchedView(await openRocksView({ folder, logId: log.id, name: CHANGELOG, logger }));
}
