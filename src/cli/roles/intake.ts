import { randomUUID } from 'node:crypto';
import { openGeo } from '../../producers/geo.ts';
import { registerIntake } from '../../producers/intake.ts';
import { logCheck } from '../health-checks.ts';
import type { Role, RoleParts } from './role.ts';

/** `taar intake`: takes pings over HTTP and puts them on the log. Keeps nothing; run as many as are needed. */
export async function assembleIntake({ opened, settings, clock, logger, metrics }: RoleParts): Promise<Role> {
  const { log, codec, keys } = opened;
  const geo = await openGeo(settings.geoipCityDatabase);
  return {
    components: [],
    healthChecks: [logCheck(log)],
    routes: (app) =>
      registerIntake(app, {
        publisher: log,
        codec,
        keys,
        clock,
        geo,
        metrics,
        logger,
        requestId: randomUUID,
      }),
    close: async () => {},
  };
}
