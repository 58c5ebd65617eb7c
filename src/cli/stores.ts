import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../ops/logging.ts';
import type { Settings } from '../ops/settings.ts';
import { openRocksView } from '../views/rocksdb/open-rocks-view.ts';
import type { SnapshotView } from '../views/view.ts';
import { prepareDataDir, viewFolderIn } from './data-dir.ts';
import { type OpenedLog, openLog } from './open-log.ts';

/** What one process keeps that does everything itself, opened. */
export interface Stores extends OpenedLog {
  /** The profiles, by client key. */
  readonly profiles: SnapshotView;
}

/**
 * Opens the log and the view of one DATA_DIR. Only one process can have them open.
 * @throws TaarError `data-dir-unusable`, `pepper-mismatch` (halt), and what log and view say
 */
export async function openStores(settings: Settings, clock: Clock, logger: Logger): Promise<Stores> {
  const opened = await openLog(settings, 'up', clock, logger);
  try {
    return await withOwnView(opened, settings, logger);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Adds the process's own view of the profiles to a log; both are closed together. */
export async function withOwnView(opened: OpenedLog, settings: Settings, logger: Logger): Promise<Stores> {
  await prepareDataDir(settings.dataDir);
  const profiles = await openRocksView({
    folder: viewFolderIn(settings.dataDir, 'addons'),
    logId: opened.log.id,
    name: 'addons.profile.changed.v1',
    logger,
  });
  const close = async (): Promise<void> => {
    try {
      await profiles.close();
    } finally {
      await opened.close();
    }
  };
  return { ...opened, profiles, close };
}
