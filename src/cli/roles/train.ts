import { HealthChecks } from '../../ops/health.ts';
import { ViewFollower } from '../../views/follower.ts';
import { CHANGELOG } from '../assembly/assembly-parts.ts';
import { lagsOf, progressOf } from '../assembly/consumers.ts';
import { trainingOf } from '../assembly/trainer.ts';
import { followedCheck, logCheck } from '../health-checks.ts';
import { LocalOperations } from '../local-operations.ts';
import { SETTLE_LIMIT_MS, waitUntilSettled } from '../settling.ts';
import { openOwnView } from '../stores.ts';
import { viewProgress } from '../view-progress.ts';
import type { Role, RoleParts } from './role.ts';

/** `taar train`: follows the changelog, trains when it is time, publishes, and writes the receipts of deletions. */
export async function assembleTrain(parts: RoleParts): Promise<Role> {
  const { opened, settings, clock, logger } = parts;
  const { log } = opened;
  const profiles = await openOwnView(opened, settings, logger);
  const follower = new ViewFollower({ log, topic: CHANGELOG, view: profiles, clock, logger });
  const { catalogue, activator, trainer } = trainingOf(parts, profiles);
  const { deletions, events } = progressOf(opened);
  const settled = (): Promise<boolean> => {
    const limit = AbortSignal.any([parts.signal, AbortSignal.timeout(SETTLE_LIMIT_MS)]);
    const goesOn = async (): Promise<boolean> => !limit.aborted;
    return waitUntilSettled(log, [deletions, events, viewProgress(profiles)], goesOn);
  };
  const healthChecks = [logCheck(log), followedCheck(follower, clock)];
  return {
    components: [follower, catalogue, trainer],
    healthChecks,
    operations: (url) =>
      new LocalOperations({
        stores: { ...opened, profiles },
        activator,
        clock,
        trainNow: (reason, asked) => trainer.trainNow(reason, asked),
        health: () => new HealthChecks(healthChecks).report(),
        lags: Object.values(lagsOf(opened, clock)),
        url,
        settled,
      }),
    close: () => profiles.close(),
  };
}
