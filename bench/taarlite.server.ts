import { type FastifyInstance, fastify } from 'fastify';
import { ClientKeys } from '../src/domain/client-key.ts';
import { createHttpServer } from '../src/ops/http.ts';
import { sendJson } from '../src/ops/http-json.ts';
import { createLogger } from '../src/ops/logging.ts';
import { Metrics } from '../src/ops/metrics.ts';
import { ClientProfileReader } from '../src/serving/addons/client-profiles.ts';
import { registerServing } from '../src/serving/http/register.ts';
import { liteRuntime } from '../test/serving/taarlite-models.ts';
import { artifacts, paths } from './taarlite.model.ts';

/**
 * One server of the TAARlite benchmark, in its own process: `bare` Fastify with a constant body; `http`: the same
 * body behind our HTTP set-up; `metrics`: that with its metrics and access log; `full`: the real routes. Tells its
 * port, then its CPU seconds whenever it is asked.
 */
const ROUTE = '/taarlite/api/v1/addon_recommendations/:guid/';

function serverOf(layer: string): FastifyInstance {
  const runtime = liteRuntime(artifacts());
  const constant = runtime.taarlite.answer(decodeURIComponent(paths()[0]?.split('/')[5] ?? '')).body;
  if (layer === 'bare') return fastify().get(ROUTE, (_request, reply) => reply.send(constant));
  const metrics = new Metrics();
  const logger = createLogger('mozlog', 'info');
  const app = createHttpServer({ logger, metrics, trustProxy: false });
  if (layer === 'http') {
    app.addHook('onRoute', (route) => {
      route.onResponse = [];
    });
  }
  if (layer !== 'full') return app.get(ROUTE, (_request, reply) => sendJson(reply, constant));
  metrics.collectProcess();
  registerServing(app, {
    models: { current: () => ({ setVersion: '20260520T120000.000Z-1', members: [], runtime }) },
    clients: new ClientProfileReader({
      profiles: { read: async () => undefined },
      clientKeys: new ClientKeys(undefined),
      clock: Date.now,
      logger,
    }),
    apiToken: undefined,
    logger,
    metrics,
  });
  return app;
}

const app = serverOf(process.argv[2] ?? 'full');
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuSeconds: (user + system) / 1e6 });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
