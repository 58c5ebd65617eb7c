import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../src/domain/clock.ts';
import { TaarError } from '../../../src/domain/errors.ts';
import type { EventLog } from '../../../src/log/event-log.ts';
import { requireBearer } from '../../../src/ops/bearer-token.ts';
import { createHttpServer } from '../../../src/ops/http.ts';
import { Metrics } from '../../../src/ops/metrics.ts';
import { AnswerTokens, newTokenContent } from '../../../src/serving/feedback/answer-tokens.ts';
import { DailyPseudonyms } from '../../../src/serving/feedback/daily-pseudonyms.ts';
import { FeedbackMetrics } from '../../../src/serving/feedback/feedback-metrics.ts';
import { Observations } from '../../../src/serving/feedback/observations.ts';
import { registerObservations } from '../../../src/serving/feedback/observations-route.ts';
import { NOW, TemporaryLog } from '../../producers/temporary-log.ts';

const TOPIC = 'serving.recommendation.observed.v1';
const ITEM = '{c0ffee00-0000-4000-8000-000000000001}';
const TOKENS = new AnswerTokens('a key of some length');
const SERVED_AT = NOW - HOUR_MS;
const CONTENT = newTokenContent(SERVED_AT, new DailyPseudonyms().of(undefined, SERVED_AT));
const TOKEN = TOKENS.sign(CONTENT);
const API_TOKEN = 'a-token-of-the-callers';

let storage: TemporaryLog;
let metrics: Metrics;
let app: FastifyInstance;
beforeAll(async () => {
  storage = await TemporaryLog.open();
});
afterAll(() => storage.remove());
beforeEach(async () => {
  await storage.forget();
  app = served({});
});
afterEach(() => app.close());

function served({ token, append }: { token?: string; append?: EventLog['append'] }): FastifyInstance {
  const { log, codec, logger } = storage;
  metrics = new Metrics();
  const server = createHttpServer({ logger, metrics, trustProxy: false });
  const observations = new Observations({
    log: { append: append ?? ((records) => log.append(records)) },
    codec,
    tokens: TOKENS,
    clock: () => NOW,
  });
  const guard = token === undefined ? [] : [requireBearer(token)];
  registerObservations(server, { observations, metrics: new FeedbackMetrics(metrics), logger, guard });
  return server;
}

async function tell(payload: NonNullable<InjectOptions['payload']>, authorization?: string) {
  const url = '/v2/observations';
  const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
  const answer = await app.inject({ url, method: 'POST', payload, headers });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json(), text: answer.body };
}

const seen = (more: object = {}) => ({ item: ITEM, kind: 'impression', ...more });

