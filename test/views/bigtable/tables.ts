import type { TablePlace } from '../../../src/views/bigtable/table-place.ts';
import { ensureTable } from '../../../src/views/bigtable/table-schema.ts';

let tables = 0;

/** A place for a new table in an emulator. */
export function newPlace(emulatorHost: string): TablePlace {
  tables += 1;
  const tableId = `taar_profile_${process.pid}_${Date.now()}_${tables}`;
  return { projectId: 'a-project', instanceId: 'an-instance', tableId, emulatorHost };
}

/** A new table in an emulator, as `taar topics apply` makes it. */
export async function newTable(emulatorHost: string): Promise<TablePlace> {
  const place = newPlace(emulatorHost);
  await ensureTable(place);
  return place;
}
