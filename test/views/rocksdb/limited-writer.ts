import { TaarError } from '../../../src/domain/errors.ts';
import { openRocksView } from '../../../src/views/rocksdb/open-rocks-view.ts';
import { BATCH, changesOfBatch, IDENTITY } from '../endless-changes.ts';

/** Applies batches until the view refuses one, reads once more, and prints what happened as JSON. */
const folder = process.argv[2] ?? '';
const view = await openRocksView({ folder, ...IDENTITY });
let applied = 0;
let refusal: unknown;
while (refusal === undefined) {
  try {
    await view.apply(0, changesOfBatch(applied), (applied + 1) * BATCH);
    applied += 1;
  } catch (error) {
    refusal = error;
  }
}
const { code, disposition, message } =
  refusal instanceof TaarError ? refusal : { code: 'other', disposition: 'other', message: String(refusal) };
const position = await view.position(0);
const entries = await view.range(0, '', 1);
process.stdout.write(
  JSON.stringify({ applied, code, disposition, message, position, readable: entries.length === 1 }),
);
process.exit(0);
