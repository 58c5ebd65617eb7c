import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { registerDockerflow } from '../../src/ops/dockerflow.ts';
import { type HealthCheck, HealthChecks } from '../../src/ops/health.ts';
import { createHttpServer } from '../../src/ops/http.ts';
import { Metrics } from '../../src/ops/metrics.ts';
import { readVersion } from '../../src/ops/version.ts';
import { ask, listen } from './http-client.ts';
import { RecordingLogger } from './recording-logger.ts';

const VERSION = { commit: 'abc', version: '1', source: 's', build: 'b' };
const OK: HealthCheck = { name: 'log', check: async () => ({ status: 'ok', details: { behindSeconds: 0 } }) };

const opened: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of opened.splice(0)) await app.close();
});

async function start(checks: readonly HealthCheck[]): Promise<number> {
  const metrics = new Metrics();
  const app = createHttpServer({ logger: new RecordingLogger().logger, metrics, trustProxy: false });
  opened.push(app);
  registerDockerflow(app, { health: new HealthChecks(checks, 50), version: VERSION, metrics });
  return listen(app);
}

describe('the heartbeat', () => {
  it('is ok while all checks are', async () => {
    const answer = await ask(await start([OK]), '/__heartbeat__');
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      200,
      { status: 'ok', checks: { log: 'ok' }, details: { log: { behindSeconds: 0 } } },
    ]);
  });

  it('still serves with a warning', async () => {
    const warned: HealthCheck = { name: 'models', check: async () => ({ status: 'warning' }) };
    const answer = await ask(await start([OK, warned]), '/__heartbeat__');
    expect([answer.status, JSON.parse(answer.body).status]).toEqual([200, 'warning']);
  });

  it('is 503 with a check that fails, throws or hangs, and names it', async () => {
    const failing: HealthCheck = {
      name: 'view',
      check: async () => ({ status: 'error', details: { why: 'x' } }),
    };
    const throwing: HealthCheck = {
      name: 'consumers',
      check: () => {
        throw new Error('not running');
      },
    };
    const hanging: HealthCheck = { name: 'models', check: () => new Promise(() => {}) };
    const answer = await ask(await start([OK, failing, throwing, hanging]), '/__heartbeat__');
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toEqual({
      status: 'error',
      checks: { log: 'ok', view: 'error', consumers: 'error', models: 'error' },
      details: {
        log: { behindSeconds: 0 },
        view: { why: 'x' },
        consumers: { error: 'not running' },
        models: { error: 'no answer in 50 ms' },
      },
    });
  });

  it('checks once for many who ask at the same time', async () => {
    let runs = 0;
    const counting: HealthCheck = {
      name: 'log',
      check: async () => {
        runs += 1;
        return { status: 'ok' };
      },
    };
    const health = new HealthChecks([counting]);
    await Promise.all(Array.from({ length: 50 }, () => health.report()));
    expect(runs).toBe(1);
    await health.report();
    expect(runs).toBe(2);
  });
});

describe('the other routes of Dockerflow', () => {
  it('answer the load balancer without touching anything', async () => {
    const hanging: HealthCheck = { name: 'log', check: () => new Promise(() => {}) };
    const answer = await ask(await start([hanging]), '/__lbheartbeat__');
    expect([answer.status, answer.body]).toEqual([200, '']);
  });

  it('tell the version and the metrics', async () => {
    const port = await start([OK]);
    expect(JSON.parse((await ask(port, '/__version__')).body)).toEqual(VERSION);
    const metrics = await ask(port, '/metrics');
    expect(metrics.headers['content-type']).toContain('text/plain');
    expect(metrics.body).toContain('# TYPE taar_http_request_seconds histogram');
  });
});

describe('the version', () => {
  const folders: string[] = [];
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  });

  async function root(files: Readonly<Record<string, string>>): Promise<URL> {
    const folder = await mkdtemp(join(tmpdir(), 'taar-version-'));
    folders.push(folder);
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return pathToFileURL(`${folder}/`);
  }

  it('is what the container build wrote', async () => {
    const folder = await root({ 'version.json': JSON.stringify(VERSION), 'package.json': '{"version":"9"}' });
    expect(await readVersion(folder, { GIT_COMMIT: 'other' })).toEqual(VERSION);
  });

  it('is else made of package.json and the environment', async () => {
    const folder = await root({ 'package.json': '{"version":"9"}' });
    expect(await readVersion(folder, { GIT_COMMIT: 'def' })).toEqual({
      commit: 'def',
      version: '9',
      source: '',
      build: '',
    });
  });

  it('is refused where the file is no JSON object', async () => {
    await expect(readVersion(await root({ 'version.json': '[' }), {})).rejects.toThrow('version.json is not');
    await expect(readVersion(await root({ 'version.json': '[]' }), {})).rejects.toThrow(
      'version.json is not',
    );
  });
});
