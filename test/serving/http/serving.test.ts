import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpServer } from '../../../src/ops/http.ts';
import { Metrics } from '../../../src/ops/metrics.ts';
import { ClientProfileReader, type ProfileSource } from '../../../src/serving/addons/client-profiles.ts';
import type { AddonModels } from '../../../src/serving/addons/runtime.ts';
import type { TaarliteFeedback } from '../../../src/serving/addons/taarlite/taarlite-feedback.ts';
import { registerServing, type ServingDependencies } from '../../../src/serving/http/register.ts';
import type { ServedModels } from '../../../src/serving/http/served-models.ts';
import { ask, listen } from '../../ops/http-client.ts';
import { RecordingLogger } from '../../ops/recording-logger.ts';
import { closedProfile, hashOf, KEYS, NOW, openProfile, profilesOf } from '../profiles.ts';
import { liteRuntime } from '../taarlite-models.ts';

const LITE = '/taarlite/api/v1/addon_recommendations';
const PARTNERS = { 'a@x': 9, '{b}': 8, ç: 7, '😀': 6, e: 5 };
const GUIDS = [
  'uBlock0@raymondhill.net',
  '{7b}',
  'a+b&c=d',
  "it's",
  'foo bar',
  '100%free',
  'ü',
  '😀x',
  'a?b#c',
  'a;b',
];
const RUNTIME = liteRuntime({
  coinstall: Object.fromEntries(GUIDS.map((guid) => [guid, PARTNERS])),
  ranking: { 'a@x': 1 },
});
const FOUND = '{"results": ["a@x", "{b}", "\\u00e7", "\\ud83d\\ude00"]}';
const NO_CLIENT = '{"results": false, "error": "No client found"}';

const opened: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of opened.splice(0)) await app.close();
});

interface Started {
  readonly port: number;
  readonly metrics: Metrics;
  readonly log: RecordingLogger;
}

interface Given {
  readonly models?: ServedModels<AddonModels>;
  readonly profiles?: ProfileSource;
  readonly taarliteFeedback?: ServingDependencies['taarliteFeedback'];
}

const LOADED: ServedModels<AddonModels> = {
  current: () => ({ setVersion: '2026-05-20T12:00Z', members: [], runtime: RUNTIME }),
};
const PROFILES = profilesOf({
  known: openProfile(['a@x', 'ü', '100%', 'own@system']),
  quiet: { ...openProfile([]), addons: null },
  closed: closedProfile(),
});

async function start({
  models = LOADED,
  profiles = PROFILES,
  taarliteFeedback,
}: Given = {}): Promise<Started> {
  const metrics = new Metrics();
  const log = new RecordingLogger();
  const app = createHttpServer({ logger: log.logger, metrics, trustProxy: false });
  opened.push(app);
  const clock = (): number => NOW;
  registerServing(app, {
    models,
    clients: new ClientProfileReader({
      profiles,
      clientKeys: KEYS,
      clock,
      logger: log.logger,
      deadlineMs: 50,
    }),
    ...(taarliteFeedback === undefined ? {} : { taarliteFeedback }),
    apiToken: undefined,
    logger: log.logger,
    metrics,
  });
  return { port: await listen(app), metrics, log };
}

