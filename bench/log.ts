import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type EmbeddedLog, openEmbeddedLog } from '../src/log/embedded/embedded-log.ts';
import type { OutgoingRecord } from '../src/log/event-log.ts';
import { type BenchResult, cpuSeconds, median } from './bench.ts';

const RUNS = 5;
const RECORDS = 100_000;
const BATCH_RECORDS = 100;
const VALUE_BYTES = 600;
const TOPIC = 'addons.client.event.v1';
/** How many callers append one record each at the same time, as the intake's connections do. */
const CONCURRENT_CALLERS = 64;
const SINGLE_RECORDS = 20_000;

/** Measured on a prototype without threads, on two cores (DESIGN section 10). */
const APPENDS_REFERENCE = 116_000;
const READS_REFERENCE = 300_000;

interface Rates {
  readonly appends: number;
  readonly reads: number;
  readonly singleAppends: number;
}

/** Durable appends and reads of the embedded log, a CPU-second of all threads. */
export async function run(): Promise<BenchResult> {
  const batches = batchesOf(BATCH_RECORDS);
  const runs: Rates[] = [];
  for (let i = 0; i < RUNS; i++) runs.push(await measured(batches));
  const rates = runs.map(({ appends }) => appends);
  const reads = median(runs.map((each) => each.reads));
  const value = median(rates);
  return {
    name: 'log',
    unit: `durable appends of ${VALUE_BYTES} bytes in batches of ${BATCH_RECORDS} per CPU-second`,
    value,
    runs: rates,
    reference: { what: 'prototype', value: APPENDS_REFERENCE },
    ratio: value / APPENDS_REFERENCE,
    details: {
      readsPerCpuSecond: Math.round(reads),
      readsRatio: reads / READS_REFERENCE,
      singleAppendsPerCpuSecond: Math.round(median(runs.map((each) => each.singleAppends))),
      singleAppendsCallers: CONCURRENT_CALLERS,
    },
  };
}

function batchesOf(size: number): OutgoingRecord[][] {
  const value = Buffer.alloc(VALUE_BYTES, 0x5a);
  return Array.from({ length: RECORDS / size }, (_, batch) =>
    Array.from({ length: size }, (__, i) => {
      const key = createHash('sha256').update(`${batch}/${i}`).digest('hex');
      return { topic: TOPIC, key, value };
    }),
  );
}

async function measured(batches: readonly OutgoingRecord[][]): Promise<Rates> {
  const folder = mkdtempSync(join(tmpdir(), 'taar-bench-log-'));
  const logger = pino({ level: 'silent' });
  const log = await openEmbeddedLog({ file: join(folder, 'log.sqlite'), clock: Date.now, logger });
  try {
    const appends = await rateOf(RECORDS, () => appendAll(log, batches));
    const reads = await rateOf(RECORDS, () => readAll(log));
    const singles = batches.flat().slice(0, SINGLE_RECORDS);
    return { appends, reads, singleAppends: await rateOf(SINGLE_RECORDS, () => appendSingly(log, singles)) };
  } finally {
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rateOf(records: number, work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  return records / cpuSeconds(before);
}

async function appendAll(log: EmbeddedLog, batches: readonly OutgoingRecord[][]): Promise<void> {
  for (const batch of batches) await log.append(batch);
}

async function readAll(log: EmbeddedLog): Promise<void> {
  let read = 0;
  const stop = new AbortController();
  for await (const { records } of log.follow(TOPIC, 'earliest', stop.signal)) {
    read += records.length;
    if (read >= RECORDS) stop.abort();
  }
}

async function appendSingly(log: EmbeddedLog, records: readonly OutgoingRecord[]): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let record = records[next++]; record !== undefined; record = records[next++]) {
      await log.append([record]);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_CALLERS }, caller));
}