describe('POST /v2/observations', () => {
  it('writes what was seen under the pseudonym of the answer before it says so', async () => {
    const { status, body } = await tell({
      token: TOKEN,
      observations: [
        seen({ at: SERVED_AT + 5_000 }),
        { item: ITEM, kind: 'click' },
        { item: 'b', kind: 'install' },
      ],
    });
    expect(status).toBe(202);
    expect(body).toEqual({ taken: 3 });
    expect(await storage.stored(TOPIC)).toEqual([
      {
        key: CONTENT.pseudonym,
        type: 'serving.RecommendationObserved',
        value: {
          tokenId: CONTENT.id,
          servedAt: SERVED_AT,
          receivedAt: NOW,
          observations: [
            { item: ITEM, kind: 'impression', at: SERVED_AT + 5_000 },
            { item: ITEM, kind: 'click', at: null },
            { item: 'b', kind: 'install', at: null },
          ],
        },
      },
    ]);
    const text = await metrics.registry.metrics();
    expect(text).toContain('taar_serving_observations_total{kind="click"} 1');
    expect(text).toContain('taar_serving_observation_requests_total{outcome="written"} 1');
  });

  it.each([
    ['before the answer', SERVED_AT - HOUR_MS],
    ['in the future', NOW + HOUR_MS],
  ])('does not believe a clock that says %s', async (_when, at) => {
    expect((await tell({ token: TOKEN, observations: [seen({ at })] })).status).toBe(202);
    expect(await storage.stored(TOPIC)).toMatchObject([{ value: { observations: [{ at: null }] } }]);
  });

  const many = Array.from({ length: 101 }, () => seen());
  const wrong: readonly [string, NonNullable<InjectOptions['payload']>, number][] = [
    ['no token', { observations: [seen()] }, 400],
    ['a token of another form', { token: TOKEN.slice(1), observations: [seen()] }, 400],
    ['no observations', { token: TOKEN }, 400],
    ['an empty list', { token: TOKEN, observations: [] }, 400],
    ['too many', { token: TOKEN, observations: many }, 400],
    ['an unknown kind', { token: TOKEN, observations: [seen({ kind: 'purchase' })] }, 400],
    ['an empty item', { token: TOKEN, observations: [seen({ item: '' })] }, 400],
    ['an endless item', { token: TOKEN, observations: [seen({ item: 'x'.repeat(513) })] }, 400],
    ['an item that is a number', { token: TOKEN, observations: [seen({ item: 5 })] }, 400],
    ['a time as text', { token: TOKEN, observations: [seen({ at: '2026-11-22' })] }, 400],
    ['a time that is none', { token: TOKEN, observations: [seen({ at: 1e300 })] }, 400],
    ['a null for a time', { token: TOKEN, observations: [seen({ at: null })] }, 400],
    ['a field too many', { token: TOKEN, observations: [seen()], client: ITEM }, 400],
    ['a field too many inside', { token: TOKEN, observations: [seen({ client: ITEM })] }, 400],
    ['a list', [seen()], 400],
    ['no JSON', `{"token": "${TOKEN}`, 400],
    ['nothing', '', 400],
    ['too much', { token: TOKEN, observations: [seen({ item: 'x'.repeat(140_000) })] }, 413],
  ];

  it.each(wrong)('refuses %s, without repeating it', async (_what, payload, expected) => {
    const { status, body, text } = await tell(payload);
    expect(status).toBe(expected);
    expect(body).toEqual({ error: expect.any(String), code: expect.any(String) });
    expect(text).not.toContain(ITEM);
    expect(text).not.toContain(TOKEN.slice(1));
    expect(await storage.stored(TOPIC)).toEqual([]);
  });

  it('takes the largest body that the schema lets through', async () => {
    const item = '\u{1F9CA}'.repeat(256);
    const observations = Array.from({ length: 100 }, () => seen({ item, at: SERVED_AT }));
    expect((await tell({ token: TOKEN, observations })).status).toBe(202);
  });

  it('says 422 for a token that another system made', async () => {
    const foreign = new AnswerTokens('another key of some length').sign(CONTENT);
    const { status, body } = await tell({ token: foreign, observations: [seen()] });
    expect([status, body.code]).toEqual([422, 'answer-token-unknown']);
    expect(await storage.stored(TOPIC)).toEqual([]);
  });

  it('says 422 for a token whose answer is not kept any more, and takes it until then', async () => {
    const tokenOf = (at: number): string => TOKENS.sign({ ...CONTENT, at });
    const { status, body } = await tell({ token: tokenOf(NOW - 30 * DAY_MS - 1), observations: [seen()] });
    expect([status, body.code]).toEqual([422, 'answer-token-expired']);
    expect((await tell({ token: tokenOf(NOW - 30 * DAY_MS), observations: [seen()] })).status).toBe(202);
  });

  it('says 503 and when to come again while the log takes nothing', async () => {
    const down = new TaarError('log-unavailable', 'retry', 'not there');
    app = served({ append: () => Promise.reject(down) });
    const { status, headers, body } = await tell({ token: TOKEN, observations: [seen()] });
    expect([status, headers['retry-after'], body.code]).toEqual([503, '10', 'come-back']);
    expect(await metrics.registry.metrics()).toContain('observation_requests_total{outcome="put-off"} 1');
  });

  it('takes the bearer token of the client routes where there is one', async () => {
    app = served({ token: API_TOKEN });
    const payload = { token: TOKEN, observations: [seen()] };
    expect((await tell(payload)).status).toBe(401);
    expect((await tell(payload, 'Bearer another-token-of-some')).status).toBe(403);
    expect((await tell(payload, `Bearer ${API_TOKEN}`)).status).toBe(202);
  });

  it('writes no token and no item into a log line or a figure', async () => {
    await tell({ token: TOKEN, observations: [seen()] });
    const figures = await metrics.registry.metrics();
    for (const secret of [TOKEN, ITEM, CONTENT.pseudonym, CONTENT.id]) expect(figures).not.toContain(secret);
    expect(await storage.everythingWritten()).not.toContain(TOKEN);
  });
});
