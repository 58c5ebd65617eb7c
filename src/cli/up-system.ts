import type { Clock } from '../domain/clock.ts';
import { describeApi } from '../ops/api-description.ts';
import { registerDockerflow } from '../ops/dockerflow.ts';
import { HealthChecks } from '../ops/health.ts';
import { createHttpServer } from '../ops/http.ts';
import { Lifecycle } from '../ops/lifecycle.ts';
import type { Logger } from '../ops/logging.ts';
import { Metrics } from '../ops/metrics.ts';
import type { Settings } from '../ops/settings.ts';
import { readVersion } from '../ops/version.ts';
import { openGeo } from '../producers/geo.ts';
import { registerServing } from '../serving/http/register.ts';
import { ProfileReader } from '../views/profile-reader.ts';
import { readAddonParams } from './assembly/addon-params.ts';
import { type Feedback, feedbackOf } from './assembly/feedback.ts';
import { registerIntakeRoutes } from './assembly/intake-routes.ts';
import { servingOf } from './assembly/recommending.ts';
import { ControlServer } from './control/control-server.ts';
import { controlSocketPath } from './control/socket-path.ts';
import { firstModels } from './first-models.ts';
import { HttpListener } from './http-listener.ts';
import { LocalOperations } from './local-operations.ts';
import { Pipeline } from './pipeline.ts';
import { SETTLE_LIMIT_MS } from './settling.ts';
import type { Stores } from './stores.ts';

export interface UpOptions {
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The whole system in one process, ready to be started. */
export interface UpSystem {
  readonly lifecycle: Lifecycle;
  readonly pipeline: Pipeline;
  readonly operations: LocalOperations;
  readonly listener: HttpListener;
}

const PROJECT_ROOT = new URL('../../', import.meta.url);

/**
 * Puts `taar up` together from opened stores, which are closed with it.
 * @throws TaarError `geo-unreadable`, `params-unusable`, `version-invalid`, `data-dir-too-long`, `token-key-unusable` (halt)
 */
export async function assembleUp(stores: Stores, options: UpOptions): Promise<UpSystem> {
  const { settings, clock, logger } = options;
  const metrics = new Metrics();
  metrics.collectProcess();
  const pipeline = new Pipeline({ stores, settings, clock, logger, metrics });
  const health = new HealthChecks(pipeline.healthChecks);
  const feedback = await feedbackOf({ opened: stores, settings, clock, logger, metrics });
  const listener = await httpOf(stores, pipeline, { feedback, health, metrics }, options);
  const operations = new LocalOperations({
    stores,
    activator: pipeline.activator,
    clock,
    trainNow: (reason, asked) => pipeline.trainer.trainNow(reason, asked),
    health: () => health.report(),
    lags: pipeline.consumerLags,
    url: () => listener.url,
    settled: () => pipeline.settled(AbortSignal.timeout(SETTLE_LIMIT_MS)),
  });
  const control = new ControlServer(controlSocketPath(settings.dataDir), operations);
  const lifecycle = new Lifecycle([
    { name: 'stores', start: () => Promise.resolve(), stop: () => stores.close() },
    ...pipeline.components,
    pipeline.trainer,
    feedback.recorder,
    feedback.counted,
    firstModels({ models: pipeline.models, logger }),
    listener,
    control,
  ]);
  return { lifecycle, pipeline, operations, listener };
}

interface Shown {
  readonly feedback: Feedback;
  readonly health: HealthChecks;
  readonly metrics: Metrics;
}

async function httpOf(
  stores: Stores,
  pipeline: Pipeline,
  { feedback, health, metrics }: Shown,
  { settings, env, clock, logger }: UpOptions,
): Promise<HttpListener> {
  const parts = { opened: stores, settings, clock, logger, metrics };
  const paramSettings = readAddonParams(settings.paramsFile);
  const geo = await openGeo(settings.geoipCityDatabase);
  const version = await readVersion(PROJECT_ROOT, env);
  const app = createHttpServer({ logger, metrics, trustProxy: settings.trustProxy });
  describeApi(app, version.version);
  registerIntakeRoutes(app, parts, geo);
  const profiles = ProfileReader.caching(stores.profiles, stores.codec);
  const { models, catalogue } = pipeline;
  registerServing(app, servingOf(parts, { models, profiles, catalogue, paramSettings, feedback }));
  registerDockerflow(app, { health, version, metrics });
  return new HttpListener(app, settings.host, settings.port);
}
