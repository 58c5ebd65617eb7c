import { existsSync } from 'node:fs';
import { TaarError } from '../../domain/errors.ts';
import { readSettings } from '../../ops/settings.ts';
import type { CommandIo } from '../command-io.ts';
import { logFileIn } from '../data-dir.ts';
import { ControlClient } from './control-client.ts';
import type { Operations } from './operations.ts';
import { controlSocketPath } from './socket-path.ts';

/** What to do where DATA_DIR holds nothing: most commands were then pointed at the wrong folder. */
export type WithoutData = 'refuse' | 'create';

/**
 * Lets `work` use the operations of the running `up` (or trainer, on Kafka) with this DATA_DIR; where none runs,
 * works on the log in Kafka if the settings name one; else opens the data in this process, carries the work out to its
 * end (everything that it appended is processed) and closes the data again.
 * @throws TaarError `no-data` (halt) where there is neither
 */
export async function withOperations<R>(
  io: CommandIo,
  work: (operations: Operations) => Promise<R>,
  withoutData: WithoutData = 'refuse',
): Promise<R> {
  const settings = readSettings(io.env);
  const running = await ControlClient.connect(controlSocketPath(settings.dataDir));
  if (running !== undefined) return work(running);
  if (settings.kafkaBrokers !== undefined) {
    const { withClusterOperations } = await import('../cluster-operations.ts');
    return withClusterOperations(settings, io, work);
  }
  if (withoutData === 'refuse' && !existsSync(logFileIn(settings.dataDir))) {
    throw new TaarError(
      'no-data',
      'halt',
      `no 'taar up' runs on ${settings.dataDir}, and there is no data in it; start one, or set DATA_DIR`,
    );
  }
  const { withOpenData } = await import('../open-data.ts');
  return withOpenData(settings, io, work);
}
