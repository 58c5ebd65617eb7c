import type { HealthCheck } from '../../ops/health.ts';
import type { Component } from '../../ops/lifecycle.ts';
import { registerServing } from '../../serving/http/register.ts';
import { ViewFollower } from '../../views/follower.ts';
import { ProfileReader } from '../../views/profile-reader.ts';
import type { View } from '../../views/view.ts';
import { readAddonParams } from '../assembly/addon-params.ts';
import { CHANGELOG } from '../assembly/assembly-parts.ts';
import { catalogueOf } from '../assembly/catalogue.ts';
import { feedbackOf } from '../assembly/feedback.ts';
import { modelsOf } from '../assembly/models.ts';
import { servingOf } from '../assembly/recommending.ts';
import { openMirror } from '../bigtable-settings.ts';
import { firstModels } from '../first-models.ts';
import {
  atMostWarning,
  catalogueCheck,
  followedCheck,
  logCheck,
  modelsCheck,
  viewCheck,
} from '../health-checks.ts';
import { openOwnView } from '../stores.ts';
import type { Role, RoleParts } from './role.ts';

/** `taar serve`: answers. Reads profiles from the mirror in Bigtable, or from a view of its own. */
export async function assembleServe(parts: RoleParts): Promise<Role> {
  const { opened, logger, onWaiting } = parts;
  const { log } = opened;
  const paramSettings = readAddonParams(parts.settings.paramsFile);
  const catalogue = catalogueOf(parts);
  const { view, profiles, components, checks } = await profilesOf(parts);
  const models = modelsOf(parts);
  const feedback = await feedbackOf(parts);
  return {
    components: [
      ...components,
      catalogue,
      models,
      feedback.recorder,
      feedback.counted,
      firstModels({ models, logger, onWaiting }),
    ],
    // Without the log a node goes on answering with what it has: that is no reason to take it out.
    healthChecks: [
      atMostWarning(logCheck(log)),
      ...checks,
      catalogueCheck(catalogue, parts.clock),
      modelsCheck(() => models.status()),
    ],
    routes: (app) =>
      registerServing(app, servingOf(parts, { models, profiles, catalogue, paramSettings, feedback })),
    close: () => view.close(),
  };
}

interface Profiles {
  readonly view: View;
  readonly profiles: ProfileReader;
  readonly components: readonly Component[];
  readonly checks: readonly HealthCheck[];
}

/** Only who follows the changelog keeps profiles in memory: it alone is told of each change. */
async function profilesOf({ opened, settings, clock, logger }: RoleParts): Promise<Profiles> {
  const { codec } = opened;
  if (settings.serveFrom === 'bigtable') {
    const view = await openMirror(opened, settings, 'reader', logger);
    // Answers come without profiles, too, and say so.
    return {
      view,
      profiles: new ProfileReader(view, codec),
      components: [],
      checks: [atMostWarning(viewCheck(view))],
    };
  }
  const view = await openOwnView(opened, settings, logger);
  const follower = new ViewFollower({ log: opened.log, topic: CHANGELOG, view, clock, logger });
  const profiles = ProfileReader.caching(view, codec);
  return {
    view,
    profiles,
    components: [follower],
    checks: [viewCheck(view), followedCheck(follower, clock)],
  };
}
