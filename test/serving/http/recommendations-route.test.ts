import { describe, expect, it } from 'vitest';
import { hashOf } from '../profiles.ts';
import { ANSWERED, recommendingServer } from './recommending.ts';

const PATH = `/v1/api/recommendations/${hashOf('known')}/`;
const JSON_TYPE = { 'content-type': 'application/json' };
const FOUND = '{"results": ["\\u00fc@x", "z@x"]}';
const PROMOTED = '{"options": {"promoted": [["p@x", 1.5], ["low@x", -3], ["z@x", 9]]}}';
const WITH_PROMOTED = '{"results": ["z@x", "\\u00fc@x", "p@x", "low@x"]}';

describe('recommendations as TAAR gave them', () => {
  it('are the bytes of the old service, and say how they came about', async () => {
    const { app, questions } = recommendingServer();
    const answer = await app.inject({ url: `${PATH}?locale=de&locale=fr&platform=WOW64&limit=1&branch=x` });
    expect([answer.statusCode, answer.body]).toEqual([200, FOUND]);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'taar-path': 'personal',
      'taar-models': 'set 1',
    });
    expect(questions).toEqual([
      {
        requestId: 'request 1',
        asTaar: true,
        placement: 'addons.discovery',
        client: hashOf('known'),
        locale: 'de',
        platform: 'WOW64',
        maxResults: 10,
        excluded: [],
        promoted: [],
        seed: undefined,
        signal: expect.any(AbortSignal),
      },
    ]);
  });

  it.each([
    ['', undefined],
    ['?locale=', ''],
    ['?locale', ''],
    ['?locale=&locale=fr', ''],
    ['?Locale=fr', undefined],
  ])('with the query "%s" ask for the locale %j', async (query, locale) => {
    const { app, questions } = recommendingServer();
    expect((await app.inject({ url: `${PATH}${query}` })).statusCode).toBe(200);
    expect(questions[0]?.locale).toBe(locale);
  });

  it.each([
    ['no body', undefined, undefined, FOUND],
    ['an empty body', '', JSON_TYPE, FOUND],
    ['an empty body of no type', '', undefined, FOUND],
    ['an empty object', '{}', JSON_TYPE, FOUND],
    ['no promoted', '{"options": {}}', JSON_TYPE, FOUND],
    ['other keys', '{"other": 1, "options": {"x": [1]}}', JSON_TYPE, FOUND],
    ['a bad row', '{"options": {"promoted": [["p@x", 1], ["a"]]}}', JSON_TYPE, FOUND],
    ['promoted ones', PROMOTED, JSON_TYPE, WITH_PROMOTED],
    ['promoted ones of no type', PROMOTED, undefined, WITH_PROMOTED],
    ['promoted ones as text', PROMOTED, { 'content-type': 'text/plain; charset=latin-1' }, WITH_PROMOTED],
    ['promoted ones of a type that is none', PROMOTED, { 'content-type': ';;;' }, WITH_PROMOTED],
    ['a form', 'options=1', { 'content-type': 'application/x-www-form-urlencoded; charset=x' }, FOUND],
    ['a form in parts', PROMOTED, { 'content-type': 'Multipart/Form-Data; boundary=x' }, FOUND],
    ['a lone surrogate', '{"options": {"promoted": [["\\ud800", 9]]}}', JSON_TYPE, undefined],
    ['a key twice', '{"options": 1, "options": {}}', JSON_TYPE, FOUND],
    ['a number too large', '{"options": {"promoted": [["p@x", 1e999]]}}', JSON_TYPE, undefined],
    ['a prototype', '{"__proto__": {"options": 5}, "constructor": 1}', JSON_TYPE, FOUND],
  ])('by POST with %s', async (_what, payload, headers, body) => {
    const { app } = recommendingServer();
    const answer = await app.inject({
      method: 'POST',
      url: PATH,
      ...(payload === undefined ? {} : { payload }),
      ...(headers === undefined ? {} : { headers }),
    });
    expect(answer.statusCode).toBe(200);
    if (body !== undefined) expect(answer.body).toBe(body);
    expect(answer.headers['content-type']).toBe('application/json');
  });

  it.each([
    ['not json', 'the body is not JSON'],
    [' ', 'the body is not JSON'],
    ['\ufeff{}', 'the body is not JSON'],
    ['{"options": NaN}', 'the body is not JSON'],
    [Buffer.from([0xff, 0xfe]), 'the body is not UTF-8'],
    ['[]', 'the body is not an object'],
    ['null', 'the body is not an object'],
    ['"text"', 'the body is not an object'],
    ['{"options": null}', 'options is not an object'],
    ['{"options": []}', 'options is not an object'],
    ['{"options": {"promoted": null}}', 'promoted is not a list'],
    ['{"options": {"promoted": 5}}', 'promoted is not a list'],
    ['{"options": {"promoted": {}}}', 'promoted is not a list'],
    ['{"options": {"promoted": ""}}', 'promoted is not a list'],
    ['{"options": {"promoted": [5]}}', 'a row of promoted is not a list'],
    [`${'['.repeat(30_000)}`, 'the body is not JSON'],
  ])('by POST with %j are refused', async (payload, reason) => {
    const { app, questions } = recommendingServer();
    const answer = await app.inject({ method: 'POST', url: PATH, headers: JSON_TYPE, payload });
    expect([answer.statusCode, answer.body]).toEqual([
      400,
      `{"results": [], "error": "Invalid JSON in POST: ${reason}"}`,
    ]);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'taar-path': 'empty:malformed',
    });
    expect(questions).toEqual([]);
  });

  it('ignore the body of a GET', async () => {
    const { app } = recommendingServer();
    for (const payload of [PROMOTED, 'not json']) {
      const answer = await app.inject({ method: 'GET', url: PATH, headers: JSON_TYPE, payload });
      expect([answer.statusCode, answer.body]).toEqual([200, FOUND]);
    }
  });

  it.each([
    ['GET', PATH.slice(0, -1), 308],
    ['POST', `${PATH.slice(0, -1)}?locale=de`, 308],
    ['GET', '/v1/api/recommendations/', 404],
    ['GET', '/v1/api/recommendations//', 404],
    ['GET', `${PATH}extra/`, 404],
    ['GET', '/v1/api/recommendations/a%2Fb/', 404],
    ['POST', '/v1/api/recommendations/a%2Fb/', 404],
    ['PUT', PATH, 405],
    ['DELETE', PATH, 405],
    ['OPTIONS', PATH, 200],
    ['HEAD', PATH, 200],
    ['GET', '/v1/api/recommendations/not-a-hash/', 200],
    ['GET', '/v1/api/recommendations/00000000-0000/', 200],
  ] as const)('to %s %s are %i', async (method, url, status) => {
    const { app } = recommendingServer();
    const answer = await app.inject({ method, url });
    expect(answer.statusCode).toBe(status);
    if (status === 405 || method === 'OPTIONS') expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS, POST');
    if (status === 308) {
      const [path, query] = url.split('?');
      expect(answer.headers.location).toBe(
        `http://localhost:80${path}/${query === undefined ? '' : `?${query}`}`,
      );
    }
  });

  it('put promoted ones into an answer that is empty otherwise', async () => {
    const { app } = recommendingServer({
      answer: async () => ({ ...ANSWERED, items: [], path: 'empty:no-client' }),
    });
    const answer = await app.inject({ method: 'POST', url: PATH, payload: PROMOTED });
    expect(answer.body).toBe('{"results": ["z@x", "p@x", "low@x"]}');
    expect(answer.headers['taar-path']).toBe('empty:no-client');
  });
});
