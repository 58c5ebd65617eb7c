import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { catalogueOf } from '../src/cli/assembly/catalogue.ts';
import { feedbackOf } from '../src/cli/assembly/feedback.ts';
import { modelsOf } from '../src/cli/assembly/models.ts';
import { servingOf } from '../src/cli/assembly/recommending.ts';
import { openStores } from '../src/cli/stores.ts';
import type { SetMember } from '../src/domain/model-records.ts';
import { SetActivator } from '../src/models/activation.ts';
import { registerDockerflow } from '../src/ops/dockerflow.ts';
import { HealthChecks } from '../src/ops/health.ts';
import { createHttpServer } from '../src/ops/http.ts';
import { createLogger } from '../src/ops/logging.ts';
import { Metrics } from '../src/ops/metrics.ts';
import { registerServing } from '../src/serving/http/register.ts';
import { ProfileReader } from '../src/views/profile-reader.ts';
import { settingsFor } from './recommend.data.ts';
import { StallProbe } from './stall.probe.ts';

/**
 * A node that answers as `taar serve` does, in its own process: models from the log through the receiver, profiles
 * from RocksDB without a cache, records of answers, metrics, log. Its folder is filled before (recommend.data.ts).
 * Tells its port, then answers each question with what it says.
 */
type Question = 'cpu' | 'pauses' | 'heap' | { readonly activate: readonly SetMember[] };

const POLL_MS = 2;
/** The records of the last answers must be written, and what closed connections held be let go. */
const QUIET_MS = 2_000;

const logger = createLogger('mozlog', 'info');
const settings = settingsFor(process.argv[2] ?? '');
const stores = await openStores(settings, Date.now, logger);
const metrics = new Metrics();
metrics.collectProcess();
const parts = { opened: stores, settings, clock: Date.now, logger, metrics };
const models = modelsOf(parts);
const feedback = await feedbackOf(parts);
const activator = new SetActivator(stores.log, stores.codec, Date.now);
const NOTHING = { collections: 0, full: 0, longestMs: 0, totalMs: 0 };
let collecting = { ...NOTHING };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    collecting.collections += 1;
    collecting.full += Number(isFull(entry));
    collecting.longestMs = Math.max(collecting.longestMs, entry.duration);
    collecting.totalMs += entry.duration;
  }
}).observe({ entryTypes: ['gc'] });
const probe = new StallProbe();

function isFull(entry: object): boolean {
  const detail = 'detail' in entry ? entry.detail : undefined;
  const hasKind = typeof detail === 'object' && detail !== null && 'kind' in detail;
  return hasKind && detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}

async function answerTo(question: Question): Promise<object> {
  switch (question) {
    case 'cpu': {
      const { user, system } = process.cpuUsage();
      return { cpuSeconds: (user + system) / 1e6 };
    }
    case 'pauses': {
      const taken = { ...collecting, longestHold: probe.take() };
      collecting = { ...NOTHING };
      return taken;
    }
    case 'heap':
      return heap();
    default:
      return swapTo(question.activate);
  }
}

async function heap(): Promise<object> {
  await wait(QUIET_MS);
  // Twice: what the first frees may be what held something else.
  globalThis.gc?.();
  await wait(QUIET_MS);
  globalThis.gc?.();
  return process.memoryUsage();
}

/** Activates a set and waits until it answers. */
async function swapTo(members: readonly SetMember[]): Promise<object> {
  const activation = { product: 'addons', by: 'bench', reason: 'swap' };
  const { active } = await activator.activate(activation, members);
  while (models.current()?.setVersion !== active.setVersion) {
    const { lastRefusal } = models.status();
    if (lastRefusal !== undefined) throw new Error(lastRefusal.message);
    await wait(POLL_MS);
  }
  return { attachMs: models.current()?.attachMs };
}

await models.start();
await models.ready;
await feedback.recorder.start();
const app = createHttpServer({ logger, metrics, trustProxy: false });
registerServing(
  app,
  servingOf(parts, {
    models,
    profiles: new ProfileReader(stores.profiles, stores.codec),
    catalogue: catalogueOf(parts),
    feedback,
  }),
);
registerDockerflow(app, {
  health: new HealthChecks([]),
  version: { source: '', version: 'bench', commit: '', build: '' },
  metrics,
});
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.on('message', (question: Question) => {
  answerTo(question).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', async () => {
  await app.close();
  await feedback.recorder.stop?.();
  await models.stop();
  await stores.close();
  process.exit(0);
});
process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
