import type { HealthCheck } from '../../ops/health.ts';
import type { Component } from '../../ops/lifecycle.ts';
import { registerServing } from '../../serving/http/register.ts';
import { ViewFollower } from '../../views/follower.ts';
import { ProfileReader } from '../../views/profile-reader.ts';
import type { View } from '../../views/view.ts';
import { CHANGELOG } from '../assembly/assembly-parts.ts';
import { modelsOf } from '../assembly/models.ts';
import { openMirror } from '../bigtable-settings.ts';
import { atMostWarning, followedCheck, logCheck, modelsCheck, viewCheck } from '../health-checks.ts';
import { openOwnView } from '../stores.ts';
import type { Role, RoleParts } from './role.ts';

/** `taar serve`: answers. Reads profiles from the mirror in Bigtable, or from a view of its own. */
export async function assembleServe(parts: RoleParts): Promise<Role> {
  const { opened, clock, logger, metrics } = parts;
  const { log, codec, keys } = opened;
  const { view, components, checks } = await profilesOf(parts);
  const models = modelsOf(parts);
  return {
    components: [...components, models],
    // Without the log a node goes on answering with what it has: that is no reason to take it out.
    healthChecks: [atMostWarning(logCheck(log)), ...checks, modelsCheck(() => models.status())],
    routes: (app) =>
      registerServing(app, {
        models,
        profiles: new ProfileReader(view, codec),
        clientKeys: keys,
        clock,
        logger,
        metrics,
      }),
    close: () => view.close(),
  };
}

interface Profiles {
  readonly view: View;
  readonly components: readonly Component[];
  readonly checks: readonly HealthCheck[];
}

async function profilesOf({ opened, settings, clock, logger }: RoleParts): Promise<Profiles> {
  if (settings.serveFrom === 'bigtable') {
    const view = await openMirror(opened, settings, 'reader', logger);
    // Answers come without profiles, too, and say so.
    return { view, components: [], checks: [atMostWarning(viewCheck(view))] };
  }
  const view = await openOwnView(opened, settings, logger);
  const follower = new ViewFollower({ log: opened.log, topic: CHANGELOG, view, clock, logger });
  return { view, components: [follower], checks: [viewCheck(view), followedCheck(follower, clock)] };
}
