import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpServer } from '../../src/ops/http.ts';
import { sendJson } from '../../src/ops/http-json.ts';
import { Metrics } from '../../src/ops/metrics.ts';
import { ask, exchange, listen, parse } from './http-client.ts';
import { RecordingLogger } from './recording-logger.ts';

const opened: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of opened.splice(0)) await app.close();
});

interface Started {
  readonly port: number;
  readonly app: FastifyInstance;
  readonly metrics: Metrics;
  readonly log: RecordingLogger;
}

async function start(routes: (app: FastifyInstance) => void, trustProxy = false): Promise<Started> {
  const metrics = new Metrics();
  const log = new RecordingLogger();
  const app = createHttpServer({ logger: log.logger, metrics, trustProxy });
  opened.push(app);
  routes(app);
  return { port: await listen(app), app, metrics, log };
}

function things(app: FastifyInstance): void {
  app.get<{ Params: { id: string } }>('/things/:id/', (request, reply) =>
    sendJson(reply, JSON.stringify(request.params)),
  );
  app.post('/things/:id/', (request, reply) => sendJson(reply, JSON.stringify({ got: request.body })));
  app.get('/plain', (_request, reply) => reply.send('plain'));
}

describe('a path without its last slash', () => {
  it.each([
    ['/things/a', 'http://localhost/things/a/'],
    ['/things/a?x=1&x=%2F', 'http://localhost/things/a/?x=1&x=%2F'],
    ['/things/%7Bx%7D', 'http://localhost/things/%7Bx%7D/'],
    ['/things/x@y', 'http://localhost/things/x%40y/'],
    ['/things/a%2525', 'http://localhost/things/a%2525/'],
  ])('is redirected: %s', async (path, location) => {
    const { port } = await start(things);
    const answer = await ask(port, path);
    expect(answer.status).toBe(308);
    expect(answer.headers.location).toBe(location);
    expect(answer.headers['content-type']).toBe('application/json');
  });

  it('keeps the method, reads no body, and leads to the route', async () => {
    const { port } = await start(things);
    const answer = await ask(port, '/things/a', { method: 'POST', body: '{"broken' });
    expect(answer.status).toBe(308);
    expect((await ask(port, '/things/a%20b/')).body).toBe('{"id":"a b"}');
  });

  it('is redirected without a host where the request names none that can be', async () => {
    const { port } = await start(things);
    const answer = await ask(port, '/things/a', { headers: { host: 'evil"<host>' } });
    expect(answer.headers.location).toBe('/things/a/');
  });

  it('believes X-Forwarded headers only when told to', async () => {
    const headers = { host: 'inner:1', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'outer.example' };
    const careful = await start(things);
    expect((await ask(careful.port, '/things/a', { headers })).headers.location).toBe(
      'http://inner:1/things/a/',
    );
    const trusting = await start(things, true);
    expect((await ask(trusting.port, '/things/a', { headers })).headers.location).toBe(
      'https://outer.example/things/a/',
    );
  });
});

