import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TaarError } from '../../../src/domain/errors.ts';
import type { RecommendationServed } from '../../../src/domain/served.ts';
import type { EventLog, OutgoingRecord } from '../../../src/log/event-log.ts';
import { RecordCodec } from '../../../src/log/record-codec.ts';
import { Metrics } from '../../../src/ops/metrics.ts';
import { newTokenContent } from '../../../src/serving/feedback/answer-tokens.ts';
import { DailyPseudonyms } from '../../../src/serving/feedback/daily-pseudonyms.ts';
import { FeedbackMetrics } from '../../../src/serving/feedback/feedback-metrics.ts';
import { recordOf } from '../../../src/serving/feedback/served-answer.ts';
import { RECORDER_LIMITS, ServedRecorder } from '../../../src/serving/feedback/served-recorder.ts';
import { RecordingLogger } from '../../ops/recording-logger.ts';
import { answerOf } from './answers.ts';

const AT = Date.parse('2026-11-22T12:00:00Z');
const QUICK = { ...RECORDER_LIMITS, gatherMs: 1, pauseMs: 1, drainMs: 50 };
const DOWN = new TaarError('log-unavailable', 'retry', 'not there');

const pseudonyms = new DailyPseudonyms();
let codec: RecordCodec;
let metrics: Metrics;
let lines: RecordingLogger;
let batches: OutgoingRecord[][] = [];
beforeEach(async () => {
  codec = await RecordCodec.open({ idOf: async (type) => type.length, schemaOf: async () => undefined });
  metrics = new Metrics();
  lines = new RecordingLogger();
  batches = [];
});

async function takes(records: readonly OutgoingRecord[]) {
  // As a log does: the memory is the recorder's, who uses it again.
  batches.push(records.map((record) => ({ ...record, value: Buffer.from(record.value ?? []) })));
  return [];
}

function recorderOn(append: EventLog['append'], limits = QUICK): ServedRecorder {
  const parts = { log: { append }, codec, metrics: new FeedbackMetrics(metrics), logger: lines.logger };
  return new ServedRecorder(parts, limits);
}

function recordSome(
  recorder: ServedRecorder,
  count: number,
  change: Partial<RecommendationServed> = {},
): void {
  for (let i = 0; i < count; i++) {
    const content = newTokenContent(AT, pseudonyms.of(undefined, AT));
    recorder.record(content.pseudonym, { ...recordOf(content, answerOf(), 1), ...change });
  }
}

/** What is counted as written, and as dropped by reason. */
async function counts(): Promise<Record<string, number>> {
  const written = await metrics.registry.getSingleMetric('taar_serving_records_written_total')?.get();
  const dropped = await metrics.registry.getSingleMetric('taar_serving_records_dropped_total')?.get();
  return Object.fromEntries([
    ['written', written?.values[0]?.value ?? 0],
    ...(dropped?.values ?? []).map(({ labels, value }) => [labels.reason, value]),
  ]);
}

const warnings = (): string[] => lines.lines.filter((line) => line.startsWith('warn'));

