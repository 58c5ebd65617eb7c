import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { SetMember } from '../src/domain/model-records.ts';
import { openEmbeddedLog } from '../src/log/embedded/embedded-log.ts';
import { RecordCodec } from '../src/log/record-codec.ts';
import { SetActivator } from '../src/models/activation.ts';
import type { ModelName } from '../src/models/model-kind.ts';
import { ModelPublisher } from '../src/models/publisher.ts';
import { ModelReceiver } from '../src/models/receiver.ts';
import type { AddonModels } from '../src/serving/addons/runtime.ts';
import { addonsRuntime } from '../src/serving/addons/runtime.ts';
import { type BenchResult, median } from './bench.ts';
import { failed, OpenLoad, quantile } from './load.open.ts';
import { type Stall, StallProbe } from './stall.probe.ts';
import { ADD_ONS, coinstallSnapshot, rankingSnapshot } from './swap.models.ts';

const SNAPSHOT_BYTES = 100_000_000;
const LIMIT_MS = 20;
const REQUESTS_PER_SECOND = 1_000;
const SWAPS = 5;
/** Time under load before and after each swap, so that late work counts as well. */
const SETTLE_MS = 500;
const PRODUCT = 'addons';

type Receiver = ModelReceiver<AddonModels>;

async function serve(receiver: Receiver): Promise<Server> {
  let turn = 0;
  const server = createServer((_request, response) => {
    const set = receiver.current();
    turn = (turn + 1) % ADD_ONS;
    const answer = set?.runtime.taarlite?.answer(`add-on-${turn}@bench.example`);
    response.statusCode = answer === undefined ? 503 : 200;
    response.setHeader('taar-models', set?.setVersion ?? 'none');
    response.end(answer?.body);
  });
  // Of many connections some are idle for a while; closing one as a request comes would count as a failure.
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function startLoad(server: Server): Promise<OpenLoad> {
  const { port } = server.address() as AddressInfo;
  return OpenLoad.start({ port, paths: ['/'], perSecond: REQUESTS_PER_SECOND });
}

async function publishSets(publisher: ModelPublisher): Promise<SetMember[][]> {
  const publish = async (model: ModelName, bytes: Uint8Array): Promise<SetMember> => {
    const facts = { inputs: [], parents: [], seed: 1, clients: 1, metrics: [], deletionWatermark: 0 };
    const { version } = await publisher.publish({ model, bytes, ...facts });
    return { model, version };
  };
  const ranking = await publish('ranking', rankingSnapshot());
  const sets: SetMember[][] = [];
  for (const mark of [1, 2]) {
    sets.push([await publish('coinstall', coinstallSnapshot(mark, SNAPSHOT_BYTES)), ranking]);
  }
  return sets;
}

async function swapTo(
  activator: SetActivator,
  receiver: Receiver,
  members: readonly SetMember[],
): Promise<void> {
  const { active } = await activator.activate({ product: PRODUCT, by: 'bench', reason: 'swap' }, members);
  while (receiver.current()?.setVersion !== active.setVersion) {
    const { lastRefusal } = receiver.status();
    if (lastRefusal !== undefined) throw new Error(lastRefusal.message);
    await delay(5);
  }
}

async function measure(folder: string): Promise<BenchResult> {
  const logger = pino({ level: 'silent' });
  const log = await openEmbeddedLog({ file: join(folder, 'log.sqlite'), clock: Date.now, logger });
  const codec = await RecordCodec.open(log.schemaIds);
  const activator = new SetActivator(log, codec, Date.now);
  const runtime = addonsRuntime({ truncate: 20, maxResults: 4 });
  const receiver = new ModelReceiver(log, codec, runtime, Date.now, logger);
  await receiver.start();
  const sets = await publishSets(new ModelPublisher(log, codec, Date.now));
  for (const members of sets) await swapTo(activator, receiver, members);
  const server = await serve(receiver);
  const load = await startLoad(server);
  await delay(2 * SETTLE_MS);
  const probe = new StallProbe();
  const stalls: Stall[] = [];
  const attachMs: number[] = [];
  const loadMs: number[] = [];
  await delay(SETTLE_MS);
  const idle = probe.take();
  for (let swap = 0; swap < SWAPS; swap++) {
    const began = performance.now();
    await swapTo(activator, receiver, sets[swap % 2] ?? []);
    loadMs.push(performance.now() - began);
    await delay(SETTLE_MS);
    stalls.push(probe.take());
    attachMs.push(receiver.status().lastSwapMs ?? Number.NaN);
  }
  probe.stop();
  const { latencyMs } = await load.stop();
  server.close();
  await receiver.stop();
  await log.close();
  return resultOf(stalls, {
    longestMs: Math.max(...stalls.map(({ wallMs }) => wallMs)),
    longestCpuMs: Math.max(...stalls.map(({ cpuMs }) => cpuMs)),
    withoutSwapMs: idle.wallMs,
    attachMs: median(attachMs),
    activationToServedMs: median(loadMs),
    requests: latencyMs.length,
    failedRequests: failed(latencyMs),
    longestAnswerMs: quantile(latencyMs, 1),
  });
}

function resultOf(stalls: readonly Stall[], details: Readonly<Record<string, number>>): BenchResult {
  const runs = stalls.map(({ wallMs }) => wallMs);
  const value = median(runs);
  return {
    name: 'swap',
    unit: 'ms the event loop was held at most during a swap of 100 MB under 1,000 requests/s',
    value,
    runs,
    reference: { what: 'limit in ms', value: LIMIT_MS },
    ratio: LIMIT_MS / value,
    details,
  };
}

/** The longest event-loop stall while a node takes over a 100 MB model set under load. */
export async function run(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'taar-bench-swap-'));
  try {
    return await measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
