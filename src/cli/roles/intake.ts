import { openGeo } from '../../producers/geo.ts';
import { registerIntakeRoutes } from '../assembly/intake-routes.ts';
import { logCheck } from '../health-checks.ts';
import type { Role, RoleParts } from './role.ts';

/**
 * `taar intake`: takes pings, and deletions of a privacy team, over HTTP and puts them on the log. Keeps nothing; run
 * as many as are needed.
 */
export async function assembleIntake(parts: RoleParts): Promise<Role> {
  const geo = await openGeo(parts.settings.geoipCityDatabase);
  return {
    components: [],
    healthChecks: [logCheck(parts.opened.log)],
    routes: (app) => registerIntakeRoutes(app, parts, geo),
    close: async () => {},
  };
}
