import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import { groupOf, type PartitionWorker } from '../../src/consumers/aggregate-consumer.ts';
import { AggregateRunner } from '../../src/consumers/aggregate-runner.ts';
import { ConsumerMetrics } from '../../src/consumers/consumer-metrics.ts';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import type { BatchHandler } from '../../src/log/event-log.ts';
import { RecordCodec } from '../../src/log/record-codec.ts';
import { Metrics } from '../../src/ops/metrics.ts';
import { openRocksView } from '../../src/views/rocksdb/open-rocks-view.ts';
import { AFTER_THE_DAY } from './crash.events.ts';

/**
 * Consumes a recorded log until it kills itself, as nothing in it can prepare for: SIGKILL. Arguments: the log, the
 * view's folder, records a batch, after how many batches, where, and how many milliseconds later.
 */
const [file = '', folder = '', records = '', after = '', moment = '', delay = ''] = process.argv.slice(2);

const clock = (): number => AFTER_THE_DAY;
const logger = pino({ level: 'silent' });
let batches = 0;

function dies(at: string): boolean {
  return batches >= Number(after) && at === moment;
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Dies before the output is handed over, while it is being committed, before the view is written, or meanwhile. */
function mortal(runner: PartitionWorker): BatchHandler {
  return {
    assigned: (partition, signal) => runner.assigned(partition, signal),
    batch: async (batch) => {
      batches++;
      const output = await runner.batch(batch);
      if (dies('output')) die();
      if (dies('commit')) void setTimeout(Number(delay)).then(die);
      return output;
    },
    committed: async (partition, positions) => {
      if (dies('committed')) die();
      const written = runner.committed(partition, positions);
      if (dies('view')) void setTimeout(Number(delay) / 4).then(die);
      await written;
    },
    revoked: (partition) => runner.revoked(partition),
    lost: (partition) => runner.lost(partition),
    // Nothing may fail here: the process then ends with the error.
    failed: (_partition, error) => Promise.reject(error),
  };
}

const log = await openEmbeddedLog({ file, clock, logger, maxBatchRecords: Number(records) });
const view = await openRocksView({ folder, logId: log.id, name: 'profiles' });
const codec = await RecordCodec.open(log.schemaIds);
const metrics = new ConsumerMetrics(new Metrics());
const runner = new AggregateRunner(addonClient, view, { log, codec, clock, logger, metrics });
const { name, input } = addonClient;
await log.process(groupOf(name), input, mortal(runner), new AbortController().signal);