describe('what no route takes', () => {
  it.each([
    ['GET', '/', 404],
    ['GET', '/things/', 404],
    ['GET', '/things//', 404],
    ['GET', '/things/a/b/', 404],
    ['GET', '/things/a%2Fb', 404],
    ['GET', '//things/a/', 404],
    ['GET', '/Things/a/', 404],
    ['GET', '/plain/', 404],
    ['PUT', '/things/a', 404],
    ['PUT', '/things/a/', 405],
    ['GET', '/bytes/a', 405],
    ['GET', '/bytes/a/b/', 405],
    ['GET', '/bytes', 404],
    ['DELETE', '/plain', 405],
    ['GET', '/things/%', 400],
    ['GET', '/things/%zz/', 400],
    ['GET', '/things/%ff/', 400],
    ['GET', '/things/\xc3\xbc/', 400],
  ])('%s %s is %i, as JSON', async (method, path, status) => {
    const { port } = await start((app) => {
      app.get<{ Params: { id: string } }>('/things/:id/', (request, reply) =>
        request.params.id === '' ? reply.callNotFound() : reply.send('found'),
      );
      app.get('/plain', (_request, reply) => reply.send('plain'));
      app.post('/bytes/*', (_request, reply) => reply.send('taken'));
    });
    const answer = await ask(port, path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(JSON.parse(answer.body)).toHaveProperty('code');
  });

  it('says which methods are allowed, to OPTIONS too', async () => {
    const { port } = await start(things);
    expect((await ask(port, '/things/a/', { method: 'PUT' })).headers.allow).toBe('GET, HEAD, OPTIONS, POST');
    const options = await ask(port, '/things/a/', { method: 'OPTIONS' });
    expect([options.status, options.headers.allow, options.body]).toEqual([
      200,
      'GET, HEAD, OPTIONS, POST',
      '',
    ]);
  });

  it('takes long segments, and calls too long ones not found', async () => {
    const { port } = await start(things);
    expect((await ask(port, `/things/${'x'.repeat(2_000)}/`)).status).toBe(200);
    expect((await ask(port, `/things/${'x'.repeat(3_000)}/`)).status).toBe(404);
  });
});

describe('requests that cannot be read', () => {
  it('are answered as JSON on the bare socket', async () => {
    const { port } = await start(things);
    const garbage = parse(await exchange(port, 'no http at all\r\n\r\n'));
    expect([garbage.status, JSON.parse(garbage.body)]).toEqual([
      400,
      { error: 'Bad Request', code: 'request-unreadable' },
    ]);
    const endless = parse(await exchange(port, `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`));
    expect(endless.status).toBe(431);
  });

  it('are refused where the body is too large or no JSON', async () => {
    const { port } = await start(things);
    const headers = { host: 'localhost', 'content-type': 'application/json' };
    const large = await ask(port, '/things/a/', { method: 'POST', headers, body: `"${'x'.repeat(70_000)}"` });
    expect([large.status, JSON.parse(large.body).code]).toEqual([413, 'body-too-large']);
    const broken = await ask(port, '/things/a/', { method: 'POST', headers, body: '{' });
    expect(broken.status).toBe(400);
  });
});

describe('errors of a route', () => {
  it('are answered without their message, and logged without the path', async () => {
    const { port, log } = await start((app) => {
      app.get('/secret/:id/', () => {
        throw new Error('the disk is full');
      });
    });
    const answer = await ask(port, '/secret/abcdef/');
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([500, 'internal']);
    expect(answer.body).not.toContain('disk');
    expect(log.lines.join()).toContain('the disk is full');
    expect(log.lines.join()).toContain('/secret/:id/');
    expect(log.lines.join()).not.toContain('abcdef');
  });
});

describe('metrics and the access log', () => {
  it('name routes and hold no path', async () => {
    const { port, metrics, log } = await start(things);
    await ask(port, '/things/abcdef/');
    await ask(port, '/things/abcdef/', { method: 'HEAD' });
    await ask(port, '/things/abcdef');
    await ask(port, '/other/abcdef');
    const text = await metrics.registry.metrics();
    expect(text).toContain(
      'taar_http_request_seconds_count{route="/things/:id/",method="GET",status="200"} 1',
    );
    expect(text).toContain(
      'taar_http_request_seconds_count{route="/things/:id/",method="HEAD",status="200"} 1',
    );
    expect(text).toContain('taar_http_unrouted_total{status="308"} 1');
    expect(text).toContain('taar_http_unrouted_total{status="404"} 1');
    const summaries = log.lines.filter((line) => line.includes('request.summary'));
    expect(summaries).toHaveLength(2);
    expect(summaries.every((line) => line.startsWith('debug'))).toBe(true);
    expect(text + log.lines.join()).not.toContain('abcdef');
  });
});

describe('closing', () => {
  it('lets an answer under way finish, cuts idle connections, and ends soon', async () => {
    const { port, app } = await start((server) => {
      server.get('/slow', async (_request, reply) => {
        await sleep(300);
        return reply.send('done');
      });
    });
    const idle = exchange(port, 'GET /slow HTTP/1.1\r\nhost: a\r\n\r\n');
    await sleep(400);
    const underWay = exchange(port, 'GET /slow HTTP/1.1\r\nhost: a\r\n\r\n');
    await sleep(100);
    const begun = performance.now();
    await app.close();
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(parse(await underWay).body).toBe('done');
    expect(parse(await idle).body).toBe('done');
    await expect(exchange(port, 'GET /slow HTTP/1.1\r\nhost: a\r\n\r\n')).rejects.toThrow(/ECONNREFUSED/);
  });
});
