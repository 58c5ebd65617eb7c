import { TaarError } from '../../domain/errors.ts';
import type { Logger } from '../../ops/logging.ts';
import { checkIdentity, claim, type IdentityStore, type ViewIdentity } from '../identity.ts';
import type { View } from '../view.ts';
import { rebuildTableAdvice } from './bigtable-errors.ts';
import { BigtableView } from './bigtable-view.ts';
import { loadClientPackage } from './client-package.ts';
import type { LegacyRows } from './legacy-rows.ts';
import { TableConnection } from './table-connection.ts';
import { ANY_STATE, IDENTITY_ASKED, identityMutation } from './table-layout.ts';
import { type TablePlace, tableName } from './table-place.ts';

export interface BigtableViewSettings extends ViewIdentity {
  readonly place: TablePlace;
  /** A reader waits for the process that keeps the table up to date; that one marks a new table as its own. */
  readonly role: 'reader' | 'writer';
  /** What TAAR's readers are to find, of a writer; without it the table holds states only. */
  readonly legacyRows?: LegacyRows;
  /** How long a read of up to 500 keys may take, with all its attempts. */
  readonly readDeadlineMs?: number;
  /** How long a write may take, with all its attempts. */
  readonly writeDeadlineMs?: number;
  readonly logger?: Logger;
}

/** Raised whenever the layout of table-layout.ts changes; older views are then rebuilt. */
const VIEW_FORMAT = 1;
/** Longer than any answer of a working table; whoever waits has an answer to give without it. */
const READ_DEADLINE_MS = 1_000;
/** As long as a follower may wait before it says that it stands still. */
const WRITE_DEADLINE_MS = 10_000;

/**
 * Opens the view of a changelog in a table that exists (see `ensureTable`).
 * @throws TaarError `view-unavailable`, `view-not-begun` (retry), `bigtable-not-installed`, `view-table-missing`,
 *   `view-refused`, `view-of-another-log`, `view-format-unknown` (halt)
 */
export async function openBigtableView(settings: BigtableViewSettings): Promise<View> {
  const { place, role, logId, name, legacyRows, logger } = settings;
  const table = new TableConnection(place, await loadClientPackage());
  const readDeadlineMs = settings.readDeadlineMs ?? READ_DEADLINE_MS;
  const writeDeadlineMs = settings.writeDeadlineMs ?? WRITE_DEADLINE_MS;
  try {
    // With the longer deadline: the first call also makes the connection.
    const identity = identityIn(table, writeDeadlineMs);
    if (role === 'writer') await claimed(identity, { logId, name }, place);
    else await checked(identity, { logId, name }, place);
  } catch (error) {
    await table.close();
    throw error;
  }
  logger?.info({ topic: name, table: place.tableId, role }, 'view opened');
  return new BigtableView(table, { readDeadlineMs, writeDeadlineMs, legacyRows });
}

async function claimed(store: IdentityStore, identity: ViewIdentity, place: TablePlace): Promise<void> {
  await claim(store, identity, identifiedPlace(place, identity));
  // Two may have claimed a new table at once: what is there now counts for both.
  checkIdentity(await store.read(), identity, identifiedPlace(place, identity));
}

async function checked(store: IdentityStore, identity: ViewIdentity, place: TablePlace): Promise<void> {
  const found = await store.read();
  if (found === undefined && (await store.isEmpty())) {
    const what = `nothing has been written to ${tableName(place)} yet`;
    throw new TaarError(
      'view-not-begun',
      'retry',
      `${what}: start the process that mirrors ${identity.name}`,
    );
  }
  checkIdentity(found, identity, identifiedPlace(place, identity));
}

function identifiedPlace(place: TablePlace, identity: ViewIdentity) {
  return {
    format: VIEW_FORMAT,
    place: tableName(place),
    rebuildAdvice: rebuildTableAdvice(place, identity),
  };
}

function identityIn(table: TableConnection, deadlineMs: number): IdentityStore {
  return {
    async read() {
      const [row] = await table.readRows(IDENTITY_ASKED, deadlineMs);
      const [cell] = row?.cells ?? [];
      return cell === undefined ? undefined : Buffer.from(cell.value).toString();
    },
    write: (identity) => table.mutateRows([identityMutation(identity)], deadlineMs),
    // TAAR's own rows may be there: they are in another family, and our writes lie over them.
    isEmpty: async () => (await table.readRows(ANY_STATE, deadlineMs)).length === 0,
  };
}
