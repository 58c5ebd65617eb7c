import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FastifyInstance, fastify } from 'fastify';
import { catalogueOf } from '../src/cli/assembly/catalogue.ts';
import { feedbackOf } from '../src/cli/assembly/feedback.ts';
import { servingOf } from '../src/cli/assembly/recommending.ts';
import { openStores, type Stores } from '../src/cli/stores.ts';
import { createHttpServer } from '../src/ops/http.ts';
import { sendJson } from '../src/ops/http-json.ts';
import { createLogger } from '../src/ops/logging.ts';
import { Metrics } from '../src/ops/metrics.ts';
import { readSettings } from '../src/ops/settings.ts';
import { CountedAnswers } from '../src/serving/feedback/counted-answers.ts';
import { registerServing } from '../src/serving/http/register.ts';
import { ProfileReader } from '../src/views/profile-reader.ts';
import { liteRuntime } from '../test/serving/taarlite-models.ts';
import { artifacts, paths } from './taarlite.model.ts';

/**
 * One server of the TAARlite benchmark, in its own process: `bare` Fastify with a constant body; `http`: the same
 * body behind our HTTP set-up; `metrics`: that with its metrics and access log; `route`: the real routes without the
 * records of answers; `full`: the real routes. Tells its port, then its CPU seconds whenever it is asked.
 */
const ROUTE = '/taarlite/api/v1/addon_recommendations/:guid/';
const RECORDS_POLL_MS = 5;

const layer = process.argv[2] ?? 'full';
const logger = createLogger('mozlog', 'info');
const folder = await mkdtemp(join(tmpdir(), 'taar-bench-'));
const settings = readSettings({ DATA_DIR: folder, TOKEN_KEY: 'a key for the benchmark' });
/** Answers that were given, those of them that are in a record, and these records. */
const recorded = { given: 0, answers: 0, records: 0 };

const metrics = new Metrics();

async function serverOf(stores: Stores): Promise<FastifyInstance> {
  const runtime = liteRuntime(artifacts());
  const constant = runtime.taarlite.answer(decodeURIComponent(paths()[0]?.split('/')[5] ?? '')).body;
  if (layer === 'bare') return fastify().get(ROUTE, (_request, reply) => reply.send(constant));
  const app = createHttpServer({ logger, metrics, trustProxy: false });
  if (layer === 'http') {
    app.addHook('onRoute', (route) => {
      route.onResponse = [];
    });
  }
  if (layer === 'http' || layer === 'metrics')
    return app.get(ROUTE, (_request, reply) => sendJson(reply, constant));
  metrics.collectProcess();
  const parts = { opened: stores, settings, clock: Date.now, logger, metrics };
  const current = { setVersion: '20260520T120000.000Z-1', members: [], runtime };
  const feedback = await feedbackOf(parts);
  const counting = new CountedAnswers({
    served: (client, answer, times = 1) => {
      recorded.answers += times;
      recorded.records++;
      return feedback.answers.served(client, answer, times);
    },
  });
  const counted: Pick<CountedAnswers, 'served'> = {
    served: (answer) => {
      recorded.given++;
      counting.served(answer);
    },
  };
  const { taarliteFeedback, ...serving } = servingOf(parts, {
    models: { current: () => current },
    profiles: new ProfileReader(stores.profiles, stores.codec),
    catalogue: catalogueOf(parts),
    feedback: { ...feedback, counted },
  });
  const records = layer === 'route' || taarliteFeedback === undefined ? {} : { taarliteFeedback };
  registerServing(app, { ...serving, ...records });
  return app;
}

async function total(metric: string): Promise<number> {
  const values = (await metrics.registry.getSingleMetric(metric)?.get())?.values ?? [];
  return values.reduce((sum, { value }) => sum + value, 0);
}

/** What is still to be written belongs to the answers that were given. */
async function allRecorded(): Promise<void> {
  for (;;) {
    const written = await total('taar_serving_records_written_total');
    const dropped = await total('taar_serving_records_dropped_total');
    if (dropped > 0) throw new Error(`${dropped} records were dropped: the figure would be too good`);
    if (recorded.answers === recorded.given && written === recorded.records) return;
    await sleep(RECORDS_POLL_MS);
  }
}

const stores = await openStores(settings, Date.now, logger);
const app = await serverOf(stores);
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.on('message', async () => {
  if (recorded.given > 0) await allRecorded();
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuSeconds: (user + system) / 1e6 });
});
process.on('disconnect', async () => {
  await stores.close();
  await rm(folder, { recursive: true, force: true });
  process.exit(0);
});
process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
