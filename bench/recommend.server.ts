import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FastifyInstance, fastify } from 'fastify';
import { catalogueOf } from '../src/cli/assembly/catalogue.ts';
import { feedbackOf } from '../src/cli/assembly/feedback.ts';
import { servingOf } from '../src/cli/assembly/recommending.ts';
import { openStores, type Stores } from '../src/cli/stores.ts';
import { createHttpServer } from '../src/ops/http.ts';
import { sendJson } from '../src/ops/http-json.ts';
import { createLogger } from '../src/ops/logging.ts';
import { Metrics } from '../src/ops/metrics.ts';
import { ClientProfileReader } from '../src/serving/addons/client-profiles.ts';
import { registerServing } from '../src/serving/http/register.ts';
import { ProfileReader } from '../src/views/profile-reader.ts';
import { addonModels } from '../test/serving/addon-models.ts';
import { fillProfiles, settingsFor } from './recommend.data.ts';
import { artifacts } from './recommend.models.ts';

/**
 * One server of the recommendation benchmark, in its own process: `bare` Fastify with a constant body; `http`: the
 * same behind our HTTP set-up with metrics; `profile`: that after a read of the profile; `recommend`: the real route
 * without the record of the answer; `full`: the real route. Tells its port, then its CPU seconds whenever asked.
 */
const ROUTE = '/v1/api/recommendations/:hash/';
/** A read that a busy machine makes late is to be measured, not given up. */
const READ_PATIENCE_MS = 10_000;

const layer = process.argv[2] ?? 'full';
const body = JSON.stringify({ results: Array.from({ length: 10 }, (_, i) => `add-on-${i}@bench.example`) })
  .replace(':', ': ')
  .replaceAll(',', ', ');
const logger = createLogger('mozlog', 'info');
const folder = await mkdtemp(join(tmpdir(), 'taar-bench-'));
const settings = settingsFor(folder);

async function serverOf(stores: Stores): Promise<FastifyInstance> {
  if (layer === 'bare') return fastify().get(ROUTE, (_request, reply) => reply.send(body));
  const metrics = new Metrics();
  const app = createHttpServer({ logger, metrics, trustProxy: false });
  if (layer === 'http') return app.get(ROUTE, (_request, reply) => sendJson(reply, body));
  metrics.collectProcess();
  const parts = { opened: stores, settings, clock: Date.now, logger, metrics };
  const runtime = addonModels(artifacts());
  const current = { setVersion: '20260520T120000.000Z-1', members: [], runtime };
  const profiles = new ProfileReader(stores.profiles, stores.codec);
  if (layer === 'profile') {
    const { keys: clientKeys } = stores;
    const reading = { profiles, clientKeys, clock: Date.now, logger, deadlineMs: READ_PATIENCE_MS };
    const clients = new ClientProfileReader(reading);
    return app.get<{ Params: { hash: string } }>(ROUTE, async (request, reply) => {
      const client = await clients.read(request.params.hash);
      return sendJson(reply, client.kind === 'known' ? body : '{}');
    });
  }
  const feedback = await feedbackOf(parts);
  const answers = layer === 'recommend' ? { served: () => () => '' } : feedback.answers;
  const serving = servingOf(parts, {
    models: { current: () => current },
    profiles,
    catalogue: catalogueOf(parts),
    feedback: { ...feedback, answers },
  });
  registerServing(app, serving);
  return app;
}

const stores = await openStores(settings, Date.now, logger);
await fillProfiles(stores);
const app = await serverOf(stores);
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuSeconds: (user + system) / 1e6 });
});
process.on('disconnect', async () => {
  await stores.close();
  await rm(folder, { recursive: true, force: true });
  process.exit(0);
});
process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
