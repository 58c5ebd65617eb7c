import { Check } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { BATCH } from '../../../src/serving/addons/flow/addon-params.ts';
import { DEFAULT_PARAMS } from '../../../src/serving/flow/param.ts';
import { ANSWER } from '../../../src/serving/http/v2-schemas.ts';
import { hashOf } from '../profiles.ts';
import { ANSWERED, type Given, recommendingServer } from './recommending.ts';

const TOKEN = 'a-token-of-this-test';
const BODY = { placement: 'addons.discovery', client: hashOf('known') };
const DETAIL = { placement: 'addons.detail', addon: 'a@x' };

async function post(payload: object | string, given: Given = {}, headers: Record<string, string> = {}) {
  const server = recommendingServer(given);
  const answer = await server.app.inject({ method: 'POST', url: '/v2/recommendations', payload, headers });
  return { ...server, answer };
}

const bearer = { authorization: `Bearer ${TOKEN}` };

describe('POST /v2/recommendations', () => {
  it('answers with reasons, scores, probabilities, and how it came about', async () => {
    const { answer, questions } = await post({
      ...BODY,
      locale: 'de',
      platform: 'Linux',
      maxResults: 2,
      excluded: ['no@x'],
      promoted: [{ id: 'p@x', weight: 3 }],
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'taar-path': 'personal' });
    expect(answer.json()).toEqual({
      requestId: 'request 1',
      placement: 'addons.discovery',
      items: ANSWERED.items,
      path: 'personal',
      setVersion: 'set 1',
      token: 'token of request 1, personal',
    });
    expect(Check(ANSWER, answer.json())).toBe(true);
    expect(questions).toEqual([
      {
        requestId: 'request 1',
        asTaar: false,
        placement: 'addons.discovery',
        client: hashOf('known'),
        addon: undefined,
        locale: 'de',
        platform: 'Linux',
        maxResults: 2,
        excluded: ['no@x'],
        promoted: [{ guid: 'p@x', weight: 3 }],
        seed: undefined,
        params: DEFAULT_PARAMS,
        signal: expect.any(AbortSignal),
      },
    ]);
  });

  it('gives each placement its own number of add-ons', async () => {
    expect((await post(BODY)).questions[0]?.maxResults).toBe(10);
    expect((await post({ ...BODY, placement: 'addons.sidebar' })).questions[0]?.maxResults).toBe(4);
    expect((await post(DETAIL)).questions[0]?.maxResults).toBe(4);
  });

  it('follows the rules of the operator, and the request before them', async () => {
    const when = { placement: 'addons.sidebar', locale: 'de' };
    const params = { rules: [{ when, set: { 'addons.results': 7, 'addons.validation_batch': 30 } }] };
    const asked = async (change: object) => (await post({ ...BODY, ...change }, { params })).questions[0];
    const ruled = await asked(when);
    expect([ruled?.maxResults, ruled?.params?.get(BATCH)]).toEqual([7, 30]);
    expect((await asked({ ...when, maxResults: 2 }))?.maxResults).toBe(2);
    expect((await asked({ ...when, locale: 'fr' }))?.maxResults).toBe(4);
    const other = await asked({ locale: 'de' });
    expect([other?.maxResults, other?.params?.get(BATCH)]).toEqual([10, BATCH.default]);
  });

  it('asks about an add-on where the placement is about one', async () => {
    const { answer, questions } = await post({ ...DETAIL, platform: 'Linux', excluded: ['no@x'] });
    expect(answer.statusCode).toBe(200);
    expect(Check(ANSWER, answer.json())).toBe(true);
    expect(questions).toMatchObject([
      { placement: 'addons.detail', client: undefined, addon: 'a@x', platform: 'Linux', excluded: ['no@x'] },
    ]);
  });

  it('lists the placements to one who asks for another', async () => {
    const { answer } = await post({ ...BODY, placement: 'toString' });
    expect(answer.statusCode).toBe(404);
    expect(answer.json().code).toBe('placement-unknown');
    expect(answer.json().placements.map(({ name }: { name: string }) => name)).toEqual([
      'addons.discovery',
      'addons.sidebar',
      'addons.detail',
    ]);
  });

  it.each([
    [{ client: 'x' }, 'placement'],
    [{ ...BODY, client: '' }, 'client'],
    [{ placement: BODY.placement }, 'needs the member client'],
    [{ ...BODY, addon: 'a@x' }, 'takes no addon'],
    [{ placement: DETAIL.placement }, 'needs the member addon'],
    [{ ...DETAIL, client: 'x' }, 'takes no client'],
    [{ ...DETAIL, addon: 'x'.repeat(256) }, 'addon'],
    [{ ...BODY, client: 'x'.repeat(129) }, 'client'],
    [{ ...BODY, client: 5 }, 'client'],
    [{ ...BODY, maxResults: 0 }, 'maxResults'],
    [{ ...BODY, maxResults: 51 }, 'maxResults'],
    [{ ...BODY, maxResults: '5' }, 'maxResults'],
    [{ ...BODY, excluded: Array(201).fill('a') }, 'excluded'],
    [{ ...BODY, promoted: [['a', 1]] }, 'promoted'],
    [{ ...BODY, seed: -1 }, 'seed'],
    [{ ...BODY, secretName: 1 }, 'the body has a member that is not known'],
    [[], 'the body'],
  ])('refuses %j and says where', async (payload, where) => {
    const { answer, questions } = await post(payload);
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'request-invalid']);
    expect(answer.json().error).toContain(where);
    expect(answer.json().error).not.toContain('secretName');
    expect(questions).toEqual([]);
  });

  it.each([
    ['not json', 400],
    ['{"__proto__": {"a": 1}}', 400],
    ['', 400],
  ])('refuses the body "%s"', async (payload, status) => {
    const { answer } = await post(payload, {}, { 'content-type': 'application/json' });
    expect([answer.statusCode, answer.json()]).toEqual([
      status,
      { error: 'the body is not JSON', code: 'body-not-json' },
    ]);
  });

  it('takes no more than a body can need', async () => {
    const { answer } = await post({ ...BODY, locale: 'x'.repeat(300_000) });
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'body-too-large']);
    const idOf = (number: number) => String(number).padEnd(255, '\u4e2d');
    const largest = {
      ...BODY,
      excluded: Array.from({ length: 200 }, (_, number) => idOf(number)),
      promoted: Array.from({ length: 50 }, (_, number) => ({ id: idOf(number), weight: Number.MIN_VALUE })),
    };
    expect((await post(largest)).answer.statusCode).toBe(200);
  });

  it('takes JSON only', async () => {
    const { answer } = await post(JSON.stringify(BODY), {}, { 'content-type': 'text/html' });
    expect([answer.statusCode, answer.json()]).toEqual([
      415,
      { error: 'the body has to be application/json', code: 'content-type-unsupported' },
    ]);
    expect(answer.headers['content-type']).toBe('application/json');
  });
});

