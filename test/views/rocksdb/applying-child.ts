import { openRocksView } from '../../../src/views/rocksdb/open-rocks-view.ts';
import { BATCH, changesOfBatch, IDENTITY } from '../endless-changes.ts';

// Applies batch after batch to the view in the folder given, from where the view stands, until it is killed.
const folder = process.argv[2] ?? '';
const view = await openRocksView({ folder, ...IDENTITY });
process.stdout.write('open\n');
for (let batch = (await view.position(0)) / BATCH; ; batch++) {
  await view.apply(0, changesOfBatch(batch), (batch + 1) * BATCH);
  process.stdout.write('applied\n');
}
