import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { addonClient } from '../src/consumers/addon-client/addon-client.ts';
import { AggregateConsumer, groupOf } from '../src/consumers/aggregate-consumer.ts';
import { AggregateRunner } from '../src/consumers/aggregate-runner.ts';
import { ConsumerMetrics } from '../src/consumers/consumer-metrics.ts';
import { DAY_MS } from '../src/domain/clock.ts';
import { type EmbeddedLog, openEmbeddedLog } from '../src/log/embedded/embedded-log.ts';
import type { OutgoingRecord } from '../src/log/event-log.ts';
import { RecordCodec } from '../src/log/record-codec.ts';
import { Metrics } from '../src/ops/metrics.ts';
import { openRocksView } from '../src/views/rocksdb/open-rocks-view.ts';
import { DAY_START, recordedDay } from './aggregate.events.ts';
import { type BenchResult, cpuSeconds, median } from './bench.ts';

const CLIENTS = 20_000;
const EVENTS = 60_000;
const RUNS = 5;
const APPENDED_AT_ONCE = 1_000;
const POLL_MS = 25;
const REFERENCE = 10_000;
/** Kafka Streams with a changelog and RocksDB, on the same kind of records. */
const GOAL = 22_000;

const clock = (): number => DAY_START + DAY_MS;
const logger = pino({ level: 'silent' });

/**
 * A recorded log of client events: decoded, reduced, changelog and offsets committed, view written. Counts the
 * recorded events only; those that they cause are in the cost but not in the count.
 */
export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'taar-bench-aggregate-'));
  try {
    const recorded = join(folder, 'recorded.sqlite');
    await record(recorded);
    const runs: Measured[] = [];
    for (let i = 0; i < RUNS; i++) runs.push(await measure(recorded, join(folder, `${i}`)));
    return resultOf(runs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly cpu: number;
  readonly wall: number;
  /** Recorded events and those that they caused. */
  readonly reduced: number;
}

function resultOf(runs: readonly Measured[]): BenchResult {
  const rates = runs.map(({ cpu }) => Math.round(EVENTS / cpu));
  const value = median(rates);
  return {
    name: 'aggregate',
    unit: 'recorded events a CPU-second, all threads',
    value,
    runs: rates,
    reference: { what: 'the limit', value: REFERENCE },
    ratio: value / REFERENCE,
    details: {
      goal: GOAL,
      ratioToGoal: value / GOAL,
      recordedEvents: EVENTS,
      reducedEvents: runs[0]?.reduced ?? 0,
      reducedPerCpuSecond: Math.round(median(runs.map(({ cpu, reduced }) => reduced / cpu))),
      recordedPerSecond: Math.round(median(runs.map(({ wall }) => EVENTS / wall))),
    },
  };
}

async function record(file: string): Promise<void> {
  const log = await openEmbeddedLog({ file, clock, logger });
  const codec = await RecordCodec.open(log.schemaIds);
  let waiting: OutgoingRecord[] = [];
  for (const event of recordedDay(codec, CLIENTS, EVENTS)) {
    waiting.push(event);
    if (waiting.length < APPENDED_AT_ONCE) continue;
    await log.append(waiting);
    waiting = [];
  }
  await log.append(waiting);
  await log.close();
}

async function measure(recorded: string, folder: string): Promise<Measured> {
  const file = `${folder}.sqlite`;
  await copyFile(recorded, file);
  const log = await openEmbeddedLog({ file, clock, logger });
  const view = await openRocksView({ folder, logId: log.id, name: 'addons.profile.changed.v1' });
  const codec = await RecordCodec.open(log.schemaIds);
  const metrics = new ConsumerMetrics(new Metrics());
  const handler = new AggregateRunner(addonClient, view, { log, codec, clock, logger, metrics });
  const { name: aggregate, input } = addonClient;
  const consumer = new AggregateConsumer({ aggregate, input, worker: handler, log, clock, logger });

  const cpu = process.cpuUsage();
  const began = performance.now();
  await consumer.start();
  const reduced = await caughtUp(log);
  await consumer.stop();
  const measured = { cpu: cpuSeconds(cpu), wall: (performance.now() - began) / 1000, reduced };

  await view.close();
  await log.close();
  return measured;
}

/** Waits for the aggregate to reach the end of its input; the number of records there. */
async function caughtUp(log: EmbeddedLog): Promise<number> {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
  for (;;) {
    await setTimeout(POLL_MS);
    const ends = sum((await log.bounds(addonClient.input)).map(({ end }) => end));
    const done = sum(await log.committedOffsets(groupOf(addonClient.name), addonClient.input));
    if (done >= ends) return ends;
  }
}
