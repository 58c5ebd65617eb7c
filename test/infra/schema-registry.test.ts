import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SchemaRegistry } from './schema-registry.ts';
import { describeWith, describeWithOwn, schemaRegistryUrl } from './services.ts';

const START_LIMIT_MS = 90_000;
const NAME = { name: 'name', type: 'string' };
const AGE = { name: 'age', type: 'int' };

function register(url: string, subject: string, fields: readonly object[]): Promise<Response> {
  const schema = JSON.stringify({ type: 'record', name: 'Person', fields });
  return fetch(`${url}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema }),
  });
}

describeWith('registry', 'the shared registry', () => {
  it('takes a schema', async () => {
    expect((await register(schemaRegistryUrl(), `${randomUUID()}-value`, [NAME])).status).toBe(200);
  });
});

describeWithOwn('registry', 'a registry', () => {
  let registry: SchemaRegistry;
  beforeAll(async () => {
    registry = await SchemaRegistry.start({ compatibility: 'FULL_TRANSITIVE' });
  }, START_LIMIT_MS);
  afterAll(() => registry.stop());

  it('refuses an incompatible schema with 409', async () => {
    expect((await register(registry.url, 'people-value', [NAME])).status).toBe(200);
    expect((await register(registry.url, 'people-value', [NAME, AGE])).status).toBe(409);
    expect((await register(registry.url, 'people-value', [NAME, { ...AGE, default: 0 }])).status).toBe(200);
  });

  it('has its rule and its schemas after SIGKILL', { timeout: START_LIMIT_MS }, async () => {
    await register(registry.url, 'kept-value', [NAME]);
    await registry.kill();
    await expect(fetch(`${registry.url}/subjects`)).rejects.toThrow();
    await registry.restart();
    expect(await (await fetch(`${registry.url}/subjects/kept-value/versions`)).json()).toEqual([1]);
    expect((await register(registry.url, 'kept-value', [NAME, AGE])).status).toBe(409);
  });
});
