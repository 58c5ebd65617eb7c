import { ConsumerLag } from '../../consumers/consumer-lag.ts';
import { showLag } from '../../consumers/lag-metrics.ts';
import { ViewFollower } from '../../views/follower.ts';
import { CHANGELOG } from '../assembly/assembly-parts.ts';
import { openMirror } from '../bigtable-settings.ts';
import { followedCheck, logCheck, viewCheck } from '../health-checks.ts';
import { viewProgress } from '../view-progress.ts';
import type { Role, RoleParts } from './role.ts';

/** `taar follow`: keeps the mirror in Bigtable up to date. One is enough; a second changes nothing. */
export async function assembleFollow(parts: RoleParts): Promise<Role> {
  const { opened, settings, clock, logger, metrics } = parts;
  const { log } = opened;
  const view = await openMirror(opened, settings, 'writer', logger);
  const follower = new ViewFollower({ log, topic: CHANGELOG, view, clock, logger });
  showLag(metrics.registry, [new ConsumerLag('mirror', log, viewProgress(view), clock)]);
  return {
    components: [follower],
    healthChecks: [logCheck(log), viewCheck(view), followedCheck(follower, clock)],
    close: () => view.close(),
  };
}
