import { openBigtableView } from '../../../src/views/bigtable/open-bigtable-view.ts';
import type { TablePlace } from '../../../src/views/bigtable/table-place.ts';
import { BATCH, changesOfBatch, IDENTITY } from '../endless-changes.ts';

// Applies batch after batch to the table given, from where the view stands, until it is killed.
const { place, start } = JSON.parse(process.argv[2] ?? '') as { place: TablePlace; start: number };
const view = await openBigtableView({ place, role: 'writer', ...IDENTITY });
process.stdout.write('open\n');
for (let batch = (await view.position(0)) / BATCH; ; batch++) {
  await view.apply(0, changesOfBatch(batch, start), (batch + 1) * BATCH);
  process.stdout.write('applied\n');
}
