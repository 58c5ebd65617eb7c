import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClientKeys, sha256Hex } from '../../src/domain/client-key.ts';
import { TaarError } from '../../src/domain/errors.ts';
import { requestIdAt, timeOfRequestId } from '../../src/domain/request-id.ts';
import type { EventLog } from '../../src/log/event-log.ts';
import { createHttpServer } from '../../src/ops/http.ts';
import { Metrics } from '../../src/ops/metrics.ts';
import { registerDeletions } from '../../src/producers/deletion-routes.ts';
import { ReceiptSearch } from '../../src/producers/receipt-search.ts';
import { LEGACY_ID } from './captured-ping.ts';
import { NOW, TemporaryLog } from './temporary-log.ts';

const TOKEN = 'a token of the privacy team';
const SECRET = TOKEN.replaceAll(' ', '-');
const KEYS = new ClientKeys('a pepper of some length');
const SHA = sha256Hex(LEGACY_ID);
const REQUESTS = 'privacy.deletion.requested.v1';

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

function served(others: { token?: undefined; append?: EventLog['append'] }): FastifyInstance {
  const { log, codec, logger } = storage;
  metrics = new Metrics();
  const server = createHttpServer({ logger, metrics, trustProxy: false });
  registerDeletions(server, {
    log: { append: others.append ?? ((records) => log.append(records)) },
    codec,
    keys: KEYS,
    clock: () => NOW,
    newId: () => requestIdAt(NOW),
    receipts: new ReceiptSearch(log, codec),
    logger,
    token: 'token' in others ? others.token : SECRET,
  });
  return server;
}

async function ask(options: InjectOptions, authorization: string | undefined = `Bearer ${SECRET}`) {
  const headers = { ...options.headers, ...(authorization && { authorization }) };
  const answer = await app.inject({ url: '/v1/deletions', method: 'POST', ...options, headers });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json(), text: answer.body };
}

describe('POST /v1/deletions', () => {
  it.each([
    [{}, false],
    [{ reopen: false }, false],
    [{ reopen: true }, true],
  ])('with %j makes a durable request under the client key', async (more, reopen) => {
    const { status, body, headers } = await ask({ payload: { sha256: SHA, ...more } });
    expect(status).toBe(202);
    expect(headers['content-type']).toBe('application/json');
    expect(Object.keys(body)).toEqual(['requestId']);
    expect(timeOfRequestId(body.requestId)).toBe(NOW);
    expect(await storage.stored(REQUESTS)).toEqual([
      expect.objectContaining({
        key: KEYS.of(SHA),
        value: expect.objectContaining({ requestId: body.requestId, origin: 'operator', reopen }),
      }),
    ]);
  });

  const wrong: readonly [string, NonNullable<InjectOptions['payload']>, number][] = [
    ['no hash', {}, 400],
    ['a raw id', { sha256: LEGACY_ID }, 400],
    ['upper case', { sha256: SHA.toUpperCase() }, 400],
    ['a number', { sha256: 5 }, 400],
    ['a list', [SHA], 400],
    ['null', 'null', 400],
    ['a guess at reopen', { sha256: SHA, reopen: 'false' }, 400],
    ['a null for reopen', { sha256: SHA, reopen: null }, 400],
    ['a field too many', { sha256: SHA, [LEGACY_ID]: true }, 400],
    ['no JSON', `{"sha256": "${LEGACY_ID}`, 400],
    ['nothing', '', 400],
    ['too much', { sha256: SHA, more: 'x'.repeat(2_000) }, 413],
  ];

  it.each(wrong)('refuses %s as JSON, without repeating it', async (_what, payload, expected) => {
    const headers = { 'content-type': 'application/json' };
    const { status, body, text } = await ask({ payload, headers });
    expect(status).toBe(expected);
    expect(body).toEqual({ error: expect.any(String), code: expect.any(String) });
    expect(text).not.toContain(LEGACY_ID);
    expect(text.toLowerCase()).not.toContain(SHA);
    expect(await storage.stored(REQUESTS)).toEqual([]);
  });

  it('says 503 and when to come again while the log takes nothing', async () => {
    const down = new TaarError('log-unavailable', 'retry', 'not there');
    app = served({ append: () => Promise.reject(down) });
    const { status, headers, body } = await ask({ payload: { sha256: SHA } });
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('10');
    expect(body.code).toBe('come-back');
  });
});

describe('the token', () => {
  it.each([
    ['none', '', 401],
    ['no bearer', 'Basic YTpi', 401],
    ['an empty one', 'Bearer ', 401],
    ['another', 'Bearer another-token-of-somebody', 403],
    ['a part', `Bearer ${SECRET.slice(0, -1)}`, 403],
  ])('%s opens neither route', async (_what, authorization, expected) => {
    for (const options of [
      { payload: { sha256: SHA } },
      { method: 'GET', url: `/v1/deletions/${requestIdAt(NOW)}` },
    ] as const) {
      const { status, headers, text } = await ask(options, authorization);
      expect(status).toBe(expected);
      expect(headers['www-authenticate']).toBe(expected === 401 ? 'Bearer' : undefined);
      expect(text).not.toContain(SECRET.slice(0, -1));
    }
    expect(await storage.stored(REQUESTS)).toEqual([]);
  });

  it('has to be set for the routes to be there', async () => {
    app = served({ token: undefined });
    expect((await ask({ payload: { sha256: SHA } })).status).toBe(404);
    expect((await ask({ method: 'GET', url: `/v1/deletions/${requestIdAt(NOW)}` })).status).toBe(404);
  });
});

describe('GET /v1/deletions/<requestId>', () => {
  it('says what is proven: nothing yet, then the receipt', async () => {
    const { requestId } = (await ask({ payload: { sha256: SHA } })).body;
    const url = `/v1/deletions/${requestId}`;
    const before = await ask({ method: 'GET', url });
    expect(before.status).toBe(200);
    expect(before.body).toEqual({ requestId, receipts: [], complete: false, searched: 'all' });
    const receipt = {
      requestId,
      product: 'addons',
      closedRows: ['addons.profile.changed.v1/0/1'],
      erasedVersions: ['ranking@1'],
      activeVersions: [],
      unprovenVersions: ['similarity@1'],
    } as const;
    const value = storage.codec.encode('privacy.ErasureReceipt', { ...receipt, completedAt: NOW });
    await storage.log.append([{ topic: 'privacy.erasure.completed.v1', key: requestId, value }]);
    expect((await ask({ method: 'GET', url })).body).toEqual({
      requestId,
      receipts: [{ ...receipt, completedAt: '2026-11-22T23:00:00.000Z' }],
      complete: true,
      searched: 'all',
    });
  });

  it('refuses what is no request id', async () => {
    const { status, body, text } = await ask({ method: 'GET', url: `/v1/deletions/${SHA}` });
    expect(status).toBe(400);
    expect(body.code).toBe('request-id-invalid');
    expect(text).not.toContain(SHA);
  });
});

it('leaves no id, hash or token in logs, figures or files', async () => {
  await ask({ payload: { sha256: SHA } });
  await ask({ payload: { sha256: LEGACY_ID } });
  await ask({ method: 'GET', url: `/v1/deletions/${SHA}` });
  await ask({ payload: { sha256: SHA } }, 'Bearer another-token-of-somebody');
  const written = `${await storage.everythingWritten()}\n${await metrics.registry.metrics()}`;
  expect(written).toContain('/v1/deletions/:requestId');
  for (const text of [LEGACY_ID, SHA, SECRET, 'another-token']) expect(written).not.toContain(text);
});
