import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyLines } from '../../../src/cli/why-lines.ts';
import { ClientKeys, sha256Hex } from '../../../src/domain/client-key.ts';
import { DAY_MS, dayOf, HOUR_MS, MINUTE_MS } from '../../../src/domain/clock.ts';
import { type EmbeddedLog, openEmbeddedLog } from '../../../src/log/embedded/embedded-log.ts';
import type { EventLog, OffsetRange } from '../../../src/log/event-log.ts';
import { RecordCodec } from '../../../src/log/record-codec.ts';
import { Metrics } from '../../../src/ops/metrics.ts';
import { AnswerFeedback } from '../../../src/serving/feedback/answer-feedback.ts';
import { AnswerTokens, readToken } from '../../../src/serving/feedback/answer-tokens.ts';
import { DailyPseudonyms } from '../../../src/serving/feedback/daily-pseudonyms.ts';
import { FeedbackMetrics } from '../../../src/serving/feedback/feedback-metrics.ts';
import { Observations } from '../../../src/serving/feedback/observations.ts';
import { RECORDER_LIMITS, ServedRecorder } from '../../../src/serving/feedback/served-recorder.ts';
import { WHY_LIMITS, WhySearch } from '../../../src/serving/feedback/why-search.ts';
import { RecordingLogger } from '../../ops/recording-logger.ts';
import { answerOf } from './answers.ts';

const START = Date.parse('2026-11-01T00:00:00Z');
const HOURS = 48;
const ANSWERS_AN_HOUR = 200;
const KEYS = new ClientKeys('a pepper of some length');
const CLIENTS = Array.from({ length: 50 }, (_, index) => KEYS.of(sha256Hex(`client ${index}`)));

let folder: string;
let log: EmbeddedLog;
let codec: RecordCodec;
let now = START;
const clock = (): number => now;
const tokens = new AnswerTokens('a key of some length');
const given: { token: string; at: number; place: number }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'why-'));
  const { logger } = new RecordingLogger();
  log = await openEmbeddedLog({ file: join(folder, 'log.sqlite'), clock, logger });
  codec = await RecordCodec.open(log.schemaIds);
  const pseudonyms = new DailyPseudonyms();
  const observations = new Observations({ log, codec, tokens, clock });
  for (let hour = 0; hour < HOURS; hour++) {
    now = START + hour * HOUR_MS;
    const metrics = new FeedbackMetrics(new Metrics());
    const recorder = new ServedRecorder({ log, codec, metrics, logger }, { ...RECORDER_LIMITS, gatherMs: 1 });
    const feedback = new AnswerFeedback({ pseudonyms, tokens, recorder, clock });
    const told: string[] = [];
    for (let i = 0; i < ANSWERS_AN_HOUR; i++) {
      const place = given.length;
      const answer = { ...answerOf(), placement: `place ${place}` };
      const token = feedback.served(CLIENTS[i % CLIENTS.length], answer)();
      given.push({ token, at: now, place });
      if (place % 10 === 0) told.push(token);
    }
    await recorder.drain();
    now += 2 * MINUTE_MS;
    await Promise.all(
      told.map((token) => observations.add(token, [{ item: 'a', kind: 'impression', at: now }])),
    );
    const [first = ''] = told;
    now += MINUTE_MS;
    await observations.add(first, [{ item: 'a', kind: 'click' }]);
  }
  pseudonyms.forget();
});
afterAll(async () => {
  await log.close();
  await rm(folder, { recursive: true });
});

/** Counts the records that are read. */
function counting(): { log: Pick<EventLog, 'bounds' | 'read'>; read: () => number } {
  let read = 0;
  return {
    read: () => read,
    log: {
      bounds: (topic) => log.bounds(topic),
      async *read(range: OffsetRange) {
        for await (const record of log.read(range)) {
          read += 1;
          yield record;
        }
      },
    },
  };
}

