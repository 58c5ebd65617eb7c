import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { KafkaCluster } from '../test/infra/kafka-cluster.ts';
import { type BenchResult, median } from './bench.ts';
import { StreamsPeer } from './kafka-aggregate.peer.ts';
import type { Rates } from './kafka-aggregate.rate.ts';
import { CLIENTS, RECORDS, WARM_UP_RECORDS } from './kafka-aggregate.records.ts';

const RUNS = 3;
/** Of what the client alone and the aggregate alone come to, one after the other. */
const SHARE = 0.8;
const CHILD_LIMIT_MS = 300_000;

interface Run {
  readonly recordBytes: number;
  readonly aggregate: Rates;
  readonly client: Rates;
  readonly fold: Rates & { readonly changeBytes: number };
  /** Kafka Streams, where it could be built. */
  readonly streams: number | undefined;
}

/**
 * The aggregate on a real broker, beside its two parts in the same run: the bare client reading and writing the same
 * records, and the aggregate without a log. Each in a process of its own, on the same records.
 */
export async function run(): Promise<BenchResult> {
  const peer = await StreamsPeer.build();
  const cluster = await KafkaCluster.start();
  try {
    const runs: Run[] = [];
    for (let i = 0; i < RUNS; i++) runs.push(await runOnce(cluster.brokers(), `run-${i}.`, peer));
    return resultOf(runs);
  } finally {
    await peer?.close();
    await cluster.stop();
  }
}

async function runOnce(brokers: string, prefix: string, peer: StreamsPeer | undefined): Promise<Run> {
  const fold = await child<Run['fold']>('fold');
  const { meanBytes } = await child<{ meanBytes: number }>('record', brokers, prefix);
  const aggregate = await child<Rates>('aggregate', brokers, prefix);
  const streams = await peer?.rate(brokers, prefix);
  // Last: what it writes to the changelog are no states.
  const client = await child<Rates>('client', brokers, prefix, `${fold.changeBytes}`);
  return { recordBytes: meanBytes, aggregate, client, fold, streams };
}

function resultOf(runs: readonly Run[]): BenchResult {
  const value = median(runs.map(({ aggregate }) => aggregate.rate));
  const client = median(runs.map((each) => each.client.rate));
  const fold = median(runs.map((each) => each.fold.rate));
  const withStart = median(runs.map(({ aggregate }) => aggregate.withStart));
  const streams = runs.flatMap((each) => each.streams ?? []);
  const limit = SHARE / (1 / client + 1 / fold);
  return {
    name: 'kafka-aggregate',
    unit: 'records a CPU-second, all threads',
    value: Math.round(value),
    runs: runs.map(({ aggregate }) => Math.round(aggregate.rate)),
    reference: { what: `${SHARE} of 1 / (1/client + 1/fold), in the same run`, value: Math.round(limit) },
    ratio: Math.round((value / limit) * 100) / 100,
    details: {
      client: Math.round(client),
      fold: Math.round(fold),
      withStart: Math.round(withStart),
      ...(streams.length === 0 ? {} : streamsDetails(withStart, median(streams))),
      clients: CLIENTS,
      records: RECORDS - WARM_UP_RECORDS,
      warmUpRecords: WARM_UP_RECORDS,
      recordBytes: runs[0]?.recordBytes ?? 0,
      changeBytes: runs[0]?.fold.changeBytes ?? 0,
    },
  };
}

/** Both with the start of the process. */
function streamsDetails(withStart: number, streams: number): Record<string, number> {
  return {
    kafkaStreams: Math.round(streams),
    ratioToKafkaStreams: Math.round((withStart / streams) * 100) / 100,
  };
}

async function child<R>(...args: string[]): Promise<R> {
  const script = fileURLToPath(new URL('./kafka-aggregate.child.ts', import.meta.url));
  const options = { timeout: CHILD_LIMIT_MS, killSignal: 'SIGKILL' } as const;
  const command = ['--disable-warning=TimeoutNegativeWarning', script, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, options);
  return JSON.parse(stdout) as R;
}
