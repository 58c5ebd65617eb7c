import { TaarError } from '../domain/errors.ts';
import type { Logger } from '../ops/logging.ts';
import type { Settings } from '../ops/settings.ts';
import type { TablePlace } from '../views/bigtable/table-place.ts';
import type { View } from '../views/view.ts';
import { CHANGELOG } from './assembly/assembly-parts.ts';
import type { OpenedLog } from './open-log.ts';

/** Where the mirror is; undefined where the settings name none. */
export function mirrorPlace(settings: Settings): TablePlace | undefined {
  const [, projectId, , instanceId] = settings.bigtableInstance?.split('/') ?? [];
  if (projectId === undefined || instanceId === undefined) return undefined;
  return {
    projectId,
    instanceId,
    tableId: settings.bigtableTable,
    emulatorHost: settings.bigtableEmulatorHost,
  };
}

/**
 * Opens the mirror of the profiles.
 * @throws TaarError `settings-invalid` (halt) without BIGTABLE_INSTANCE, and what the view says
 */
export async function openMirror(
  { log, codec }: OpenedLog,
  settings: Settings,
  role: 'reader' | 'writer',
  logger: Logger,
): Promise<View> {
  const place = mirrorPlace(settings);
  if (place === undefined) {
    throw new TaarError(
      'settings-invalid',
      'halt',
      'a mirror in Bigtable needs BIGTABLE_INSTANCE (projects/P/instances/I)',
    );
  }
  // Loaded only when used: whoever has no Bigtable need not have its client.
  const { openBigtableView } = await import('../views/bigtable/open-bigtable-view.ts');
  const { LegacyProfileRows } = await import('../views/bigtable/legacy-rows.ts');
  const options = { place, role, logId: log.id, name: CHANGELOG, logger };
  if (role === 'reader') return openBigtableView(options);
  return openBigtableView({ ...options, legacyRows: new LegacyProfileRows(codec) });
}