describe('the records of answers', () => {
  it('hold no client key, and pseudonyms that change from day to day', async () => {
    const keys = new Map<number, Set<string>>();
    const topic = 'serving.recommendation.served.v1';
    for (const [partition, { earliest, end }] of (await log.bounds(topic)).entries()) {
      for await (const { key, value, timestamp } of log.read({ topic, partition, from: earliest, to: end })) {
        const text = Buffer.from(value ?? []).toString('latin1');
        expect(text).not.toMatch(/[0-9a-f]{64}/);
        const day = dayOf(timestamp);
        keys.set(day, (keys.get(day) ?? new Set()).add(key));
      }
    }
    expect([...keys.values()].map(({ size }) => size)).toEqual([CLIENTS.length, CLIENTS.length]);
    expect(new Set([...keys.values()].flatMap((day) => [...day])).size).toBe(2 * CLIENTS.length);
  });
});

describe('WhySearch', () => {
  it('finds any answer by its token alone, among others of the same client and moment', async () => {
    const search = new WhySearch(log, codec);
    for (const index of [0, 1, 50, 199, 200, 4_321, given.length - 1]) {
      const { token = '', at = 0 } = given[index] ?? {};
      const { answer, searched } = await search.find(token);
      expect(searched).toBe('all');
      expect(answer).toMatchObject({
        ...answerOf(),
        placement: `place ${index}`,
        at: new Date(at).toISOString(),
      });
      expect(answer?.tokenId).toBe(readToken(token)?.id);
    }
  });

  it('finds what became of it, in order, and nothing of other answers', async () => {
    const { token = '', at = 0 } = given[20 * ANSWERS_AN_HOUR] ?? {};
    const seen = new Date(at + 2 * MINUTE_MS).toISOString();
    expect((await new WhySearch(log, codec).find(token)).observations).toEqual([
      { item: 'a', kind: 'impression', at: seen, receivedAt: seen },
      { item: 'a', kind: 'click', at: null, receivedAt: new Date(at + 3 * MINUTE_MS).toISOString() },
    ]);
    expect((await new WhySearch(log, codec).find(given[1]?.token ?? '')).observations).toEqual([]);
  });

  it('can be read by a person', async () => {
    const lines = whyLines(await new WhySearch(log, codec).find(given[0]?.token ?? ''));
    expect(lines).toContain('addons, place 0, 2026-11-01T00:00:00.000Z');
    expect(lines).toContain('click a');
  });

  it('says that there is none', async () => {
    const content = readToken(given[0]?.token ?? '');
    if (content === undefined) throw new Error('no token');
    const none = { answer: null, observations: [], searched: 'all' };
    for (const at of [content.at, START - DAY_MS, now + DAY_MS]) {
      const token = tokens.sign({ ...content, at, id: 'AAAAAAAAAAA' });
      expect(await new WhySearch(log, codec).find(token)).toEqual(none);
    }
    await expect(new WhySearch(log, codec).find('x')).rejects.toMatchObject({
      code: 'answer-token-unreadable',
    });
  });

  it('finds a record that the log wrote minutes after its answer', async () => {
    const at = now;
    now += 8 * MINUTE_MS;
    const { logger } = new RecordingLogger();
    const metrics = new FeedbackMetrics(new Metrics());
    const recorder = new ServedRecorder({ log, codec, metrics, logger });
    const pseudonyms = new DailyPseudonyms();
    const late = new AnswerFeedback({ pseudonyms, tokens, recorder, clock: () => at });
    const token = late.served(CLIENTS[0], answerOf())();
    await recorder.drain();
    pseudonyms.forget();
    expect((await new WhySearch(log, codec).find(token)).answer).not.toBeNull();
  });

  it('reads little more than the records of the moment', async () => {
    const { log: counted, read } = counting();
    await new WhySearch(counted, codec).find(given[(HOURS - 2) * ANSWERS_AN_HOUR]?.token ?? '');
    expect(read()).toBeLessThan(2_500);
  });

  it('looks through so many records only, and says so', async () => {
    const search = new WhySearch(log, codec, { ...WHY_LIMITS, records: 5 });
    const { answer, searched } = await search.find(given[10 * ANSWERS_AN_HOUR - 1]?.token ?? '');
    expect([answer, searched]).toEqual([null, 'part']);
  });

  it('takes on so many questions only', async () => {
    const search = new WhySearch(log, codec, { ...WHY_LIMITS, searches: 1 });
    const token = given[0]?.token ?? '';
    const first = search.find(token);
    await expect(search.find(token)).rejects.toMatchObject({ code: 'why-overloaded', disposition: 'retry' });
    await first;
    expect((await search.find(token)).answer).not.toBeNull();
  });
});