describe('TAARlite over HTTP', () => {
  it('answers four add-ons with exact bytes and says how', async () => {
    const { port } = await start();
    const answer = await ask(port, `${LITE}/uBlock0@raymondhill.net/?normalize=none`);
    expect(answer.status).toBe(200);
    expect(answer.body).toBe(FOUND);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(FOUND.length),
      'taar-models': '2026-05-20T12:00Z',
      'taar-path': 'item',
    });
  });

  it('tells of each answer that it gives, and of nothing else', async () => {
    const told: unknown[] = [];
    const served = (...[{ path }, guid, set]: Parameters<TaarliteFeedback['served']>) =>
      told.push([path, guid, set?.setVersion]);
    const { port } = await start({ taarliteFeedback: { served } });
    for (const path of ['nobody/', 'a;b/', 'a;b', 'a%2Fb/']) await ask(port, `${LITE}/${path}`);
    expect(told).toEqual([
      ['empty:unknown-guid', 'nobody', '2026-05-20T12:00Z'],
      ['item', 'a;b', '2026-05-20T12:00Z'],
    ]);
  });

  it.each(GUIDS)('understands %s, raw where that is possible and encoded', async (guid) => {
    const { port } = await start();
    const encoded = encodeURIComponent(guid);
    const every = [...Buffer.from(guid)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    const forms = [encoded, encoded.toLowerCase().includes('%') ? every : guid, every];
    if (/^[\x21-\x7e]+$/.test(guid) && !/[?#%]/.test(guid)) forms.push(guid);
    for (const form of forms) {
      expect((await ask(port, `${LITE}/${form}/?normalize=none`)).body, form).toBe(FOUND);
    }
  });

  it.each([
    ['', 'item'],
    ['?normalize=row_count&normalize=bogus', 'item'],
    ['?normalize=bogus&normalize=none', 'empty:unknown-mode'],
    ['?normalize=', 'empty:unknown-mode'],
    ['?normalize', 'empty:unknown-mode'],
    ['?normalize=None', 'empty:unknown-mode'],
    ['?normalize=row%5Fsum', 'item'],
    ['?limit=1&other=x&normalize=guidception', 'item'],
    ['?Normalize=bogus', 'item'],
    ['?normalize[]=bogus', 'item'],
  ])('with the query %s is %s', async (query, path) => {
    const { port } = await start();
    const answer = await ask(port, `${LITE}/${encodeURIComponent('{7b}')}/${query}`);
    expect([answer.status, answer.headers['taar-path']]).toEqual([200, path]);
    expect(JSON.parse(answer.body).results).toHaveLength(path === 'item' ? 4 : 0);
  });

  it.each([
    ['GET', `${LITE}/unknown@x/`, 200],
    ['GET', `${LITE}/${'x'.repeat(255)}/`, 200],
    ['GET', `${LITE}/a%2Fb/`, 404],
    ['GET', `${LITE}//`, 404],
    ['GET', `${LITE}/`, 404],
    ['GET', `${LITE}/${'x'.repeat(5_000)}/`, 404],
    ['GET', `${LITE}/%zz/`, 400],
    ['GET', `${LITE}/x`, 308],
    ['POST', `${LITE}/x/`, 405],
    ['OPTIONS', `${LITE}/x/`, 200],
    ['HEAD', `${LITE}/x/`, 200],
  ])('%s %s is %i', async (method, path, status) => {
    const { port } = await start();
    const answer = await ask(port, path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/json');
  });

  it('sends the head of an answer to HEAD', async () => {
    const { port } = await start();
    const answer = await ask(port, `${LITE}/%C3%BC/?normalize=none`, { method: 'HEAD' });
    expect(answer.body).toBe('');
    expect(answer.headers).toMatchObject({ 'content-length': String(FOUND.length), 'taar-path': 'item' });
  });

  it('answers an empty list while there are no models', async () => {
    const { port } = await start({ models: { current: () => undefined } });
    const answer = await ask(port, `${LITE}/x/`);
    expect([answer.status, answer.body]).toEqual([200, '{"results": []}']);
    expect(answer.headers).toMatchObject({ 'taar-models': 'none', 'taar-path': 'empty:no-models' });
  });

  it('takes each answer from one set, whatever is swapped meanwhile', async () => {
    const sets = ['one', 'two'].map((name) => ({
      setVersion: name,
      members: [],
      runtime: liteRuntime({
        coinstall: { x: { [`${name}1`]: 4, [`${name}2`]: 3, [`${name}3`]: 2, [`${name}4`]: 1 } },
        ranking: {},
      }),
    }));
    let asked = 0;
    const { port } = await start({ models: { current: () => sets[asked++ % 2] } });
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(port, `${LITE}/x/`)));
    const seen = new Set<string>();
    for (const { headers, body } of answers) {
      const version = headers['taar-models'] ?? '';
      seen.add(version);
      expect(JSON.parse(body).results).toEqual([1, 2, 3, 4].map((n) => `${version}${n}`));
    }
    expect([...seen].sort()).toEqual(['one', 'two']);
    expect(asked).toBe(200);
  });
});

