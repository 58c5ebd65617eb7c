import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ClientKeys } from '../src/domain/client-key.ts';
import { openEmbeddedLog } from '../src/log/embedded/embedded-log.ts';
import { RecordCodec } from '../src/log/record-codec.ts';
import { createHttpServer } from '../src/ops/http.ts';
import { createLogger } from '../src/ops/logging.ts';
import { Metrics } from '../src/ops/metrics.ts';
import { openGeo } from '../src/producers/geo.ts';
import { registerIntake } from '../src/producers/intake.ts';
import { type BenchResult, cpuSeconds, median } from './bench.ts';

const CONNECTIONS = 64;
const PINGS_PER_RUN = 12_000;
const RUNS = 5;
/** What the issue asks for. */
const WANTED_PER_CPU_SECOND = 2_500;

/**
 * Glean `addons` pings over loopback HTTP, each durable in the embedded log before its 200, by CPU-second of the
 * server process (the senders are another process). Metrics and logging are on.
 */
export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-intake-'));
  const logger = createLogger('mozlog', 'info');
  const log = await openEmbeddedLog({ file: join(folder, 'log.db'), clock: Date.now, logger });
  const metrics = new Metrics();
  const app = createHttpServer({ logger, metrics, trustProxy: false });
  const codec = await RecordCodec.open(log.schemaIds);
  const keys = new ClientKeys(undefined);
  const geo = await openGeo(undefined);
  registerIntake(app, {
    publisher: log,
    codec,
    keys,
    clock: Date.now,
    geo,
    metrics,
    logger,
    requestId: randomUUID,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const senders = startSenders((app.server.address() as AddressInfo).port);
  try {
    await senders.send(PINGS_PER_RUN / 4);
    const runs: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      const before = process.cpuUsage();
      await senders.send(PINGS_PER_RUN);
      runs.push(PINGS_PER_RUN / cpuSeconds(before));
    }
    return resultOf(runs, senders.bytesPerPing());
  } finally {
    senders.stop();
    await app.close();
    await log.close();
    await rm(folder, { recursive: true });
  }
}

function resultOf(runs: readonly number[], bytesPerPing: number): BenchResult {
  const value = median(runs);
  return {
    name: 'intake',
    unit: 'pings per CPU-second of the server',
    value,
    runs,
    reference: { what: 'asked for by the issue', value: WANTED_PER_CPU_SECOND },
    ratio: value / WANTED_PER_CPU_SECOND,
    details: { connections: CONNECTIONS, pingsPerRun: PINGS_PER_RUN, bytesPerPing },
  };
}

interface Senders {
  send(pings: number): Promise<void>;
  bytesPerPing(): number;
  stop(): void;
}

/** The process that sends: told a number by line, it answers with the mean size when all had a 200. */
function startSenders(port: number): Senders {
  const script = fileURLToPath(new URL('./intake.senders.ts', import.meta.url));
  const child = spawn(process.execPath, [script, String(port), String(CONNECTIONS)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let bytes = 0;
  return {
    async send(pings) {
      child.stdin.write(`${pings}\n`);
      const line = await lines.next();
      if (line.done) throw new Error('the process that sends pings ended');
      bytes = Number(line.value);
    },
    bytesPerPing: () => bytes,
    stop: () => child.kill(),
  };
}
