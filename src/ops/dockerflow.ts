import type { FastifyInstance } from 'fastify';
import type { HealthChecks } from './health.ts';
import { sendJson } from './http-json.ts';
import type { Metrics } from './metrics.ts';
import type { VersionInfo } from './version.ts';

export interface DockerflowDependencies {
  readonly health: HealthChecks;
  readonly version: VersionInfo;
  readonly metrics: Metrics;
}

/**
 * The routes by which others run this process: `/__lbheartbeat__` says that it answers at all and touches nothing,
 * `/__heartbeat__` that what it depends on works (200 or 503), `/__version__` what it is, `/metrics` how it does.
 */
export function registerDockerflow(app: FastifyInstance, deps: DockerflowDependencies): void {
  const version = JSON.stringify(deps.version);
  app.get('/__lbheartbeat__', (_request, reply) => reply.send());
  app.get('/__heartbeat__', async (_request, reply) => {
    const report = await deps.health.report();
    return sendJson(reply.code(report.status === 'error' ? 503 : 200), JSON.stringify(report));
  });
  app.get('/__version__', (_request, reply) => sendJson(reply, version));
  app.get('/metrics', async (_request, reply) => {
    const { registry } = deps.metrics;
    return reply.header('content-type', registry.contentType).send(await registry.metrics());
  });
}