describe('client_has_addon', () => {
  const has = (name: string, addon: string): string =>
    `/v1/api/client_has_addon/${hashOf(name)}/${encodeURIComponent(addon)}/`;

  it.each([
    ['known', 'a@x', '{"results": true}', 'personal'],
    ['known', 'ü', '{"results": true}', 'personal'],
    ['known', '100%', '{"results": true}', 'personal'],
    ['known', 'A@x', '{"results": false}', 'personal'],
    ['known', 'own@system', '{"results": false}', 'personal'],
    ['quiet', 'a@x', '{"results": false}', 'personal'],
    ['closed', 'a@x', NO_CLIENT, 'empty:no-client'],
    ['nobody', 'a@x', NO_CLIENT, 'empty:no-client'],
  ])('of %s and %s is %s', async (name, addon, body, path) => {
    const { port } = await start({ models: { current: () => undefined } });
    const answer = await ask(port, has(name, addon));
    expect([answer.status, answer.body, answer.headers['taar-path']]).toEqual([200, body, path]);
    expect(answer.headers['content-type']).toBe('application/json');
  });

  it('knows nobody under what is no sha256hex', async () => {
    const { port } = await start();
    for (const id of ['c0ffee', hashOf('known').toUpperCase(), '%20', '..']) {
      const answer = await ask(port, `/v1/api/client_has_addon/${id}/a@x/`);
      expect([answer.status, answer.body]).toEqual([200, NO_CLIENT]);
    }
  });

  it.each([
    ['no add-on', `${hashOf('known')}/`, 404],
    ['an empty add-on', `${hashOf('known')}//`, 404],
    ['an empty client', '/a@x/', 404],
    ['a slash in the add-on', `${hashOf('known')}/a%2Fb/`, 404],
    ['no last slash', `${hashOf('known')}/a@x`, 308],
  ])('with %s', async (_what, rest, status) => {
    const { port } = await start();
    expect((await ask(port, `/v1/api/client_has_addon/${rest}`)).status).toBe(status);
  });

  it('answers a labelled fallback within the deadline when profiles cannot be read', async () => {
    const hanging = await start({ profiles: { read: () => new Promise(() => {}) } });
    const begun = performance.now();
    const late = await ask(hanging.port, has('known', 'a@x'));
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect([late.status, late.body, late.headers['taar-path']]).toEqual([
      200,
      NO_CLIENT,
      'fallback:profile-late',
    ]);
    const failing = await start({ profiles: { read: () => Promise.reject(new Error('gone')) } });
    const failed = await ask(failing.port, has('known', 'a@x'));
    expect([failed.status, failed.headers['taar-path']]).toEqual([200, 'fallback:profile-unreadable']);
    expect(await failing.metrics.registry.metrics()).toContain(
      'taar_serving_answers_total{route="client_has_addon",path="fallback:profile-unreadable"} 1',
    );
  });

  it('leaves no hash of a client in metrics or log', async () => {
    const { port, metrics, log } = await start();
    await ask(port, has('known', 'a@x'));
    await ask(port, has('known', 'a@x').slice(0, -1));
    await ask(port, has('known', 'a@x'), { method: 'PUT' });
    const text = (await metrics.registry.metrics()) + log.lines.join();
    expect(text).toContain('taar_serving_answers_total{route="client_has_addon",path="personal"} 1');
    expect(text).toContain('request.summary');
    expect(text).not.toContain(hashOf('known').slice(0, 8));
    expect(text).not.toContain('a@x');
  });
});
