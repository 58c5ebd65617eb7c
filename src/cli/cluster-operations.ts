import { TaarError } from '../domain/errors.ts';
import { SetActivator } from '../models/activation.ts';
import { HealthChecks } from '../ops/health.ts';
import { createLogger } from '../ops/logging.ts';
import type { Settings } from '../ops/settings.ts';
import { CHANGELOG } from './assembly/assembly-parts.ts';
import { lagsOf, progressOf } from './assembly/consumers.ts';
import { mirrorPlace, openMirror } from './bigtable-settings.ts';
import { ChangelogLookup } from './changelog-lookup.ts';
import type { CommandIo } from './command-io.ts';
import type { Operations } from './control/operations.ts';
import { logCheck, viewCheck } from './health-checks.ts';
import { Interruption } from './interruption.ts';
import { LocalOperations, type StateSource } from './local-operations.ts';
import { type OpenedLog, openLog } from './open-log.ts';
import { SETTLE_LIMIT_MS, waitUntilSettled } from './settling.ts';

/**
 * Lets `work` use the operations on a log in Kafka, beside the processes that run on it: what it asks for is carried
 * out by those. Profiles are read from the mirror where there is one, else from the changelog itself.
 */
export async function withClusterOperations<R>(
  settings: Settings,
  io: CommandIo,
  work: (operations: Operations) => Promise<R>,
): Promise<R> {
  using interruption = new Interruption();
  const logger = createLogger('text', settings.logLevel === 'debug' ? 'debug' : 'warn', io.stderr);
  await using held = new AsyncDisposableStack();
  const opened = await openLog(settings, 'command', Date.now, logger);
  held.defer(() => opened.close());
  const checks = [logCheck(opened.log)];
  let profiles: StateSource = new ChangelogLookup(opened.log, CHANGELOG);
  if (mirrorPlace(settings) !== undefined) {
    const mirror = await openMirror(opened, settings, 'reader', logger);
    held.defer(() => mirror.close());
    profiles = mirror;
    checks.push(viewCheck(mirror));
  }
  const health = new HealthChecks(checks);
  const operations = new LocalOperations({
    stores: { ...opened, profiles },
    activator: new SetActivator(opened.log, opened.codec, Date.now),
    clock: Date.now,
    trainNow: () => Promise.reject(trainerElsewhere()),
    health: () => health.report(),
    lags: Object.values(lagsOf(opened, Date.now)),
    url: () => null,
    settled: () => settledInCluster(opened, interruption.signal),
  });
  return await work(operations);
}

/** Waits for the consumers, wherever they run; for no longer than somebody at a terminal would. */
function settledInCluster(opened: OpenedLog, signal: AbortSignal): Promise<boolean> {
  const { deletions, events } = progressOf(opened);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(SETTLE_LIMIT_MS)]);
  return waitUntilSettled(opened.log, [deletions, events], async () => !limit.aborted);
}

function trainerElsewhere(): TaarError {
  return new TaarError(
    'trainer-elsewhere',
    'halt',
    "on Kafka the trainer is a process of its own: run 'taar train --now' with the DATA_DIR of the one that runs, " +
      "or start one with 'taar train'",
  );
}