describe('seed and debug', () => {
  it.each([{ seed: 1 }, { debug: true }])('are refused where there is no token: %j', async (wish) => {
    const { answer, questions } = await post({ ...BODY, ...wish });
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'insight-forbidden']);
    expect(questions).toEqual([]);
  });

  it('are granted to the holder of the token', async () => {
    const { answer, questions } = await post({ ...BODY, seed: 7, debug: true }, { apiToken: TOKEN }, bearer);
    expect(answer.statusCode).toBe(200);
    expect(questions[0]?.seed).toBe(7);
    expect(answer.json()).toHaveProperty('trace');
    const plain = await post({ ...BODY, debug: false }, { apiToken: TOKEN }, bearer);
    expect(plain.answer.json()).not.toHaveProperty('trace');
  });
});

describe('API_TOKEN', () => {
  const guarded = [
    { method: 'GET', url: `/v1/api/recommendations/${hashOf('known')}/` },
    { method: 'HEAD', url: `/v1/api/recommendations/${hashOf('known')}/` },
    { method: 'POST', url: `/v1/api/recommendations/${hashOf('known')}/` },
    { method: 'GET', url: `/v1/api/client_has_addon/${hashOf('known')}/a@x/` },
    { method: 'POST', url: '/v2/recommendations', payload: BODY },
  ] as const;

  it.each(guarded)('guards $method $url', async (request) => {
    const { app, questions } = recommendingServer({ apiToken: TOKEN });
    expect((await app.inject(request)).statusCode).toBe(401);
    const wrong = { authorization: 'Bearer another-token-of-16' };
    expect((await app.inject({ ...request, headers: wrong })).statusCode).toBe(403);
    expect(questions).toEqual([]);
    expect((await app.inject({ ...request, headers: bearer })).statusCode).toBe(200);
  });

  it('does not stand before what tells of no client', async () => {
    const { app } = recommendingServer({ apiToken: TOKEN });
    expect((await app.inject({ url: '/taarlite/api/v1/addon_recommendations/x/' })).statusCode).toBe(200);
    expect((await app.inject({ url: '/openapi.json' })).statusCode).toBe(200);
  });
});

it('leaves no client, path or body in metrics and log', async () => {
  const { app, metrics, log } = recommendingServer({ answer: () => Promise.reject(new Error('a fault')) });
  const client = hashOf('known');
  await app.inject({ url: `/v1/api/recommendations/${client}/?locale=xx-SECRET` });
  await app.inject({ url: `/v1/api/recommendations/${client}` });
  await app.inject({ method: 'POST', url: `/v1/api/recommendations/${client}/`, payload: `{"${client}": ` });
  await app.inject({ method: 'POST', url: '/v2/recommendations', payload: { ...BODY, [client]: 1 } });
  await app.inject({ method: 'POST', url: '/v2/recommendations', payload: { ...BODY, locale: 'xx-SECRET' } });
  const text = (await metrics.registry.metrics()) + log.lines.join();
  expect(text).toContain('route="/v2/recommendations"');
  expect(text).toContain('request.summary');
  expect(text).not.toContain(client.slice(0, 8));
  expect(text).not.toContain('SECRET');
});
