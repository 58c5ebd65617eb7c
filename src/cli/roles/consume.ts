import { together } from '../../ops/lifecycle.ts';
import { consumersOf } from '../assembly/consumers.ts';
import { lagCheck, logCheck, viewCheck } from '../health-checks.ts';
import { openOwnView } from '../stores.ts';
import type { Role, RoleParts } from './role.ts';

/**
 * `taar consume`: turns events into profiles, for the partitions that its group gives it. Its view in DATA_DIR is its
 * own; a new one is filled from the changelog.
 */
export async function assembleConsume(parts: RoleParts): Promise<Role> {
  const { opened, settings, logger } = parts;
  const profiles = await openOwnView(opened, settings, logger);
  const { consumers, lags } = consumersOf(parts, profiles);
  return {
    // Each may take as long to give its partitions up as the process has.
    components: [together('consumers', consumers)],
    healthChecks: [
      logCheck(opened.log),
      viewCheck(profiles),
      lagCheck('eventLag', lags.events),
      lagCheck('deletionLag', lags.deletions),
      ...consumers,
    ],
    close: () => profiles.close(),
  };
}