describe('ServedRecorder', () => {
  it('writes every record under its pseudonym, in batches', async () => {
    const recorder = recorderOn(takes, { ...QUICK, batchRecords: 4 });
    recordSome(recorder, 10);
    await recorder.drain();
    expect(batches.map((batch) => batch.length)).toEqual([4, 4, 2]);
    for (const { topic, key, value } of batches.flat()) {
      expect(topic).toBe('serving.recommendation.served.v1');
      expect(key).toMatch(/^[A-Za-z0-9_-]{16}$/);
      expect(codec.decodeAs('serving.RecommendationServed', value ?? Buffer.of()).at).toBe(AT);
    }
    expect(await counts()).toEqual({ written: 10 });
  });

  it('does not wait for a slow log, and drops and counts what its queue cannot hold', async () => {
    const slow = Promise.withResolvers<never[]>();
    const recorder = recorderOn(() => slow.promise, { ...QUICK, queuedBytes: 10_000 });
    recordSome(recorder, 100);
    const { 'queue-full': full = 0 } = await counts();
    expect(full).toBeGreaterThan(50);
    expect(full).toBeLessThan(100);
    slow.resolve([]);
    await recorder.drain();
    expect(await counts()).toEqual({ written: 100 - full, 'queue-full': full });
  });

  it('writes all that waits after one pause, however many batches it makes', async () => {
    const recorder = recorderOn(takes, { ...QUICK, gatherMs: 50, batchRecords: 2 });
    const start = performance.now();
    recordSome(recorder, 20);
    await vi.waitFor(() => expect(batches).toHaveLength(10));
    expect(performance.now() - start).toBeLessThan(250);
    await recorder.drain();
  });

  it('has room again when what waited is written', async () => {
    const recorder = recorderOn(takes, { ...QUICK, queuedBytes: 10_000 });
    for (let round = 0; round < 5; round++) {
      recordSome(recorder, 5);
      await vi.waitFor(async () => expect((await counts()).written).toBe(5 * (round + 1)));
    }
    expect(await counts()).toEqual({ written: 25 });
  });

  it('drops what a failing log does not take, with one warning an outage', async () => {
    let isDown = true;
    const recorder = recorderOn((records) => (isDown ? Promise.reject(DOWN) : takes(records)), {
      ...QUICK,
      batchRecords: 1,
    });
    recordSome(recorder, 3);
    await vi.waitFor(async () => expect(await counts()).toMatchObject({ 'log-failed': 3 }));
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toContain('log-unavailable');
    isDown = false;
    recordSome(recorder, 2);
    await vi.waitFor(async () => expect(await counts()).toMatchObject({ written: 2 }));
    isDown = true;
    recordSome(recorder, 1);
    await recorder.drain();
    expect(await counts()).toEqual({ written: 2, 'log-failed': 4 });
    expect(warnings()).toHaveLength(2);
  });

  it('leaves alone what a log did not take: it may still be trying', async () => {
    const kept: Uint8Array[] = [];
    let isDown = true;
    const recorder = recorderOn((records) => {
      if (!isDown) return takes(records);
      kept.push(...records.map(({ value }) => value ?? Buffer.of()));
      return Promise.reject(DOWN);
    });
    recordSome(recorder, 3);
    await vi.waitFor(() => expect(kept).toHaveLength(3));
    const before = kept.map((value) => Buffer.from(value));
    isDown = false;
    for (let i = 0; i < 3; i++) {
      recordSome(recorder, 3);
      await vi.waitFor(() => expect(batches.flat()).toHaveLength(3 * (i + 1)));
    }
    expect(kept).toEqual(before);
    await recorder.drain();
  });

  it('waits after a failure before it asks the log again', async () => {
    let asked = 0;
    const failing = () => {
      asked += 1;
      return Promise.reject(DOWN);
    };
    const recorder = recorderOn(failing, { ...QUICK, batchRecords: 1, pauseMs: 10_000 });
    recordSome(recorder, 5);
    await sleep(30);
    expect(asked).toBe(1);
    await recorder.drain();
    expect(asked).toBe(5);
  });

  it('gives up at the end of the process where the log does not answer, and takes nothing afterwards', async () => {
    const recorder = recorderOn(() => new Promise(() => {}), { ...QUICK, batchRecords: 2 });
    recordSome(recorder, 5);
    await sleep(10);
    await recorder.drain();
    recordSome(recorder, 1);
    await recorder.stop();
    expect(await counts()).toEqual({ written: 0, stopped: 6 });
  });

  it('counts a record that breaks its schema, and never throws', async () => {
    const recorder = recorderOn(takes);
    recordSome(recorder, 1, { at: Number.NaN });
    recordSome(recorder, 1);
    await recorder.drain();
    expect(await counts()).toEqual({ written: 1, 'not-encodable': 1 });
  });
});
