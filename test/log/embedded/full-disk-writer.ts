import { TaarError } from '../../../src/domain/errors.ts';
import { openEmbeddedLog } from '../../../src/log/embedded/embedded-log.ts';
import { SILENT } from './temporary-log.ts';

/** Appends until the log refuses, reads once more, and prints what happened as JSON. */
const TOPIC = 'intake.ping.rejected.v1';

const log = await openEmbeddedLog({ file: process.argv[2] ?? '', clock: Date.now, logger: SILENT });
let acknowledged = 0;
let refusal: unknown;
while (refusal === undefined) {
  try {
    await log.append([{ topic: TOPIC, key: `${acknowledged}`, value: Buffer.alloc(50_000) }]);
    acknowledged += 1;
  } catch (error) {
    refusal = error;
  }
}
const [bounds] = await log.bounds(TOPIC);
const { code, disposition } =
  refusal instanceof TaarError ? refusal : { code: 'other', disposition: 'other' };
process.stdout.write(JSON.stringify({ acknowledged, code, disposition, end: bounds?.end }));
process.exit(0);
