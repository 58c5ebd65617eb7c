import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { addonClient } from '../src/consumers/addon-client/addon-client.ts';
import { groupOf } from '../src/consumers/aggregate-consumer.ts';
import type { Offset, OutgoingRecord } from '../src/log/event-log.ts';
import { type KafkaLog, openKafkaLog } from '../src/log/kafka/kafka-log.ts';
import { RegistrySchemaIds } from '../src/log/kafka/registry-schema-ids.ts';
import { RecordCodec } from '../src/log/record-codec.ts';
import { topicSettings } from '../src/log/topics.ts';
import { RunningRole } from '../test/e2e/running-role.ts';
import { taar } from '../test/e2e/running-taar.ts';
import { KafkaCluster } from '../test/infra/kafka-cluster.ts';
import { freePorts } from '../test/infra/ports.ts';
import { SchemaRegistry } from '../test/infra/schema-registry.ts';
import { recordedDay } from './aggregate.events.ts';
import { type BenchResult, median } from './bench.ts';

const KILLS = Number(process.env.RECOVERY_KILLS ?? 20);
const LIMIT_SECONDS = 15;
/** Longer than this, and something is broken. */
const PATIENCE_MS = 120_000;
const POLL_MS = 50;
/** The load: so many records at a time, some for each partition. */
const RECORDS_EACH = 40;
const RECORDS_EVERY_MS = 200;
const CLIENTS = 20_000;
const PREFIX = 'recovery.';
const PARTITIONS = [...Array(topicSettings(addonClient.input).partitions).keys()];
const HAS_PARTITIONS = /"partitions":"\d/;

/**
 * Two consumers share eight partitions; one is killed with SIGKILL, again and again. How long until the events of
 * every partition are processed again, and, once the killed one is started anew, until it takes part again.
 */
export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'taar-bench-recovery-'));
  await using held = new AsyncDisposableStack();
  held.defer(() => rm(folder, { recursive: true, force: true }));
  const cluster = await KafkaCluster.start();
  held.defer(() => cluster.stop());
  const registry = await SchemaRegistry.start();
  held.defer(() => registry.stop());
  const env = {
    KAFKA_BROKERS: cluster.brokers(),
    KAFKA_PREFIX: PREFIX,
    SCHEMA_REGISTRY_URL: registry.url,
  };
  const applied = await taar(['topics', 'apply'], { ...env, DATA_DIR: join(folder, 'apply') });
  if (applied.code !== 0) throw new Error(applied.err);

  const connection = { brokers: cluster.brokers().split(','), clientId: 'bench', prefix: PREFIX };
  const log = await openKafkaLog({ connection, logger: pino({ level: 'silent' }) });
  held.defer(() => log.close());
  const codec = await RecordCodec.open(new RegistrySchemaIds({ url: registry.url }));
  const load = new Load(log, codec);
  held.defer(() => load.stop());

  const port = await freePorts(2);
  const start = (i: number): RunningRole =>
    new RunningRole('consume', port + i, { ...env, DATA_DIR: join(folder, `${i}`) });
  const consumers = [start(0), start(1)];
  held.defer(async () => {
    await Promise.all(consumers.map((consumer) => consumer.kill()));
  });
  await Promise.all(consumers.map(ownsSome));
  await passes(log, load);

  const recoveries: number[] = [];
  const restores: number[] = [];
  const joins: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const victim = kill % consumers.length;
    await consumers[victim]?.kill();
    recoveries.push(await secondsOf(() => passes(log, load)));
    restores.push(
      await secondsOf(async () => {
        const again = start(victim);
        consumers[victim] = again;
        joins.push(await secondsOf(() => ownsSome(again)));
        await passes(log, load);
      }),
    );
  }
  return resultOf(recoveries, joins, restores);
}

function resultOf(
  recoveries: readonly number[],
  joins: readonly number[],
  restores: readonly number[],
): BenchResult {
  const longest = Math.max(...recoveries);
  return {
    name: 'kafka-recovery',
    unit: 'seconds from a kill until all partitions are processed again, the longest',
    value: longest,
    runs: recoveries,
    reference: { what: 'the limit, with a session timeout of 6 s', value: LIMIT_SECONDS },
    ratio: Math.round((LIMIT_SECONDS / longest) * 100) / 100,
    details: {
      kills: recoveries.length,
      medianSeconds: median(recoveries),
      joinMedianSeconds: median(joins),
      restoreMedianSeconds: median(restores),
      restoreLongestSeconds: Math.max(...restores),
      recordsPerSecond: (RECORDS_EACH * 1000) / RECORDS_EVERY_MS,
    },
  };
}

/** A light load on all partitions. */
class Load {
  readonly #log: KafkaLog;
  readonly #newest = new Map<number, Offset>();
  readonly #ending = new AbortController();
  readonly #running: Promise<void>;

  constructor(log: KafkaLog, codec: RecordCodec) {
    this.#log = log;
    this.#running = this.#run(codec);
  }

  /** Of each partition, the offset of the last record that was appended. */
  newest(): readonly Offset[] {
    return PARTITIONS.map((partition) => this.#newest.get(partition) ?? 0);
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(codec: RecordCodec): Promise<void> {
    const { signal } = this.#ending;
    let waiting: OutgoingRecord[] = [];
    for (const event of recordedDay(codec, CLIENTS, Number.POSITIVE_INFINITY)) {
      waiting.push(event);
      if (waiting.length < RECORDS_EACH) continue;
      for (const { partition, offset } of await this.#log.append(waiting))
        this.#newest.set(partition, offset);
      waiting = [];
      await sleep(RECORDS_EVERY_MS, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
    }
  }
}

/** Waits until a consumer owns partitions. */
function ownsSome(consumer: RunningRole): Promise<void> {
  return until(async () => ownsPartitions(consumer.out), consumer);
}

/** True once it was given partitions of the client events. */
function ownsPartitions(out: string): boolean {
  return out
    .split('\n')
    .some(
      (line) => line.includes('joined the') && line.includes(addonClient.name) && HAS_PARTITIONS.test(line),
    );
}

/** Waits until records that are appended from now on are processed in every partition. */
async function passes(log: KafkaLog, load: Load): Promise<void> {
  const before = load.newest();
  const isNewer = (offset: Offset, partition: number): boolean => offset > (before[partition] ?? 0);
  await until(async () => load.newest().every(isNewer));
  const after = load.newest();
  await until(async () => {
    const done = await log.committedOffsets(groupOf(addonClient.name), addonClient.input);
    return after.every((offset, partition) => (done[partition] ?? 0) > offset);
  });
}

async function until(isSo: () => Promise<boolean>, consumer?: RunningRole): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not in time\n${consumer?.out}\n${consumer?.err}`);
    await sleep(POLL_MS);
  }
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return Math.round((performance.now() - began) / 10) / 100;
}
